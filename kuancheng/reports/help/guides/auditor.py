"""What the auditor does here."""

from kuancheng.access import roles
from kuancheng.reports.help.doors import (
    ACCOUNTS,
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
