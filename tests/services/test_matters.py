"""A matter from 草拟 to 销号: who may, when, with what; nobody closes his own."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, REPORTER, REVIEWER
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.models import MatterSpan
from projects.choices import MatterKind, Outcome
from projects.models import Matter, MatterStep, Serial
from projects.rules.matters.steps import State, Step
from projects.services.matters.drafts import save_matter
from projects.services.matters.taking import steps_open_to, take_step
from projects.services.matters.turn import Given, MatterRefused
from projects.services.matters.twins import like_it
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo
from tests.services.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_the_whole_way(cast: Cast) -> None:
    cast.answered().does(cast.verifier, Step.CLOSE, text="现场核查，已通电")
    matter = cast.matter
    assert (matter.state, matter.number, matter.version) == ("closed", "交办〔2024〕1号", 5)
    assert matter.closed_on == date(2024, 10, 15)
    assert [each.step for each in matter.steps.all()] == ["issue", "sign", "answer", "close"]
    assert matter.evidence.get().step.step == "answer"
    assert matter.history.count() == 5


def test_numbers_of_a_year_have_no_gaps(cast: Cast) -> None:
    cast.issued()
    other = Cast()
    with pytest.raises(ValidationError):
        other.does(other.office, Step.ISSUE, due=date(2024, 10, 15))
    other.issued()
    assert other.matter.number == "交办〔2024〕2号"
    assert Serial.objects.get(kind="交办").last == 2


class TestNobodyClosesHisOwn:
    def test_the_handler_may_not(self, cast: Cast) -> None:
        cast.answered()
        with pytest.raises(NotAllowed, match="销号由核查人办理"):
            cast.does(cast.clerk, Step.CLOSE, text="好了")

    def test_nor_a_colleague_of_his_agency_though_he_is_named(self, cast: Cast) -> None:
        cast.answered()
        Matter.objects.update(verifier=cast.colleague)
        with pytest.raises(NotAllowed, match="核查人"):
            cast.does(cast.colleague, Step.CLOSE, text="好了")

    def test_nor_the_office_that_is_not_the_verifier(self, cast: Cast) -> None:
        cast.answered()
        with pytest.raises(NotAllowed):
            cast.does(cast.office, Step.CLOSE, text="好了")

    def test_nor_a_verifier_who_has_moved_from_the_agency_after_answering(self, cast: Cast) -> None:
        cast.answered()
        Matter.objects.update(verifier=cast.clerk)
        cast.clerk.official.delete()
        with pytest.raises(NotAllowed):
            cast.does(cast.clerk, Step.CLOSE, text="好了")

    def test_agencys_own_person_cannot_be_named(self, cast: Cast) -> None:
        Matter.objects.update(verifier=cast.colleague)
        with pytest.raises(ValidationError, match="不能核查本单位"):
            cast.issued()
        assert not MatterStep.objects.exists()


class TestTwoAtOnce:
    def test_the_second_is_told_what_happened(self, cast: Cast) -> None:
        cast.working()
        seen = factories.seen(cast.matter)
        answer = Given(text="已解决", outcome=Outcome.SOLVED, files=[photo()])
        everything: dict[str, Any] = {"matter": cast.matter, "step": Step.ANSWER, "seen": seen}
        take_step(**everything, actor=cast.clerk, given=answer)
        with pytest.raises(StaleRecord, match="办理中"):
            take_step(**everything, actor=cast.colleague, given=answer)
        assert cast.matter.steps.filter(step="answer").count() == 1

    def test_step_that_is_over_is_refused_with_its_state(self, cast: Cast) -> None:
        cast.answered()
        with pytest.raises(MatterRefused, match="事项现在是“已反馈”，不能反馈"):
            cast.does(cast.clerk, Step.ANSWER, text="再答", outcome="solved", files=[photo()])


class TestWhatIsMissing:
    def test_answer_without_evidence_or_outcome(self, cast: Cast) -> None:
        cast.working()
        with pytest.raises(ValidationError) as refused:
            cast.does(cast.clerk, Step.ANSWER, text="", outcome="solved")
        assert set(refused.value.message_dict) == {"text", "evidence"}
        with pytest.raises(ValidationError, match="请选择办理结果"):
            cast.does(cast.clerk, Step.ANSWER, text="好了", files=[photo()])
        assert cast.matter.state == State.WORKING

    def test_text_beyond_the_limit_loses_nothing(self, cast: Cast) -> None:
        cast.working()
        with pytest.raises(ValidationError, match="最多 4000 字"):
            cast.does(cast.clerk, Step.NOTE, text="字" * 100_000)
        assert cast.matter.steps.count() == 2

    def test_due_day_that_has_passed(self, cast: Cast) -> None:
        with pytest.raises(ValidationError, match="不晚于今天"):
            cast.issued("2024-10-15")

    def test_due_day_on_a_holiday_is_kept_at_the_next_working_day(self, cast: Cast) -> None:
        cast.issued("2024-10-19")
        assert cast.matter.due_on == date(2024, 10, 21)

    def test_agency_and_verifier(self, cast: Cast) -> None:
        Matter.objects.update(lead_agency=None)
        with pytest.raises(ValidationError, match="牵头单位"):
            cast.issued()
        Matter.objects.update(lead_agency=cast.agency, verifier=None)
        with pytest.raises(ValidationError, match="核查人"):
            cast.issued()


class TestExtension:
    def test_first_by_the_office_second_by_the_lead_official(self, cast: Cast) -> None:
        cast.working()
        cast.does(cast.clerk, Step.ASK_EXTENSION, text="设备未到", due=date(2024, 11, 8))
        with pytest.raises(NotAllowed, match="第一次延期由督查办公室审批"):
            cast.does(cast.leader, Step.EXTEND)
        cast.does(cast.office, Step.EXTEND)
        assert cast.matter.due_on == date(2024, 11, 8)
        cast.does(cast.clerk, Step.ASK_EXTENSION, text="仍未到", due=date(2024, 11, 22))
        with pytest.raises(NotAllowed, match="包保领导"):
            cast.does(cast.office, Step.EXTEND)
        cast.does(cast.leader, Step.EXTEND)
        assert cast.matter.due_on == date(2024, 11, 22)
        with pytest.raises(ValidationError, match="最多 2 次"):
            cast.does(cast.clerk, Step.ASK_EXTENSION, text="又", due=date(2024, 12, 2))
        assert cast.matter.story().original == date(2024, 10, 25)

    def test_refused_needs_words_and_changes_nothing(self, cast: Cast) -> None:
        cast.working()
        cast.does(cast.clerk, Step.ASK_EXTENSION, text="设备未到", due=date(2024, 11, 8))
        with pytest.raises(ValidationError, match="须写明理由"):
            cast.does(cast.office, Step.REFUSE_EXTENSION)
        cast.does(cast.office, Step.REFUSE_EXTENSION, text="可以调剂")
        assert cast.matter.due_on == date(2024, 10, 25)

    def test_asked_too_late(self, cast: Cast) -> None:
        cast.working()
        with on(25), pytest.raises(ValidationError, match="最迟 2024-10-24"):
            cast.does(cast.clerk, Step.ASK_EXTENSION, text="迟了", due=date(2024, 11, 8))

    def test_not_granted_by_who_asked(self, cast: Cast) -> None:
        both = cast.of(cast.agency, REPORTER, REVIEWER)
        cast.working()
        cast.does(both, Step.ASK_EXTENSION, text="设备未到", due=date(2024, 11, 8))
        with pytest.raises(NotAllowed, match="不能审批自己"):
            cast.does(both, Step.EXTEND)


class TestPause:
    def test_moves_the_due_day_when_it_ends(self, cast: Cast) -> None:
        cast.working()
        cast.does(cast.clerk, Step.ASK_PAUSE, text="等待省里批复", files=[photo()])
        with pytest.raises(MatterRefused, match="没有等待审批的延期"):
            cast.does(cast.office, Step.EXTEND)
        cast.does(cast.office, Step.PAUSE)
        assert cast.matter.rests_from == date(2024, 10, 15)
        assert not MatterSpan.objects.late(date(2025, 1, 1)).exists()
        with on(18):
            cast.does(cast.clerk, Step.RESUME)
        # 10-16 and 10-17 of the pause count, 10-15 is the day of issue itself.
        assert (cast.matter.rests_from, cast.matter.due_on) == (None, date(2024, 10, 29))

    def test_needs_evidence(self, cast: Cast) -> None:
        cast.working()
        with pytest.raises(ValidationError, match="佐证"):
            cast.does(cast.clerk, Step.ASK_PAUSE, text="等待")

    def test_reaches_back_no_further_than_three_working_days(self, cast: Cast) -> None:
        cast.working()
        with pytest.raises(ValidationError, match="太早"):
            cast.does(
                cast.clerk, Step.ASK_PAUSE, text="补", first=date(2024, 10, 9), files=[photo()]
            )


def test_office_signs_for_an_agency_without_an_account(cast: Cast) -> None:
    assert cast.issued().does(cast.office, Step.SIGN).on_behalf
    other = Cast()
    assert not other.issued().does(other.clerk, Step.SIGN).on_behalf


def test_objection_moves_it_to_another_agency_whose_clock_begins_anew(cast: Cast) -> None:
    other = factories.agency(name="示例自来水公司")
    cast.issued().does(cast.clerk, Step.OBJECT, text="属供水", agency=other)
    with pytest.raises(ValidationError, match="另一个牵头单位"):
        cast.does(
            cast.office, Step.REASSIGN, text="再想", agency=cast.agency, due=date(2024, 10, 30)
        )
    cast.does(cast.office, Step.REASSIGN, text="同意", agency=other, due=date(2024, 10, 30))
    assert (cast.matter.lead_agency, cast.matter.state) == (other, "issued")
    with pytest.raises(NotAllowed, match="签收由牵头单位、督查办公室办理"):
        cast.does(cast.clerk, Step.SIGN)
    assert cast.does(cast.of(other), Step.SIGN)


def test_returned_and_reopened_keep_their_history(cast: Cast) -> None:
    cast.answered().does(cast.verifier, Step.RETURN, text="现场未通电")
    assert (cast.matter.state, cast.matter.round) == ("working", 2)
    cast.does(cast.clerk, Step.ANSWER, text="已通电", outcome=Outcome.SOLVED, files=[photo()])
    cast.does(cast.verifier, Step.CLOSE, text="属实")
    cast.does(cast.office, Step.REOPEN, text="企业反映又断电", due=date(2024, 11, 1))
    assert (cast.matter.state, cast.matter.round) == ("working", 3)
    assert (cast.matter.closed_on, cast.matter.due_on) == (None, date(2024, 11, 1))
    assert cast.matter.steps.filter(step="close").count() == 1


def test_merged_into_one_that_is_open(cast: Cast) -> None:
    cast.issued()
    twin = factories.matter(
        project=cast.project, lead_agency=cast.agency, factor=cast.matter.factor
    )
    assert like_it(twin) == [cast.matter]
    seen = factories.seen(twin)
    merge: dict[str, Any] = {"matter": twin, "step": Step.MERGE, "actor": cast.office, "seen": seen}
    closed = factories.matter()
    with pytest.raises(ValidationError, match="不在办理中"):
        take_step(**merge, given=Given(text="重复", survivor=closed))
    take_step(**merge, given=Given(text="重复", survivor=cast.matter))
    twin.refresh_from_db()
    assert (twin.state, twin.merged_into) == ("merged", cast.matter)
    assert twin.steps.count() == 1


class TestRaising:
    def test_clerk_raises_on_his_own_project_and_not_on_anothers(self, cast: Cast) -> None:
        own = factories.project(lead_agency=cast.agency)
        raised = save_matter(
            matter=Matter(title="缺土方", kind=MatterKind.DIFFICULTY, project=own),
            actor=cast.clerk,
        )
        assert (raised.author, raised.state) == (cast.clerk, "draft")
        with pytest.raises(NotAllowed, match="不由您"):
            save_matter(
                matter=Matter(title="缺土方", kind=MatterKind.DIFFICULTY, project=cast.project),
                actor=cast.clerk,
            )

    def test_enterprise_may_ask_without_a_project_others_may_not(self, cast: Cast) -> None:
        firm = factories.agency(kind="enterprise")
        asked = Matter(title="用工不足", kind=MatterKind.ENTERPRISE, enterprise=firm)
        assert save_matter(matter=asked, actor=cast.clerk).pk
        with pytest.raises(ValidationError, match="请选择项目"):
            save_matter(
                matter=Matter(title="用工", kind=MatterKind.DIFFICULTY, enterprise=firm),
                actor=cast.clerk,
            )

    def test_milestone_is_of_the_project(self, cast: Cast) -> None:
        foreign = factories.milestone(project=factories.project())
        cast.matter.milestone = foreign
        with pytest.raises(ValidationError, match="不属于所选的项目"):
            save_matter(matter=cast.matter, actor=cast.office)

    def test_draft_is_changed_by_its_author_and_the_office(self, cast: Cast) -> None:
        own = factories.project(lead_agency=cast.agency)
        draft = factories.matter(project=own, author=cast.clerk)
        with pytest.raises(NotAllowed, match="提出人"):
            save_matter(matter=draft, actor=cast.colleague)
        save_matter(matter=draft, actor=cast.office)

    def test_what_is_issued_changes_by_steps_alone(self, cast: Cast) -> None:
        cast.issued()
        cast.matter.title = "别的"
        with pytest.raises(MatterRefused, match="已经交办"):
            save_matter(matter=cast.matter, actor=cast.office)


def test_steps_that_somebody_is_offered_are_those_he_may_take(cast: Cast) -> None:
    def offered(actor: User) -> set[Step]:
        return {step for step, _ in steps_open_to(cast.matter, actor)}

    assert offered(cast.clerk) == set()
    assert offered(cast.office) == {Step.ISSUE, Step.VOID, Step.MERGE}
    cast.issued()
    assert offered(cast.clerk) == {Step.SIGN, Step.OBJECT, Step.ASK_EXTENSION}
    assert offered(factories.user(AUDITOR)) == set()
    assert {each.pk for each in Matter.objects.waiting_for(cast.clerk)} == {cast.matter.pk}
    assert not Matter.objects.waiting_for(cast.verifier).exists()
    cast.does(cast.clerk, Step.SIGN)
    cast.does(cast.clerk, Step.ANSWER, text="好", outcome="solved", files=[photo()])
    assert Step.CLOSE in offered(cast.verifier)
    assert Matter.objects.waiting_for(cast.verifier).exists()


def test_batches_walk_all_by_key_and_none_twice() -> None:
    made = [factories.matter().pk for _ in range(5)]
    batches = list(Matter.objects.batches(2))
    assert [[each.pk for each in batch] for batch in batches] == [made[:2], made[2:4], made[4:]]
