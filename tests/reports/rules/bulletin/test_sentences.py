"""The sentences of domain.md §10, and what they say where a figure is missing."""

from decimal import Decimal

import pytest

from kuancheng.reports.rules.bulletin.checking import check_text, printed_text
from kuancheng.reports.rules.bulletin.figures import Column, Figure, Kind, Snapshot, Table, by_key
from kuancheng.reports.rules.bulletin.sections import Section
from kuancheng.reports.rules.bulletin.sentences import Written, written

KINDS = {
    "year": Kind.TEXT,
    "month": Kind.TEXT,
    "overall.total": Kind.YI,
    "overall.plan": Kind.YI,
    "overall.completed": Kind.YI,
    "overall.completed_on_plan": Kind.YI,
    "overall.unplanned_completed": Kind.YI,
    "overall.month": Kind.YI,
    "overall.pending": Kind.YI,
    "overall.rate": Kind.PERCENT,
    "overall.gap": Kind.POINTS,
    "overall.gap_word": Kind.WORD,
    "overall.growth": Kind.CHANGE,
    "overall.growth_word": Kind.WORD,
    "start.rate": Kind.PERCENT,
    "start.late_names": Kind.NAME,
}
# 629.0 of 647.4 in October (domain.md §7), of 45 projects; 26 of 32 started.
OCTOBER: dict[str, str | None] = {
    "year": "2024年",
    "month": "10月",
    "overall.projects": "45",
    "overall.total": "5596000",
    "overall.total_missing": "0",
    "overall.plan": "6474000",
    "overall.completed": "6290000",
    "overall.completed_on_plan": "6290000",
    "overall.unplanned_completed": "0",
    "overall.rate": "97.157862",
    "overall.gap": "13.824529",
    "overall.gap_word": "超",
    "overall.month": "500000",
    "overall.growth": None,
    "overall.growth_word": None,
    "overall.missing": "0",
    "overall.pending_projects": "0",
    "overall.pending": None,
    "start.due": "32",
    "start.done": "26",
    "start.rate": "81.25",
    "start.late": "6",
    "start.late_names": "甲、乙",
}


def snapshot(*tables: Table, **changed: str | None) -> Snapshot:
    """October, with other figures where they are named (dots as two underscores)."""
    values = OCTOBER | {name.replace("__", "."): value for name, value in changed.items()}
    return Snapshot("2024-10", by_key(_figure(*each) for each in values.items()), tables)


def _figure(key: str, value: str | None) -> Figure:
    kind = KINDS.get(key, Kind.COUNT)
    if kind in (Kind.TEXT, Kind.WORD, Kind.NAME):
        return Figure(key, key, kind, words=value or "")
    return Figure(key, key, kind, None if value is None else Decimal(value))


def printed(found: Snapshot, key: str) -> str:
    """A paragraph as it is printed; the paragraph is free of findings."""
    (paragraph,) = (each for each in written(found) if each.key == key)
    assert check_text(paragraph.text, found.figures, ()) == []
    return printed_text(paragraph.text, found.figures)


WHOLE = (
    "截至10月底，45个项目累计完成投资629.00亿元，占年度计划的97.2%，超序时进度13.8个百分点；"
    "计划开工32个，已开工26个，开工率81.3%。"
)


def test_the_sentence_of_the_domain_reads_word_for_word() -> None:
    assert printed(snapshot(), "overall.completed") == WHOLE


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"overall__gap": "-1.63", "overall__gap_word": "低于"},
            "，占年度计划的97.2%，低于序时进度1.6个百分点；",
        ),
        (
            {"overall__gap": "0.04", "overall__gap_word": "持平"},
            "，占年度计划的97.2%，与序时进度持平；",
        ),
        (
            {"overall__missing": "3"},
            "截至10月底，45个项目中3个未报送，已报送并复核的累计完成投资629.00亿元，占年度计划的",
        ),
        (
            {
                "overall__missing": "45",
                "overall__completed": None,
                "overall__completed_on_plan": None,
                "overall__rate": None,
            },
            "截至10月底，45个项目中45个未报送，没有已复核的完成投资；计划开工32个",
        ),
        (
            {"overall__completed": None, "overall__rate": None},
            "截至10月底，45个项目没有已复核的完成投资；",
        ),
        (
            {"overall__plan": None, "overall__rate": None, "overall__gap": None},
            "累计完成投资629.00亿元，年度计划尚未登记，不计完成率；",
        ),
        (
            {"overall__completed": "6300000", "overall__unplanned_completed": "10000"},
            "完成投资630.00亿元，有年度计划的项目完成629.00亿元，占年度计划的97.2%，超序时",
        ),
        ({"start__due": "0", "start__rate": None}, "百分点；没有计划开工的项目。"),
        (
            {"overall__pending_projects": "3", "overall__pending": "17700"},
            "开工率81.3%。另有3个项目1.77亿元已报送、待复核，未计入。",
        ),
    ],
)
def test_a_missing_figure_makes_the_sentence_honest(
    changed: dict[str, str | None], said: str
) -> None:
    assert said in printed(snapshot(**changed), "overall.completed")


@pytest.mark.parametrize(
    ("growth", "word", "said"),
    [
        ("4.25", "增长", "10月当月完成投资50.00亿元。累计完成投资同比增长4.3%。"),
        ("-4.25", "下降", "10月当月完成投资50.00亿元。累计完成投资同比下降4.3%。"),
        ("0.01", "持平", "10月当月完成投资50.00亿元。累计完成投资与上年同期持平。"),
        (None, None, "10月当月完成投资50.00亿元。"),
    ],
)
def test_growth_is_told_by_its_word(growth: str | None, word: str | None, said: str) -> None:
    found = snapshot(overall__growth=growth, overall__growth_word=word)
    assert printed(found, "overall.month") == said


def test_unregistered_totals_are_counted() -> None:
    assert printed(snapshot(), "overall.listed") == (
        "清单内项目45个，计划总投资559.60亿元，年度计划投资647.40亿元。"
    )
    said = printed(snapshot(overall__total_missing="2"), "overall.listed")
    assert "已登记的计划总投资559.60亿元（2个未登记）" in said


GROUP = {
    "name": ("续建", Kind.NAME),
    "projects": ("18", Kind.COUNT),
    "plan": ("795000", Kind.YI),
    "completed": ("597840", Kind.YI),
    "rate": ("75.2", Kind.PERCENT),
    "above": ("0.4", Kind.POINTS),
    "above_word": ("高于", Kind.WORD),
}


GROUPED = "项目18个，年度计划79.50亿元，完成59.78亿元，完成率75.2%"


def group(**changed: str | None) -> str:
    """How 续建 reads with other figures."""
    found = snapshot()
    for name, (value, kind) in GROUP.items():
        given = changed.get(name, value)
        words, key = kind in (Kind.NAME, Kind.WORD), f"class.continuing.{name}"
        number = None if words or given is None else Decimal(given)
        found.figures[key] = Figure(key, key, kind, number, (given or "") if words else "")
    return printed(found, "class")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, f"{GROUPED}，高于平均水平0.4个百分点"),
        ({"above": "-4.7", "above_word": "低于"}, f"{GROUPED}，低于平均水平4.7个百分点"),
        ({"above": "0", "above_word": "持平"}, f"{GROUPED}，与平均水平持平"),
        ({"completed": None, "rate": None}, "项目18个，年度计划79.50亿元，没有已复核的完成投资"),
        ({"plan": None, "completed": None, "rate": None}, "项目18个，没有年度计划"),
    ],
)
def test_a_group_reads_with_its_distance_from_the_average(
    changed: dict[str, str | None], said: str
) -> None:
    assert group(**changed) == f"按年度类别看，续建{said}。"


def test_who_has_not_started_is_named() -> None:
    assert printed(snapshot(), "start").startswith("应开工的32个项目中，6个尚未开工：甲、乙。")
    assert printed(snapshot(start__late="0"), "start").startswith("应开工的32个项目全部开工。")


def test_an_unpublished_league_is_said_to_be_so() -> None:
    assert printed(snapshot(), "league") == "10月没有发布赛马排名。"
    found = snapshot()
    found.figures["league.3.name"] = Figure("league.3.name", "", Kind.NAME, words="属地组")
    assert printed(found, "league.3") == "属地组10月赛马排名尚未发布，待发布后另行通报。"


def test_parts_stand_in_the_order_of_the_official_bulletin() -> None:
    listed = Table("list", "月清单", "", (Column("项目", Kind.NAME),), (("甲",),), annex=True)
    found: list[Written] = written(snapshot(listed))
    sections = list(dict.fromkeys(each.section for each in found))
    assert sections == [Section.LEAD, *(Section(each) for each in ORDER)]
    assert (found[-1].key, found[-1].kind) == ("table:list", "table")


ORDER = ("overall", "groups", "league", "annex")
