"""A review from its number to its minutes: who may, when, and what is refused in which words."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.records.versions import StaleRecord
from projects.choices import Presence, ReviewState
from projects.models import AgendaItem, Attendance, Decision, Matter, Project, WeeklyReview
from projects.rules.reviews import Drawn, Subject
from projects.services.matters.twins import RepeatedMatter
from projects.services.reviews.agenda import (
    add_item,
    before_of,
    carried_items,
    draw_agenda,
    leave_out,
    mark_item,
    move_item,
    put_back,
    set_minutes,
)
from projects.services.reviews.attending import (
    add_attendance,
    change_chair,
    mark_attendance,
    remove_attendance,
)
from projects.services.reviews.deciding import (
    Said,
    correct_decision,
    decide,
    withdraw_decision,
)
from projects.services.reviews.minuting import finalise_review
from projects.services.reviews.preparing import (
    begin_review,
    cancel_review,
    change_review,
    end_review,
    new_review,
    next_setting,
    send_agenda,
)
from tests import factories
from tests.clock import on, on_date
from tests.projects.reviews.making import decided, ended, prepared, running, setting

pytestmark = pytest.mark.django_db

TUESDAY = date(2024, 9, 24)
DUE = date(2024, 10, 11)


@pytest.fixture
def clerk() -> User:
    return factories.user(REVIEWER, full_name="记录员")


@pytest.fixture
def second() -> User:
    return factories.user(REVIEWER, full_name="定稿员")


@pytest.fixture
def project() -> Project:
    return factories.project(name="示例路网工程", lead_agency=factories.agency(name="示例住建局"))


def said_of(error: pytest.ExceptionInfo[ValidationError], field: str) -> str:
    return str(error.value.message_dict[field][0])


def test_reviews_are_numbered_in_their_year_without_gaps(clerk: User) -> None:
    with on(24, 9):
        first = prepared(clerk, TUESDAY)
        cancel_review(review=first, reason="与区委会议冲突", seen=1, actor=clerk)
        second = prepared(clerk, TUESDAY)
    assert (first.title, second.title) == ("2024年第1次周调度", "2024年第2次周调度")


def test_each_year_begins_with_one_and_looks_back_into_the_last(clerk: User, second: User) -> None:
    project = factories.project(lead_agency=factories.agency())
    with on_date(date(2024, 12, 31)) as day:
        last = ended(running(clerk, day, project), clerk)
        finalise_review(review=last, seen=last.version, actor=second)
    with on_date(date(2025, 1, 7)) as day:
        first = prepared(clerk, day)
    assert (first.title, before_of(first)) == ("2025年第1次周调度", last)


def test_a_second_review_is_refused_and_told_which_is_open(clerk: User) -> None:
    with on(23, 9):
        prepared(clerk, TUESDAY)
        with pytest.raises(ValidationError) as error:
            new_review(setting=setting(TUESDAY), actor=clerk)
    assert "2024年第1次周调度（2024-09-24）还是“准备中”" in error.value.messages[0]
    assert WeeklyReview.objects.count() == 1


def test_a_review_is_not_held_before_the_last_one(clerk: User, second: User) -> None:
    with on(24, 9):
        held = ended(running(clerk, TUESDAY, factories.project()), clerk)
        finalise_review(review=held, seen=held.version, actor=second)
        with pytest.raises(ValidationError) as error:
            new_review(setting=setting(date(2024, 9, 23)), actor=clerk)
    assert said_of(error, "day") == "不能早于上一次（2024年第1次周调度，2024-09-24）。"


@pytest.mark.parametrize("role", [REPORTER, READER])
def test_only_the_office_writes(clerk: User, role: str) -> None:
    other = factories.user(role)
    with on(23, 9):
        with pytest.raises(NotAllowed):
            new_review(setting=setting(TUESDAY), actor=other)
        held = prepared(clerk, TUESDAY, factories.project())
        with pytest.raises(NotAllowed):
            begin_review(review=held, seen=held.version, actor=other)


def test_a_new_review_is_filled_with_the_next_day_that_is_due() -> None:
    # The first cadence says Fridays; 4 October is a holiday, and the 8th the next working day.
    with on(30, 9) as today:
        found = next_setting(today)
    assert (found.day, f"{found.start:%H:%M}") == (date(2024, 10, 8), "09:00")


def test_of_two_who_change_it_the_second_is_told(clerk: User, second: User) -> None:
    with on(23, 9):
        held = prepared(clerk, TUESDAY)
        change_review(review=held, setting=setting(TUESDAY, place="二楼"), seen=1, actor=clerk)
        with pytest.raises(StaleRecord):
            cancel_review(review=held, reason="冲突", seen=1, actor=second)


def test_a_review_is_cancelled_with_a_reason_only(clerk: User) -> None:
    with on(23, 9):
        held = prepared(clerk, TUESDAY)
        with pytest.raises(ValidationError) as error:
            cancel_review(review=held, reason=" ", seen=1, actor=clerk)
    assert said_of(error, "reason").startswith("请写明取消的原因")


def test_it_is_not_moved_to_another_year(clerk: User) -> None:
    with on(23, 9):
        held = prepared(clerk, TUESDAY)
        moved = setting(date(2025, 1, 7))
        with pytest.raises(ValidationError) as error:
            change_review(review=held, setting=moved, seen=1, actor=clerk)
    assert "编号按年度" in said_of(error, "day")


def test_it_does_not_begin_before_its_day_nor_without_items(clerk: User) -> None:
    with on(23, 9):
        held = prepared(clerk, TUESDAY, factories.project())
        with pytest.raises(ValidationError, match="定在 2024-09-24，今天是 2024-09-23"):
            begin_review(review=held, seen=held.version, actor=clerk)
    with on(24, 9):
        item = held.items.get()
        leave_out(item=item, seen=item.version, actor=clerk)
        with pytest.raises(ValidationError, match="议程还没有议题"):
            begin_review(review=held, seen=held.version, actor=clerk)
        with pytest.raises(ValidationError, match="议程还没有议题"):
            send_agenda(review=held, seen=held.version, actor=clerk)


def test_begin_and_end_pressed_twice_do_no_more(clerk: User, second: User) -> None:
    with on(24, 9):
        held = prepared(clerk, TUESDAY, factories.project())
        begun = begin_review(review=held, seen=held.version, actor=clerk)
        again = begin_review(review=held, seen=held.version, actor=second)
        assert again.begun_at == begun.begun_at
        over = end_review(review=begun, seen=begun.version, actor=clerk)
        assert end_review(review=begun, seen=begun.version, actor=second).version == over.version


class TestAgenda:
    def test_it_draws_items_and_who_attends(self, clerk: User, project: Project) -> None:
        lead = factories.official(name="王包保", post="副区长")
        factories.assignment(project=project, official=lead)
        with on(23, 9):
            held = prepared(clerk, TUESDAY, project)
        item = held.items.get()
        assert (item.light, item.reasons) == ("red", [{"kind": "turned_red", "text": "绿灯转红灯"}])
        assert [(each.who, each.presence) for each in held.attendances.order_by("pk")] == [
            ("周主持（副区长）", "present"),
            ("王包保（副区长）", "present"),
            ("示例住建局", "sitting_in"),
        ]

    def test_drawing_again_keeps_what_people_did(self, clerk: User) -> None:
        one, two, three = (factories.project() for _ in range(3))
        with on(23, 9):
            held = prepared(clerk, TUESDAY, one, two)
            first, second = held.items.order_by("order")
            move_item(item=second, by=-1, seen=second.version, actor=clerk)
            set_minutes(item=first, minutes=15, seen=first.version, actor=clerk)
            drawn = [
                Drawn(Subject(each.pk, None, each.code), "yellow", (("overdue", "超期 3 天"),))
                for each in (three, one)
            ]
            held.refresh_from_db()
            draw_agenda(review=held, drawn=drawn, seen=held.version, actor=clerk)
        found = [(each.project_id, each.minutes, each.light) for each in held.items.all()]
        assert found == [(two.pk, 5, "red"), (one.pk, 15, "yellow"), (three.pk, 5, "yellow")]

    def test_an_item_that_is_drawn_the_same_keeps_its_version(self, clerk: User) -> None:
        project = factories.project()
        with on(23, 9):
            held = prepared(clerk, TUESDAY, project)
            again = [Drawn(Subject(project.pk), "red", (("turned_red", "绿灯转红灯"),))]
            draw_agenda(review=held, drawn=again, seen=held.version, actor=clerk)
        assert held.items.get().version == 1

    def test_a_project_is_added_once(self, clerk: User, project: Project) -> None:
        with on(23, 9):
            held = prepared(clerk, TUESDAY, project)
            with pytest.raises(ValidationError) as error:
                add_item(review=held, project=project, actor=clerk)
            item = add_item(review=held, title="通报上月投资", minutes=8, actor=clerk)
        assert "一个项目只列一项" in said_of(error, "project")
        assert (item.order, item.minutes, item.kinds) == (2, 8, ["手工"])

    def test_what_was_left_out_comes_back(self, clerk: User, project: Project) -> None:
        with on(23, 9):
            held = prepared(clerk, TUESDAY, project)
            item = held.items.get()
            out = leave_out(item=item, seen=1, actor=clerk)
            assert out.left_out
            assert not put_back(item=item, seen=2, actor=clerk).left_out
            leave_out(item=item, seen=3, actor=clerk)
            assert not add_item(review=held, project=project, actor=clerk).left_out

    def test_a_stale_item_is_not_moved(self, clerk: User, project: Project) -> None:
        with on(23, 9):
            held = prepared(clerk, TUESDAY, project, factories.project())
            item = held.items.get(project=project)
            set_minutes(item=item, minutes=9, seen=1, actor=clerk)
            with pytest.raises(StaleRecord):
                move_item(item=item, by=1, seen=1, actor=clerk)

    def test_what_was_put_off_or_not_reached_is_carried_to_the_next(
        self, clerk: User, second: User
    ) -> None:
        one, two, three = (factories.project() for _ in range(3))
        with on(24, 9):
            held = running(clerk, TUESDAY, one, two, three)
            for project, outcome in ((one, "carried"), (two, "discussed"), (three, "carried")):
                item = held.items.get(project=project)
                mark_item(item=item, outcome=outcome, seen=1, actor=clerk, note="已汇报")
            done = end_review(review=held, seen=held.version, actor=clerk)
            finalise_review(review=done, seen=done.version, actor=second)
        with on(8):
            following = prepared(clerk, date(2024, 10, 8))
        assert {each.project_id for each in carried_items(following)} == {one.pk, three.pk}


class TestAttendance:
    def test_the_chair_is_not_excused_before_another_has_it(self, clerk: User) -> None:
        other = factories.official(name="李代主持")
        with on(23, 9):
            held = prepared(clerk, TUESDAY, factories.project())
            seat = held.attendances.get(official=held.chair)
            with pytest.raises(ValidationError) as error:
                mark_attendance(
                    attendance=seat, presence="excused", reason="出差", seen=1, actor=clerk
                )
            assert "请先另定主持人" in said_of(error, "presence")
            change_chair(review=held, chair=other, seen=held.version, actor=clerk)
            mark_attendance(
                attendance=seat,
                presence="excused",
                reason="出差",
                substitute="李代主持",
                seen=1,
                actor=clerk,
            )
        assert held.attendances.get(official=other).presence == Presence.PRESENT

    def test_an_excuse_needs_a_reason(self, clerk: User) -> None:
        with on(23, 9):
            held = prepared(clerk, TUESDAY)
            seat = add_attendance(review=held, official=factories.official(), actor=clerk)
            with pytest.raises(ValidationError) as error:
                mark_attendance(attendance=seat, presence="excused", seen=1, actor=clerk)
        assert said_of(error, "reason") == "请写明请假原因。"

    def test_who_is_no_official_sits_in_only(self, clerk: User) -> None:
        with on(23, 9):
            held = prepared(clerk, TUESDAY)
            with pytest.raises(ValidationError) as error:
                add_attendance(review=held, name="张三", presence="present", actor=clerk)
            seat = add_attendance(review=held, name="张三", actor=clerk)
            remove_attendance(attendance=seat, seen=1, actor=clerk)
        assert said_of(error, "presence") == "不在干部名册里的只能列席。"
        assert not Attendance.objects.exists()


class TestDecisions:
    def test_it_becomes_a_draft_matter_at_once(self, clerk: User, project: Project) -> None:
        with on(24, 9):
            held = running(clerk, TUESDAY, project)
            decision = decided(held.items.get(), clerk, DUE, text="本周内完成管线迁改")
        matter = decision.matter
        assert (matter.kind, matter.state, matter.source) == (
            "decision",
            "draft",
            "2024年第1次周调度",
        )
        assert matter.lead_agency == project.lead_agency
        assert matter.verifier == clerk
        assert matter.origin_kind == "review"
        assert AgendaItem.objects.get().outcome == "discussed"

    @pytest.mark.parametrize(
        ("missing", "sentence"),
        [
            ("agency", "请选择责任单位：议定事项须有一个单位负责。"),
            ("due", "请填写办结时限：议定事项须有一个日子。"),
            ("text", "请写明议定的事项。"),
        ],
    )
    def test_without_agency_day_or_text_it_is_refused_by_field(
        self, clerk: User, project: Project, missing: str, sentence: str
    ) -> None:
        said = Said("加快施工", project.lead_agency, DUE)
        lacking = replace(said, **{missing: "" if missing == "text" else None})  # type: ignore[arg-type]
        with on(24, 9):
            item = running(clerk, TUESDAY, project).items.get()
            with pytest.raises(ValidationError) as error:
                decide(item=item, said=lacking, token=uuid4(), actor=clerk)
        assert error.value.message_dict == {missing: [sentence]}
        assert not Matter.objects.exists()

    def test_the_same_token_is_the_same_decision(self, clerk: User, project: Project) -> None:
        token, said = uuid4(), Said("加快施工", project.lead_agency, DUE)
        with on(24, 9):
            item = running(clerk, TUESDAY, project).items.get()
            first = decide(item=item, said=said, token=token, actor=clerk)
            assert decide(item=item, said=said, token=token, actor=clerk) == first
            other = Said("停止施工", project.lead_agency, DUE)
            with pytest.raises(ValidationError, match="这一条已经记为第 1 条“加快施工”"):
                decide(item=item, said=other, token=token, actor=clerk)
        assert (Decision.objects.count(), Matter.objects.count()) == (1, 1)

    def test_a_token_is_answered_also_once_it_was_corrected_or_the_minutes_are_final(
        self, clerk: User, second: User, project: Project
    ) -> None:
        token, said = uuid4(), Said("加快施工", project.lead_agency, DUE)
        with on(24, 9):
            held = running(clerk, TUESDAY, project)
            item = held.items.get()
            first = decide(item=item, said=said, token=token, actor=clerk)
            later = replace(said, text="月底前封顶", due=date(2024, 9, 30))
            correct_decision(decision=first, said=later, seen=1, actor=clerk)
            assert decide(item=item, said=said, token=token, actor=clerk).text == "月底前封顶"
            done = ended(held, clerk)
            finalise_review(review=done, seen=done.version, actor=second)
            assert decide(item=item, said=said, token=token, actor=clerk) == first
            with pytest.raises(NotAllowed):
                decide(item=item, said=said, token=token, actor=factories.user(READER))
            with pytest.raises(ValidationError, match="现在是“已定稿”"):
                decide(item=item, said=said, token=uuid4(), actor=clerk)

    def test_one_like_it_is_offered_unless_there_is_a_reason(
        self, clerk: User, project: Project
    ) -> None:
        with on(24, 9):
            item = running(clerk, TUESDAY, project).items.get()
            decided(item, clerk, DUE)
            with pytest.raises(RepeatedMatter, match="一事一单"):
                decided(item, clerk, DUE, text="另一件事")
            second = decided(item, clerk, DUE, text="另一件事", separate_reason="资金另行安排")
        assert (second.number, second.matter.separate_reason) == (2, "资金另行安排")

    def test_somebody_of_the_agency_does_not_verify_it(self, project: Project) -> None:
        clerk = factories.user(REVIEWER)
        factories.official(agency=project.lead_agency, user=clerk)
        other = factories.user(REVIEWER)
        with on(24, 9):
            item = running(clerk, TUESDAY, project).items.get()
            assert decided(item, clerk, DUE).verifier == other
            with pytest.raises(ValidationError) as error:
                decided(item, clerk, DUE, factor="funds", verifier=clerk)
        assert "不能核查本单位" in said_of(error, "verifier")

    def test_it_is_not_noted_before_the_meeting_nor_without_a_project(
        self, clerk: User, project: Project
    ) -> None:
        with on(24, 9):
            held = prepared(clerk, TUESDAY, project)
            with pytest.raises(ValidationError, match="现在是“准备中”"):
                decided(held.items.get(), clerk, DUE)
            loose = add_item(review=held, title="通报", actor=clerk)
            held.refresh_from_db()
            begin_review(review=held, seen=held.version, actor=clerk)
            with pytest.raises(ValidationError, match="须落到一个项目"):
                decided(loose, clerk, DUE, agency=project.lead_agency)

    def test_it_is_corrected_with_its_matter(self, clerk: User, project: Project) -> None:
        other = factories.agency(name="示例交通局")
        with on(24, 9):
            decision = decided(running(clerk, TUESDAY, project).items.get(), clerk, DUE)
            said = Said("月底前完成迁改", other, date(2024, 10, 31))
            changed = correct_decision(decision=decision, said=said, seen=1, actor=clerk)
            with pytest.raises(StaleRecord):
                correct_decision(decision=decision, said=said, seen=1, actor=clerk)
        matter = Matter.objects.get()
        assert (matter.title, matter.lead_agency) == ("月底前完成迁改", other)
        assert (changed.due, changed.version) == (date(2024, 10, 31), 2)

    def test_withdrawn_it_voids_its_matter_and_is_not_withdrawn_twice(
        self, clerk: User, project: Project
    ) -> None:
        with on(24, 9):
            decision = decided(running(clerk, TUESDAY, project).items.get(), clerk, DUE)
            with pytest.raises(ValidationError) as error:
                withdraw_decision(decision=decision, reason="", seen=1, actor=clerk)
            assert "请写明撤回的原因" in said_of(error, "reason")
            gone = withdraw_decision(decision=decision, reason="记错项目", seen=1, actor=clerk)
            again = withdraw_decision(decision=decision, reason="再撤", seen=1, actor=clerk)
        assert (again.withdrawn, gone.version) == ("记错项目", again.version)
        assert Matter.objects.get().state == "void"

    def test_each_change_moves_the_pulse_and_only_its_own_version(
        self, clerk: User, project: Project
    ) -> None:
        with on(24, 9):
            held = running(clerk, TUESDAY, project)
            before = WeeklyReview.objects.get(pk=held.pk)
            decided(held.items.get(), clerk, DUE)
            after = WeeklyReview.objects.get(pk=held.pk)
        assert after.pulse > before.pulse
        assert after.version == before.version


class TestMinutes:
    def test_a_second_person_makes_them_final_and_issues_the_matters(
        self, clerk: User, second: User, project: Project
    ) -> None:
        with on(24, 9):
            held = running(clerk, TUESDAY, project)
            decided(held.items.get(), clerk, DUE)
            done = ended(held, clerk)
            final = finalise_review(review=done, seen=done.version, actor=second)
        matter = Matter.objects.get()
        assert (final.state, matter.state, matter.due_on) == (ReviewState.FINAL, "issued", DUE)
        assert matter.number == "交办〔2024〕1号"
        assert final.minutes is not None
        (item,) = final.minutes["items"]
        assert item["name"] == "示例路网工程"
        assert item["decisions"][0] | {"verifier": "", "matter": 0} == {
            "number": 1,
            "text": "加快主体施工",
            "agency": "示例住建局",
            "person": "",
            "due": "2024-10-11",
            "level": "1 级（分管领导）",
            "verifier": "",
            "matter": 0,
            "matter_number": "交办〔2024〕1号",
        }
        assert final.minutes["attendance"]["present"][0]["who"] == "周主持（副区长）"

    def test_the_clerk_does_not_and_nobody_does_before_all_items_have_an_outcome(
        self, clerk: User, second: User, project: Project
    ) -> None:
        with on(24, 9):
            held = running(clerk, TUESDAY, project)
            done = end_review(review=held, seen=held.version, actor=clerk)
            with pytest.raises(NotAllowed, match="请由项目中心的另一位同事定稿"):
                finalise_review(review=done, seen=done.version, actor=clerk)
            with pytest.raises(ValidationError, match="第 1 项“示例路网工程”还没有结果"):
                finalise_review(review=done, seen=done.version, actor=second)

    def test_nobody_makes_his_own_decisions_final(
        self, clerk: User, second: User, project: Project
    ) -> None:
        with on(24, 9):
            held = running(clerk, TUESDAY, project)
            decided(held.items.get(), second, DUE)
            done = ended(held, clerk)
            with pytest.raises(NotAllowed, match="议定事项都是您记录的"):
                finalise_review(review=done, seen=done.version, actor=second)

    def test_one_that_cannot_be_issued_stops_all_and_is_named(
        self, clerk: User, second: User, project: Project
    ) -> None:
        with on(24, 9):
            held = running(clerk, TUESDAY, project)
            decided(held.items.get(), clerk, date(2024, 10, 31))
            decided(held.items.get(), clerk, date(2024, 9, 26), factor="funds", text="落实资金")
            done = ended(held, clerk)
        with on(27, 9), pytest.raises(ValidationError, match="第 2 条“落实资金”不能交办"):
            finalise_review(review=done, seen=done.version, actor=second)
        assert {each.state for each in Matter.objects.all()} == {"draft"}
        assert WeeklyReview.objects.get().state == ReviewState.DRAFTED

    def test_final_minutes_stay_as_they_were(
        self, clerk: User, second: User, project: Project
    ) -> None:
        with on(24, 9):
            held = running(clerk, TUESDAY, project)
            decision = decided(held.items.get(), clerk, DUE)
            done = ended(held, clerk)
            final = finalise_review(review=done, seen=done.version, actor=second)
            Project.objects.update(name="改名工程")
            again = finalise_review(review=done, seen=done.version, actor=second)
            with pytest.raises(ValidationError, match="现在是“已定稿”"):
                withdraw_decision(decision=decision, reason="迟了", seen=1, actor=clerk)
        assert again.minutes == final.minutes
