"""What is odd in a month's report: each rule at its boundary, and what raises no alarm."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from investment.rules.checks import ALL, RULES, MonthFacts, ReportFacts, Weight, check
from investment.rules.rates import DEFAULT_CURVE

SEPTEMBER = date(2024, 9, 1)


def month(number: int, completed: str | None, year: int = 2024, **fields: Any) -> MonthFacts:
    """A month's facts in the default season."""
    figure = None if completed is None else Decimal(completed)
    percent = fields.pop("percent", None)
    return MonthFacts(
        date(year, number, 1),
        figure,
        None if percent is None else Decimal(percent),
        fields.pop("text", ""),
        DEFAULT_CURVE[number - 1],
    )


def september(completed: str | None = "130", **fields: Any) -> ReportFacts:
    """A September of a project under construction; `percent` and `text` go into the month."""
    said = {name: fields.pop(name) for name in ("percent", "text") if name in fields}
    for name in ("total_investment", "month_plan", "before", "after"):
        if name in fields:
            fields[name] = Decimal(fields[name])
    return ReportFacts(this=month(9, completed, **said), **fields)


def found(facts: ReportFacts) -> dict[str, str]:
    """The rules that fired, with their weights."""
    return {each.rule: str(each.weight) for each in check(facts)}


CASES = [
    # negative
    ("negative", {"completed": "-0.01"}, "error"),
    ("negative", {"completed": "0"}, None),
    ("negative", {"completed": None}, None),
    # 900 before, a total of 1,000: 100 fills it, 600 is half as much again
    ("total_exceeded", {"completed": "100", "before": "900", "total_investment": "1000"}, None),
    (
        "total_exceeded",
        {"completed": "100.01", "before": "900", "total_investment": "1000"},
        "confirm",
    ),
    (
        "total_exceeded",
        {"completed": "600", "before": "900", "total_investment": "1000"},
        "confirm",
    ),
    (
        "total_exceeded",
        {"completed": "600.01", "before": "900", "total_investment": "1000"},
        "error",
    ),
    (
        "total_exceeded",
        {"completed": "60", "before": "900", "after": "41", "total_investment": "1000"},
        "confirm",
    ),
    ("total_exceeded", {"completed": "9999", "before": "900"}, None),  # total not known
    (
        "total_exceeded",  # in the opening figure already
        {"completed": "500", "before": "900", "counted": False, "total_investment": "1000"},
        None,
    ),
    # three times the plan, and more than 200 above it
    ("month_far_above_plan", {"completed": "600", "month_plan": "200"}, None),
    ("month_far_above_plan", {"completed": "600.01", "month_plan": "200"}, "confirm"),
    ("month_far_above_plan", {"completed": "210", "month_plan": "10"}, None),
    ("month_far_above_plan", {"completed": "210.01", "month_plan": "10"}, "confirm"),
    ("month_far_above_plan", {"completed": "200.01", "month_plan": "0"}, "confirm"),
    ("month_far_above_plan", {"completed": "9999"}, None),  # no plan
    # falling
    ("physical_falling", {"percent": "40", "history": (month(8, "1", percent="40"),)}, None),
    (
        "physical_falling",
        {"percent": "39.99", "history": (month(8, "1", percent="40"),)},
        "confirm",
    ),
    (
        "physical_falling",  # August said nothing of it
        {"percent": "30", "history": (month(8, "1"), month(7, "1", percent="40"))},
        "confirm",
    ),
    ("physical_falling", {"percent": None, "history": (month(8, "1", percent="40"),)}, None),
    ("physical_falling", {"percent": "5"}, None),
    # 600 of 1,000 is 60%
    (
        "money_physical_apart",
        {"completed": "100", "before": "500", "total_investment": "1000", "percent": "30"},
        None,
    ),
    (
        "money_physical_apart",
        {"completed": "100", "before": "500", "total_investment": "1000", "percent": "29.99"},
        "confirm",
    ),
    (
        "money_physical_apart",
        {"completed": "100", "before": "500", "total_investment": "1000", "percent": "90.01"},
        "confirm",
    ),
    (
        "money_physical_apart",  # what was spent before is not known
        {"completed": "100", "total_investment": "1000", "percent": "90", "whole": False},
        None,
    ),
    ("money_physical_apart", {"completed": "100", "percent": "90"}, None),
    # start
    ("start_without_milestone", {"percent": "1", "started": False, "begun": False}, "confirm"),
    ("start_without_milestone", {"percent": "0", "started": False, "begun": False}, None),
    ("start_without_milestone", {"percent": "1", "started": True}, None),
    (
        "start_without_milestone",  # 10% of the total are land and design
        {
            "completed": "100",
            "started": False,
            "begun": False,
            "total_investment": "1000",
        },
        None,
    ),
    (
        "start_without_milestone",
        {"completed": "100.1", "started": False, "begun": False, "total_investment": "1000"},
        "confirm",
    ),
    ("start_without_milestone", {"started": False, "begun": True, "steps": True}, "confirm"),
    (
        "start_without_milestone",  # the stage says 开工, and there is nothing else to ask
        {"percent": "1", "started": False, "begun": True, "steps": False},
        None,
    ),
    ("start_without_milestone", {"completed": "0", "started": False, "steps": True}, None),
    (
        "start_without_milestone",
        {"text": "项目已正式开工。", "started": False, "begun": False},
        "confirm",
    ),
    (
        "start_without_milestone",
        {"text": "力争十月正式开工。", "started": False, "begun": False},
        None,
    ),
    # completion
    ("completion_without_milestone", {"percent": "100", "finished": False}, "confirm"),
    ("completion_without_milestone", {"percent": "99.99", "finished": False}, None),
    ("completion_without_milestone", {"percent": "100", "finished": True}, None),
    ("completion_without_milestone", {"text": "已通过竣工验收", "finished": False}, "confirm"),
    ("completion_without_milestone", {"text": "桩基已完工", "finished": False}, None),
]


@pytest.mark.parametrize(("rule", "fields", "weight"), CASES)
def test_rule_at_its_boundary(rule: str, fields: dict[str, Any], weight: str | None) -> None:
    assert found(september(**fields)).get(rule) == weight


IDLE = (month(8, "0"), month(7, "0"))
ZEROS = [
    ("0", IDLE, {}, True),
    ("0", IDLE[:1], {}, False),  # two months
    ("0.01", IDLE, {}, False),
    (None, IDLE, {}, False),
    ("0", (month(8, None), month(7, "0")), {}, False),  # not reported is not zero
    ("0", (month(7, "0"), month(6, "0")), {}, False),  # August is not there
    ("0", IDLE, {"under_construction": False}, False),
]


@pytest.mark.parametrize(("completed", "history", "fields", "fires"), ZEROS)
def test_three_months_of_zero(
    completed: str | None, history: tuple[MonthFacts, ...], fields: dict[str, Any], fires: bool
) -> None:
    facts = september(completed, history=history, **fields)
    assert ("zero_for_three_months" in found(facts)) is fires


@pytest.mark.parametrize(
    ("months", "fires"),
    [
        (((2024, 1), (2023, 12), (2023, 11)), False),
        (((2024, 3), (2024, 2), (2024, 1)), False),
        (((2024, 4), (2024, 3), (2024, 2)), True),
        (((2023, 12), (2023, 11), (2023, 10)), True),
    ],
)
def test_zeros_of_the_winter_alone_are_no_wonder(
    months: tuple[tuple[int, int], ...], fires: bool
) -> None:
    this, *earlier = (month(number, "0", year) for year, number in months)
    facts = ReportFacts(this=this, history=tuple(earlier))
    assert ("zero_for_three_months" in found(facts)) is fires


# 1,000 万元 a year in the default season, January to August
USUAL = tuple(
    month(number, str(share * 10))
    for number, share in reversed([*enumerate(map(int, DEFAULT_CURVE), 1)][:8])
)
SLIPS = [
    # The plan alone: 130.
    ("1039.99", {"month_plan": "130"}, None, ""),
    ("1040", {"month_plan": "130"}, "confirm", "多写了一位"),
    ("1300000", {"month_plan": "130"}, "confirm", "是否把元当成了万元"),
    ("16.25", {"month_plan": "130"}, None, ""),  # a slow beginning
    ("0.14", {"month_plan": "130"}, None, ""),
    ("0.013", {"month_plan": "130"}, "confirm", "是否把亿元当成了万元"),
    # Eight months of history: the usual month 105, in September 130.
    ("1300", {"history": USUAL}, "confirm", "10 倍"),
    ("1000", {"history": USUAL}, None, ""),
    ("13.13", {"history": USUAL}, None, ""),  # an eighth of 105 is 13.125
    ("13.12", {"history": USUAL}, "confirm", "少写了一位"),
    ("1300", {"history": USUAL[:2]}, None, ""),  # two months are no history
    # Far from history, but as planned; and the other way round.
    ("1300", {"history": USUAL, "month_plan": "1300"}, None, ""),
    ("130", {"history": USUAL, "month_plan": "1300"}, None, ""),
    # Too small to compare.
    ("99.99", {"month_plan": "1"}, None, ""),
    ("100", {"month_plan": "1"}, "confirm", "100 倍"),
    ("1", {"month_plan": "99"}, None, ""),
    ("0", {"month_plan": "130"}, None, ""),
    # 1,000 times the whole project is certain.
    ("999999", {"total_investment": "1000"}, None, ""),
    ("1000000", {"total_investment": "1000"}, "error", "是否把元当成了万元"),
]


@pytest.mark.parametrize(("completed", "fields", "weight", "words"), SLIPS)
def test_a_slip_of_the_unit_or_of_a_digit(
    completed: str, fields: dict[str, Any], weight: str | None, words: str
) -> None:
    findings = {each.rule: each for each in check(september(completed, **fields))}
    slip = findings.get("unit_slip")
    assert (slip and str(slip.weight)) == weight
    assert words in (slip.text if slip else "")


COPIED = "主体结构施工至三层"
SAME = (month(8, "1", text=COPIED), month(7, "1", text=COPIED))


@pytest.mark.parametrize(
    ("text", "completed", "history", "fires"),
    [
        (COPIED, "1", SAME, True),
        (" 主体结构 施工至三层\n", "1", SAME, True),
        (COPIED + "。", "1", SAME, False),
        (COPIED, "1", SAME[:1], False),
        (COPIED, "1", (SAME[0], month(7, "1", text="二层")), False),
        ("", "1", (month(8, "1"), month(7, "1")), False),
        (COPIED, "0", SAME, False),  # nothing moved, so nothing is new
    ],
)
def test_text_copied_for_two_months(
    text: str, completed: str, history: tuple[MonthFacts, ...], fires: bool
) -> None:
    facts = september(completed, text=text, history=history)
    assert ("text_copied" in found(facts)) is fires


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("pace", ["0.5", "1", "1.6"])
@pytest.mark.parametrize("planned", [False, True])
def test_two_plausible_years_raise_no_alarm(flat: bool, pace: str, planned: bool) -> None:
    """A work of 6,000 万元 a year: in the season or indoors, slow or brisk, planned or not."""
    history: list[MonthFacts] = []
    before = Decimal(0)
    for index in range(24):
        number, share = index % 12 + 1, DEFAULT_CURVE[index % 12]
        usual = Decimal(500) if flat else share * 60
        wobble = Decimal([9, 12, 8, 11][index % 4]) / 10
        completed = usual * Decimal(pace) * wobble
        percent = (before + completed) / 200
        this = month(
            number, str(completed), 2023 + index // 12, percent=percent, text=f"第{index}步"
        )
        facts = ReportFacts(
            this=this,
            history=tuple(reversed(history)),
            before=before,
            total_investment=Decimal(20_000),
            month_plan=usual if planned else None,
        )
        assert check(facts) == (), f"{this.month}"
        history.append(this)
        before += completed


def test_errors_come_first_and_every_rule_has_its_id() -> None:
    facts = september(
        "2000000", total_investment="1000", month_plan="100", percent="5", started=False
    )
    findings = check(facts)
    assert [each.weight for each in findings] == sorted(
        (each.weight for each in findings), key=lambda weight: weight is Weight.CONFIRM
    )
    assert findings[0].weight is Weight.ERROR
    assert {each.rule for each in findings} <= ALL
    assert frozenset(RULES) == ALL
    assert len(ALL) == 10


def test_a_tick_is_for_one_sentence() -> None:
    one = september("600.01", month_plan="200")
    other = replace(one, this=replace(one.this, completed=Decimal(700)))
    [first], [second] = check(one), check(other)
    assert first.rule == second.rule == "month_far_above_plan"
    assert first.mark != second.mark
