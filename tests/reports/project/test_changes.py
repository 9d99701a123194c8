"""变更记录 by month, on changes made by hand."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kuancheng.records.changes import Change
from kuancheng.reports.project.changes import acts_by_month


def change(when: str, who: str, what: str) -> Change:
    moment = datetime.fromisoformat(when).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return Change(moment, who, what, "", "", "")


def test_what_one_person_did_in_one_minute_is_one_act() -> None:
    months = acts_by_month(
        [
            change("2024-10-05T12:00:40", "张三", "新增甲"),
            change("2024-10-05T12:00:01", "张三", "新增乙"),
            change("2024-10-05T12:00:00", "李四", "新增丙"),
            change("2024-10-05T11:59:59", "李四", "新增丁"),
        ]
    )
    (october,) = months
    assert [(act.who, act.sentences) for act in october.acts] == [
        ("张三", ("新增甲", "新增乙")),
        ("李四", ("新增丙",)),
        ("李四", ("新增丁",)),
    ]
    assert october.changes == 4


def test_months_are_those_of_changchun() -> None:
    utc = ZoneInfo("UTC")
    late = Change(datetime(2024, 9, 30, 16, 0, tzinfo=utc), "张三", "新增甲", "", "", "")
    before = Change(datetime(2024, 9, 30, 15, 59, tzinfo=utc), "张三", "新增乙", "", "", "")
    months = acts_by_month([late, before])
    assert [f"{each.month:%Y-%m}" for each in months] == ["2024-10", "2024-09"]


def test_nothing_happened() -> None:
    assert acts_by_month([]) == ()
