"""Stopping, reporting, asking, approving, returning, correcting: who may, when, and what follows."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.records.versions import StaleRecord
from projects.models import Project, Stop
from projects.services import save_project
from projects.services.many import Edit, EditsRefused, save_projects
from projects.services.stops.steps import (
    approve_resume,
    ask_resume,
    begin_stop,
    correct_stop,
    keep_standings,
    report_stop,
    return_resume,
    strike_stop,
)
from tests import factories
from tests.clock import on
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


class Scene:
    """A project of a clerk's agency, the clerk, and two of the office."""

    def __init__(self) -> None:
        agency = factories.agency()
        self.clerk = factories.user(REPORTER)
        factories.official(user=self.clerk, agency=agency)
        self.office, self.second = factories.user(REVIEWER), factories.user(REVIEWER)
        self.project = factories.project(name="示例冷链物流园", lead_agency=agency)

    def standing(self) -> str:
        return Project.objects.values_list("standing", flat=True).get(pk=self.project.pk)

    def stop(self, actor: User | None = None, **fields: Any) -> Stop:
        given = {"reason": "funds", "stopped_on": date(2024, 9, 20)} | fields
        return begin_stop(
            stop=Stop(project=self.project, **given),
            seen=factories.seen(self.project),
            actor=actor or self.clerk,
        )

    def asked(
        self,
        stop: Stop | None = None,
        actor: User | None = None,
        recheck_on: date | None = None,
        recheck_document: str = "",
    ) -> Stop:
        stop = stop or self.stop()
        return ask_resume(
            stop=stop,
            note="资金到位，人员进场",
            recheck_on=recheck_on,
            recheck_document=recheck_document,
            seen=factories.seen(stop),
            actor=actor or self.clerk,
        )

    def approved(self, stop: Stop, actor: User | None = None, day: date = TODAY) -> Stop:
        return approve_resume(
            stop=stop,
            resumed_on=day,
            document="",
            seen=factories.seen(stop),
            actor=actor or self.office,
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(ValidationError) as caught:
        act()
    return "；".join(caught.value.messages)


def test_a_stop_sets_the_standing_and_its_resumption_takes_it_back(scene: Scene) -> None:
    before = factories.seen(scene.project)
    stop = scene.stop()
    assert (scene.standing(), factories.seen(scene.project)) == ("suspended", before + 1)
    report_stop(
        stop=stop,
        reported_on=date(2024, 10, 8),
        document="函〔2024〕3号",
        seen=factories.seen(stop),
        actor=scene.clerk,
    )
    scene.asked(stop)
    assert scene.standing() == "suspended"
    scene.approved(stop)
    stop.refresh_from_db()
    assert scene.standing() == "normal"
    assert (stop.resumed_on, stop.approved_on, stop.approved_by) == (TODAY, TODAY, scene.office)
    assert (stop.author, stop.resume_asked_by) == (scene.clerk, scene.clerk)
    assert [row.version for row in stop.history.order_by("history_id")] == [1, 2, 3, 4]


def test_whoever_asked_does_not_approve(scene: Scene) -> None:
    stop = scene.asked(actor=scene.office)
    with pytest.raises(NotAllowed, match="另一位同事"):
        scene.approved(stop, scene.office)
    with pytest.raises(NotAllowed, match="您的账号没有"):
        scene.approved(stop, scene.clerk)
    assert scene.standing() == "suspended"
    scene.approved(stop, scene.second)
    assert scene.standing() == "normal"


def test_a_return_keeps_it_stopped_and_says_why(scene: Scene) -> None:
    stop = scene.asked()

    def returned(note: str) -> Stop:
        seen = factories.seen(stop)
        return return_resume(stop=stop, note=note, seen=seen, actor=scene.office)

    assert "退回的原因" in refused(lambda: returned(" "))
    returned("整改未验收")
    stop.refresh_from_db()
    assert (stop.is_asked, stop.return_note, scene.standing()) == (False, "整改未验收", "suspended")
    assert "还没有人申请" in refused(lambda: scene.approved(stop))
    scene.asked(stop)
    assert not Stop.objects.get().return_note


def test_a_resumption_without_a_request_or_a_second_one_is_refused(scene: Scene) -> None:
    stop = scene.stop()
    assert "还没有人申请复工" in refused(lambda: scene.approved(stop))
    scene.asked(stop)
    assert "已经申请" in refused(lambda: scene.asked(stop))
    scene.approved(stop)
    assert "已于 2024-10-15 复工" in refused(lambda: scene.approved(stop))
    assert "已于 2024-10-15 复工" in refused(lambda: scene.asked(stop))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stopped_on": TODAY + timedelta(days=1)}, "不能晚于今天（2024-10-15）"),
        ({"reason": "other"}, "请写明具体情况"),
        ({"reason": "funds", "report_document": "函1号"}, "请填写日期"),
        ({"reported_on": date(2024, 9, 19), "report_document": "函"}, "不能早于停工日期"),
        ({"reported_on": date(2024, 9, 21)}, "请填写文号"),
        ({"stopped_on": None}, "null"),
    ],
)
def test_a_stop_that_makes_no_sense_is_refused_whole(
    scene: Scene, fields: dict[str, Any], said: str
) -> None:
    assert said in refused(lambda: scene.stop(**fields))
    assert not Stop.objects.exists()
    assert scene.standing() == "normal"


def test_days_of_a_resumption_are_checked(scene: Scene) -> None:
    stop = scene.asked()
    assert "不能早于停工日期" in refused(lambda: scene.approved(stop, day=date(2024, 9, 19)))
    assert "最远到 2024-11-15" in refused(lambda: scene.approved(stop, day=date(2024, 11, 16)))
    assert scene.standing() == "suspended"


def test_stops_never_overlap_and_only_one_is_open(scene: Scene) -> None:
    first = scene.stop()
    assert "已在停工" in refused(scene.stop)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.stop(project=scene.project)
    scene.approved(scene.asked(first), day=date(2024, 10, 1))
    assert "2024-09-20 起到 2024-10-01 复工的停工重叠" in refused(
        lambda: scene.stop(stopped_on=date(2024, 9, 1))
    )
    assert "重叠或相连" in refused(lambda: scene.stop(stopped_on=date(2024, 10, 1)))
    scene.stop(stopped_on=date(2024, 10, 2))
    assert scene.standing() == "suspended"


def test_a_year_of_standing_still_asks_for_the_permit_first(scene: Scene) -> None:
    stop = scene.stop(stopped_on=date(2023, 10, 15))
    assert "已满一年" in refused(lambda: scene.asked(stop))
    assert "请填写文号" in refused(lambda: scene.asked(stop, recheck_on=TODAY))
    later = TODAY + timedelta(days=1)
    assert "不能晚于今天" in refused(
        lambda: scene.asked(stop, recheck_on=later, recheck_document="核1号")
    )
    scene.asked(stop, recheck_on=TODAY, recheck_document="核1号")
    scene.approved(stop)
    assert scene.standing() == "normal"


def test_a_request_before_the_year_was_over_is_not_granted_after_it(scene: Scene) -> None:
    stop = scene.asked(scene.stop(stopped_on=date(2023, 10, 16)))
    assert "已满一年" in refused(lambda: scene.approved(stop, day=date(2024, 10, 16)))
    scene.approved(stop, day=TODAY)


def test_a_resumption_of_a_later_day_ends_the_standstill_on_it(scene: Scene) -> None:
    stop = scene.asked()
    scene.approved(stop, day=date(2024, 10, 18))
    assert scene.standing() == "suspended"
    system = User.objects.system()
    assert keep_standings(day=date(2024, 10, 17), actor=system) == 0
    with on(18):
        assert keep_standings(day=date(2024, 10, 18), actor=system) == 1
        assert keep_standings(day=date(2024, 10, 18), actor=system) == 0
    assert scene.standing() == "normal"


def test_only_whose_project_it_is_stops_it(scene: Scene) -> None:
    other = factories.user(REPORTER)
    for actor in (other, factories.user(READER)):
        with pytest.raises(NotAllowed):
            scene.stop(actor)
    stop = scene.stop()
    with pytest.raises(NotAllowed):
        scene.asked(stop, other)


def test_what_was_shown_is_what_is_decided_on(scene: Scene) -> None:
    stop = scene.asked()
    seen = factories.seen(stop)
    correct_stop(stop=changed(stop, note="补充"), reason="补", seen=seen, actor=scene.office)
    with pytest.raises(StaleRecord):
        approve_resume(stop=stop, resumed_on=TODAY, document="", seen=seen, actor=scene.second)
    with pytest.raises(StaleRecord):
        begin_stop(
            stop=Stop(project=factories.project(), reason="funds", stopped_on=TODAY),
            seen=99,
            actor=scene.office,
        )


def changed(stop: Stop, **fields: Any) -> Stop:
    found = Stop.objects.get(pk=stop.pk)
    for name, value in fields.items():
        setattr(found, name, value)
    return found


def test_a_correction_keeps_the_standing_true(scene: Scene) -> None:
    stop = scene.asked()
    scene.approved(stop, day=date(2024, 10, 10))

    def correct(reason: str = "日期录错", actor: User = scene.office, **fields: Any) -> None:
        seen = factories.seen(stop)
        correct_stop(stop=changed(stop, **fields), reason=reason, seen=seen, actor=actor)

    assert "更正的原因" in refused(lambda: correct(" "))
    with pytest.raises(NotAllowed, match="项目中心更正"):
        correct(actor=scene.clerk)
    assert "不能清空" in refused(lambda: correct(resumed_on=None))
    correct(resumed_on=date(2024, 10, 20))
    assert scene.standing() == "suspended"
    correct(resumed_on=date(2024, 10, 12), stopped_on=date(2024, 9, 1))
    assert scene.standing() == "normal"
    assert stop.history.first().history_change_reason == "更正：日期录错"


def test_a_correction_makes_no_resumption(scene: Scene) -> None:
    stop = scene.stop()
    given = changed(stop, resumed_on=TODAY)
    seen = factories.seen(stop)
    said = refused(lambda: correct_stop(stop=given, reason="补", seen=seen, actor=scene.office))
    assert "要经申请和同意" in said
    assert scene.standing() == "suspended"


def test_a_finished_or_withdrawn_project_is_not_stopped(scene: Scene) -> None:
    Project.objects.filter(pk=scene.project.pk).update(actual_completion=date(2024, 9, 20))
    assert "已于 2024-09-20 竣工" in refused(scene.stop)
    scene.stop(stopped_on=date(2024, 9, 1))
    withdrawn = factories.project(standing="withdrawn")
    given = Stop(project=withdrawn, reason="funds", stopped_on=TODAY)
    assert "已退出" in refused(lambda: begin_stop(stop=given, seen=1, actor=scene.office))


def test_every_other_door_refuses_to_set_or_unset_it(scene: Scene) -> None:
    def saved(standing: str) -> None:
        found = Project.objects.get(pk=scene.project.pk)
        found.standing = standing
        save_project(project=found, actor=scene.office, approved=True)

    def imported(standing: str) -> str:
        found, old = (Project.objects.get(pk=scene.project.pk) for _ in range(2))
        found.standing = standing
        with pytest.raises(EditsRefused) as caught:
            save_projects(edits=[Edit(found, old)], actor=scene.office, reason="导入")
        return "".join(caught.value.errors[0].messages)

    assert "在项目页登记停工" in refused(lambda: saved("suspended"))
    assert "在项目页登记停工" in imported("suspended")
    fresh = Project(name="新", stage="construction", standing="suspended")
    assert "先按“正常”登记" in refused(lambda: save_project(project=fresh, actor=scene.office))
    scene.stop()
    assert "在项目页申请复工" in refused(lambda: saved("normal"))
    assert "在项目页申请复工" in imported("normal")
    # A row that says what is so is no change.
    saved("suspended")
    saved("deferred")
    assert scene.standing() == "deferred"
    assert "在项目页申请复工" in refused(lambda: saved("normal"))
    scene.approved(scene.asked(Stop.objects.get()))
    assert scene.standing() == "deferred"
    saved("normal")
    assert scene.standing() == "normal"


def test_a_stop_registered_by_mistake_is_taken_back(scene: Scene) -> None:
    stop = scene.stop()
    assert scene.standing() == "suspended"
    with pytest.raises(NotAllowed, match="您的账号没有"):
        strike_stop(stop=stop, reason="登记错了", seen=stop.version, actor=scene.clerk)
    with pytest.raises(ValidationError, match="撤销的原因"):
        strike_stop(stop=stop, reason=" ", seen=stop.version, actor=scene.office)
    strike_stop(stop=stop, reason="登记到了别的项目", seen=stop.version, actor=scene.office)
    assert (Stop.objects.count(), scene.standing()) == (0, "normal")
    last = Stop.history.latest("history_id")
    assert (last.history_type, last.history_change_reason) == ("-", "撤销登记：登记到了别的项目")


def test_a_resumed_stop_is_corrected_and_not_taken_back(scene: Scene) -> None:
    stop = factories.stop(project=scene.project, resumed_on=TODAY)
    with pytest.raises(ValidationError, match="已于 2024-10-15 复工"):
        strike_stop(stop=stop, reason="登记错了", seen=stop.version, actor=scene.office)


def test_who_registered_a_stop_does_not_take_it_back_alone(scene: Scene) -> None:
    stop = scene.stop()
    Stop.objects.update(author=scene.office)
    with pytest.raises(NotAllowed, match="停工是您登记的"):
        strike_stop(stop=stop, reason="登记错了", seen=stop.version, actor=scene.office)
    assert scene.standing() == "suspended"
