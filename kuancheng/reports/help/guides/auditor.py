"""What the auditor does here."""

from kuancheng.access import roles
from kuancheng.reports.help.doors import (
    ACCOUNTS,
    AUDIT,
    CORRECTIONS,
    LIST,
    MATTERS,
    OVERVIEW,
    PROJECTS,
    TERMS,
)
from kuancheng.reports.help.guide import Guide, Task

GUIDE = Guide(
    roles.AUDITOR,
    "审计",
    "能看全部内容和全部变更记录，不能改。",
    (
        Task(
            "查谁登录过、导出过、办过什么",
            (
                "打开“审计”：登录和失败的登录、导出（按什么条件、多少行）、查看佐证、办理、账号和设置的改动，最新的在前。",
                "按账号、类别、结果、日期、来源地址或密钥筛选；点某条的“详情”看条件、行数、原因和它在审计链中的位置。",
                "“结果”选“被拒绝”或“失败”，看谁试过他不能做的事；项目页、账号页也有通到这里的链接。",
                "需要留存或交给上级的，筛选好再点“导出 Excel”或“导出 NDJSON”；导出本身也留一条。",
            ),
            (AUDIT,),
        ),
        Task(
            "查记录有没有被动过",
            (
                "“审计”顶上写着封存到第几环、多少条待封存、最近一次核对的结果。",
                "请系统管理员核对整条链：缺一条、改一个字，都指出是第几环。",
            ),
            (AUDIT,),
        ),
        Task(
            "查谁改了什么",
            (
                "打开任一记录，点“变更记录”：时间、谁、改了什么、原来和现在。",
                "账号的变更记录里有角色和口令的变动；复核、退回、更正都写着经手人。",
            ),
            (PROJECTS, ACCOUNTS, CORRECTIONS),
        ),
        Task(
            "查一件事项怎样办的",
            ("事项页按时间列出每一步：谁、哪天、写了什么、附了什么；记录不能改也不能删。",),
            (MATTERS,),
        ),
        Task(
            "重现公布过的数字",
            ("在“总览”或“进展清单”填“截至日期”和“按哪天的记录”，得到的就是那天看到的数字。",),
            (OVERVIEW, LIST, TERMS),
        ),
    ),
)
