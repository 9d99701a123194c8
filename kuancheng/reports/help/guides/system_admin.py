"""What the system's administrator does here."""

from kuancheng.access import roles
from kuancheng.reports.help.doors import (
    ACCOUNTS,
    API_DOCS,
    FIRST_DAY,
    HEALTH,
    JOBS,
    KEYS,
    PEOPLE,
)
from kuancheng.reports.help.guide import Guide, Task

GUIDE = Guide(
    roles.SYSTEM_ADMIN,
    "系统管理员",
    "管账号、角色、单位、干部、接口密钥和后台任务，不改项目的数字。",
    (
        Task(
            "第一天",
            ("按“开始使用”一步一步做，做完的自己打勾。",),
            (FIRST_DAY,),
        ),
        Task(
            "给人开账号",
            (
                "在“账号”点“新增”：登录名、姓名、口令，选角色；填报和复核人员勾选“可进填报后台”。",
                "填报人员还要在“干部”里关联账号，系统据此判断他能改哪些项目。",
                "忘记口令：打开账号填“重设口令”。连续输错被锁定：在账号列表选中，操作选“解除登录锁定”。",
                "人员离开：取消“有效”，不删除，他经手的记录都在。",
            ),
            (ACCOUNTS, PEOPLE),
        ),
        Task(
            "给其他系统签发密钥",
            (
                "在“接口密钥”点“新增”，选账号、范围和有效期。密钥只显示一次，请当场交给对方。",
                "不用了就在列表里“吊销所选密钥”，立即失效。",
            ),
            (KEYS, API_DOCS),
        ),
        Task(
            "看系统运行状况",
            (
                "“运行状况”列出数据库、存储空间、时钟、后台任务、日监测、备份、审计各项：正常的不用管，"
                "“需处理”“不可用”的写着怎么办。",
            ),
            (HEALTH,),
        ),
        Task(
            "不能保存的时候",
            (
                "“存储空间不足”“数据库只读”“本机时钟有误”：大家仍可查看，请先处理服务器（清理磁盘、恢复可写、校时），再请他们按“再试一次”。",
                "“保存排队”需处理：同时保存的人多了，请改用 PostgreSQL，步骤见部署文档。",
            ),
            (),
        ),
        Task(
            "看后台任务",
            (
                "Excel 导入等由后台进程运行。“我的工作”提示没有在运行时，请启动它；失败的任务可以再运行一次。",
            ),
            (JOBS,),
        ),
    ),
)
