"""The year turns: done, undone, done again, in December or January, and what stands in its way."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from investment.models import AnnualPlan, OpeningFigure, YearTurn
from investment.services.plans import save_plan
from investment.services.year_turn.terms import LinesRefused
from investment.services.year_turn.turning import NewList, turn_again
from investment.services.year_turn.undoing import undo_turn
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.progress import progress_rows
from projects.models import Listing, Programme, Project, Target
from projects.services import save_project, save_reference
from tests import factories
from tests.investment.turning import (
    DECEMBER,
    FEBRUARY,
    JANUARY,
    LAST_DAY,
    NAME,
    at,
    last_year,
    roll,
    turned,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture(autouse=True)
def programme(office: User) -> Programme:
    return last_year(office)


def usual() -> list[Any]:
    return [
        roll("续建园", plan=Decimal(500), opening=Decimal(300)),
        roll("竣工园", "completing", plan=Decimal(0)),
        roll("新建园", "new_start"),
    ]


def on_list(day: date, code: str = "kc-2025") -> list[str]:
    rows = Listing.objects.on(day).filter(programme__code=code).order_by("number")
    return [each.project.name for each in rows.select_related("project")]


def classes(day: date) -> dict[str, str]:
    rows = progress_rows(Project.objects.values_list("pk", flat=True), day)
    names = dict(Project.objects.values_list("pk", "name"))
    return {names[each.project_id]: each.year_class for each in rows}


def figures() -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    plans = AnnualPlan.objects.filter(year=2025).values_list("project__name", "amount")
    openings = OpeningFigure.objects.values_list("project__name", "completed")
    return dict(plans), dict(openings)


def said(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return "\n".join(error.value.messages)


def test_projects_join_next_years_list_with_class_plan_and_opening(office: User) -> None:
    with at(JANUARY):
        made = turned(office, *usual())
        assert on_list(date(2025, 1, 1)) == ["续建园", "竣工园", "新建园"]
        assert on_list(LAST_DAY) == []
        assert len(on_list(JANUARY, "kc-2024")) == 6
        stay = Listing.objects.get(programme__code="kc-2025", project__name="续建园")
        assert (stay.since, stay.reason, stay.document) == (
            date(2025, 1, 1),
            "carried",
            "宽重点办〔2025〕1号",
        )
        # Blank is none yet; a typed zero is a plan of nothing.
        assert figures() == ({"续建园": 500, "竣工园": 0}, {"续建园": 300})
        assert OpeningFigure.objects.get().month == date(2024, 12, 1)
        found = Programme.objects.get(code="kc-2025")
        assert (found.name, found.year, made.made_programme) == (NAME, 2025, True)
        # Counted figures go on without a value; what is read from documents is the year's own.
        assert list(found.targets.values_list("name", "value")) == [("项目数", None)]
        assert set(Project.objects.filter(name__in=on_list(JANUARY)).values_list("year_class", flat=True)) == {
            "continuing", "completing", "new_start",
        }  # fmt: skip


def test_last_year_keeps_its_classes_and_the_new_one_has_its_own(office: User) -> None:
    before = classes(LAST_DAY)
    with at(JANUARY):
        turned(office, *usual())
        assert classes(LAST_DAY) == before
        after = classes(JANUARY)
        assert (after["续建园"], after["竣工园"], after["新建园"]) == (
            "continuing",
            "completing",
            "new_start",
        )
        # Nobody turned it: its class is carried over.
        assert (before["新建园"], after["完工园"]) == ("", before["完工园"])


def test_prepared_in_december_nothing_shows_before_january(office: User) -> None:
    with at(DECEMBER):
        before = classes(DECEMBER)
        turned(office, roll("续建园", plan=Decimal(500)), roll("竣工园", "completing"))
        assert (on_list(DECEMBER), classes(DECEMBER)) == ([], before)
        assert Project.objects.get(name="竣工园").year_class == "continuing"
    with at(JANUARY):
        assert on_list(JANUARY) == ["续建园", "竣工园"]
        daily.ensure(JANUARY, today=JANUARY)
        assert Project.objects.get(name="竣工园").year_class == "completing"


def test_figure_of_the_years_end_waits_for_the_years_end(office: User) -> None:
    with at(DECEMBER), pytest.raises(LinesRefused, match="要等年底以后才有"):
        turned(office, roll("续建园", opening=Decimal(300)))


def test_second_turn_adds_those_that_were_forgotten_and_never_doubles(office: User) -> None:
    with at(JANUARY):
        turned(office, roll("续建园"))
        with pytest.raises(LinesRefused) as error:
            turned(office, roll("竣工园"), roll("续建园"))
        assert "续建园：转入新清单：自 2025-01-01 起已在这份清单上" in said(error)
        assert on_list(JANUARY) == ["续建园"]
        second = turned(office, roll("竣工园", "completing"), roll("暂缓园", "preparatory"))
        assert on_list(JANUARY) == ["续建园", "竣工园", "暂缓园"]
        assert not second.made_programme
        assert Target.objects.filter(programme__code="kc-2025").count() == 1


@pytest.mark.parametrize(
    ("name", "more", "sentence"),
    [
        ("续建园", {"seen": 99}, "您打开之后有人改过这个项目"),
        ("完工园", {}, "2024-09-30 已竣工，留在上年清单"),
        ("退出园", {}, "已退出，留在上年清单"),
        ("续建园", {"year_class": ""}, "请选择年度类别"),
        ("续建园", {"plan": Decimal(-1)}, "年度计划不能为负数"),
        ("别处园", {}, "2024-12-31 不在“2024年重点项目”上"),
        ("有计划园", {"plan": Decimal(5)}, "已有 2025 年计划 70.00 万元，这里请留空"),
        ("有计划园", {"opening": Decimal(5)}, "已有截至 2024 年 12 月的核定数"),
    ],
)
def test_one_that_cannot_roll_is_named_and_nothing_is_done(
    name: str, more: dict[str, Any], sentence: str, office: User, programme: Programme
) -> None:
    factories.project(name="别处园")
    planned = factories.project(name="有计划园")
    Listing.objects.create(programme=programme, project=planned, since=date(2024, 1, 1))
    factories.annual_plan(project=planned, year=2025, amount=Decimal(70))
    OpeningFigure.objects.create(
        project=planned, month=date(2024, 12, 1), completed=9, note="统计核定"
    )
    with at(JANUARY):
        with pytest.raises(LinesRefused) as error:
            turned(office, roll("竣工园", "completing"), roll(name, **more))
        assert sentence in said(error)
        project = Project.objects.get(name=name)
        assert list(error.value.lines) == [project.pk]
        assert f"{project.code} {name}：" in said(error)
        assert not YearTurn.objects.exists()
        assert not Programme.objects.filter(code="kc-2025").exists()


@pytest.mark.parametrize(
    ("terms", "field", "sentence"),
    [
        ({"new_list": NewList("kc-2024", "别的名")}, "to_code", "是 2024 年的"),
        ({"new_list": NewList("kc-25", "2024年重点项目")}, "to_name", "已有同名的清单"),
        ({"new_list": NewList("不行", "别的名")}, "to_code", "字母"),
        ({"year": 2026}, "year", "从 2025 年 12 月 1 日起"),
    ],
)
def test_terms_that_cannot_be_are_named(
    terms: dict[str, Any], field: str, sentence: str, office: User
) -> None:
    with at(JANUARY):
        with pytest.raises(ValidationError) as error:
            turned(office, roll("续建园"), **terms)
        assert sentence in "".join(error.value.message_dict[field])
    assert not YearTurn.objects.exists()


def test_plan_that_was_there_before_is_kept(office: User) -> None:
    factories.annual_plan(project=Project.objects.get(name="续建园"), year=2025, amount=Decimal(70))
    with at(JANUARY):
        made = turned(office, roll("续建园"))
        undo_turn(turn=made, reason="名单有误", seen=1, actor=office, approved=True)
    assert figures()[0] == {"续建园": 70}


def test_undone_as_one_step_and_done_again(office: User) -> None:
    with at(JANUARY):
        before = classes(JANUARY), classes(LAST_DAY), figures()
        made = turned(office, *usual())
        during = classes(JANUARY), classes(LAST_DAY), figures()
        undone = undo_turn(turn=made, reason="名单有误", seen=1, actor=office, approved=True)
        assert (classes(JANUARY), classes(LAST_DAY), figures()) == before
        assert (undone.stands, on_list(JANUARY)) == (False, [])
        assert not Programme.objects.filter(code="kc-2025").exists()
        assert Project.objects.get(name="竣工园").year_class == "continuing"
        again = turn_again(turn=made, seen=2, actor=office, approved=True)
        assert (again.stands, again.version, again.made_programme) == (True, 3, True)
        assert on_list(JANUARY) == ["续建园", "竣工园", "新建园"]
        assert (classes(JANUARY), classes(LAST_DAY), figures()) == during
        undo_turn(turn=made, reason="又改了", seen=3, actor=office, approved=True)
        assert (classes(JANUARY), classes(LAST_DAY), figures()) == before


def test_prepared_in_december_is_undone_in_january(office: User) -> None:
    with at(DECEMBER):
        made = turned(office, roll("竣工园", "completing"))
    with at(JANUARY):
        daily.ensure(JANUARY, today=JANUARY)
        undo_turn(turn=made, reason="名单有误", seen=1, actor=office, approved=True)
        assert Project.objects.get(name="竣工园").year_class == "continuing"
        assert classes(JANUARY)["竣工园"] == "continuing"


def _new_plan(office: User) -> None:
    plan = AnnualPlan.objects.get(project__name="续建园", year=2025)
    plan.amount = Decimal(600)
    save_plan(plan=plan, today=clock.today(), actor=office, reason="追加")


def _new_class(office: User) -> None:
    project = Project.objects.get(name="续建园")
    project.year_class = "completing"
    save_project(project=project, actor=office)


def _reported(office: User) -> None:
    factories.status_report(
        project=Project.objects.get(name="续建园"),
        month=date(2025, 1, 1),
        completed=Decimal(5),
        state="approved",
        submitted_at=clock.now(),
    )


def _left(office: User) -> None:
    stay = Listing.objects.get(project__name="续建园", programme__code="kc-2025")
    stay.document = "改号"
    stay.save_by(office)


def _verified(office: User) -> None:
    OpeningFigure.objects.get().delete_by(office)


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [
        (_new_plan, "年度计划在转入以后又改过"),
        (_new_class, "年度类别在转入以后又改过"),
        (_reported, "已有 2025 年复核通过的填报"),
        (_left, "列入清单在转入以后又改过"),
        (_verified, "核定数在转入以后已被删除"),
    ],
)
def test_what_has_moved_since_is_named_and_nothing_is_undone(
    meanwhile: Any, sentence: str, office: User
) -> None:
    with at(JANUARY):
        made = turned(office, *usual())
    with at(FEBRUARY):
        meanwhile(office)
        with pytest.raises(LinesRefused) as error:
            undo_turn(turn=made, reason="名单有误", seen=1, actor=office, approved=True)
        [line] = error.value.messages
        assert sentence in line
        assert "续建园" in line
        assert len(on_list(FEBRUARY)) == 3
        made.refresh_from_db()
        assert made.stands


def test_list_that_others_use_stays_when_the_turn_is_undone(office: User) -> None:
    with at(JANUARY):
        first = turned(office, roll("续建园"))
        second = turned(office, roll("竣工园", "completing"))
        undo_turn(turn=first, reason="名单有误", seen=1, actor=office, approved=True)
        assert on_list(JANUARY) == ["竣工园"]
        undo_turn(turn=second, reason="名单有误", seen=1, actor=office, approved=True)
        assert Programme.objects.filter(code="kc-2025").exists()


def test_list_that_somebody_worked_on_stays(office: User) -> None:
    with at(JANUARY):
        made = turned(office, roll("续建园"))
        target = Target.objects.get(programme__code="kc-2025")
        target.value = Decimal(50)
        save_reference(record=target, actor=office)
        undo_turn(turn=made, reason="名单有误", seen=1, actor=office, approved=True)
        assert Programme.objects.filter(code="kc-2025").exists()
        turn_again(turn=made, seen=2, actor=office, approved=True)
        assert on_list(JANUARY) == ["续建园"]


def test_moved_since_it_was_shown_or_done_twice(office: User) -> None:
    with at(JANUARY):
        made = turned(office, roll("续建园"))
        with pytest.raises(ValidationError, match="正在生效"):
            turn_again(turn=made, seen=1, actor=office, approved=True)
        with pytest.raises(ValidationError, match="请写明撤销的原因"):
            undo_turn(turn=made, reason=" ", seen=1, actor=office, approved=True)
        undo_turn(turn=made, reason="名单有误", seen=1, actor=office, approved=True)
        with pytest.raises(StaleRecord):
            undo_turn(turn=made, reason="名单有误", seen=1, actor=office, approved=True)
        with pytest.raises(ValidationError, match="已经撤销"):
            undo_turn(turn=made, reason="名单有误", seen=2, actor=office, approved=True)


@pytest.mark.parametrize("role", [REPORTER, READER])
def test_only_the_office_turns_the_year(role: str, office: User) -> None:
    other = factories.user(role)
    with at(JANUARY):
        with pytest.raises(NotAllowed):
            turned(other, roll("续建园"))
        made = turned(office, roll("续建园"))
        with pytest.raises(NotAllowed):
            undo_turn(turn=made, reason="名单有误", seen=1, actor=other, approved=True)


def test_total_starts_from_the_verified_figure_and_last_year_is_as_it_was(office: User) -> None:
    project = Project.objects.get(name="续建园")
    OpeningFigure.objects.create(project=project, month=date(2023, 12, 1), completed=100, note="核")
    factories.status_report(
        project=project,
        month=date(2024, 9, 1),
        completed=Decimal(50),
        state="approved",
        submitted_at=clock.now(),
    )

    def total(day: date) -> Decimal | None:
        [row] = progress_rows([project.pk], day)
        return row.money.completed_total

    with at(FEBRUARY):
        assert (total(LAST_DAY), total(FEBRUARY)) == (150, 150)
        turned(office, roll("续建园", opening=Decimal(300)))
        assert (total(LAST_DAY), total(FEBRUARY)) == (150, 300)
