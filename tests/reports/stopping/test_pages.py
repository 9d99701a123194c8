"""The list, the section and every step's screen: what is shown, who may, what is refused."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from projects.models import Project, Stop
from projects.notices.stops import remind
from projects.services.stops.steps import approve_resume, ask_resume, begin_stop, return_resume
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self) -> None:
        agency = factories.agency(name="示例单位甲")
        self.clerk = factories.user(REPORTER)
        liaison = factories.official(user=self.clerk, agency=agency)
        self.office, self.second = factories.user(REVIEWER), factories.user(REVIEWER)
        self.project = factories.project(name="示例园", code="S-1", lead_agency=agency)
        factories.assignment(project=self.project, official=liaison, role="liaison_officer")

    def stop(self, **fields: Any) -> Stop:
        given = {"reason": "funds", "stopped_on": date(2024, 8, 1)} | fields
        seen = factories.seen(self.project)
        return begin_stop(stop=Stop(project=self.project, **given), seen=seen, actor=self.clerk)

    def asked(self) -> Stop:
        stop = self.stop()
        return ask_resume(
            stop=stop,
            note="资金到位",
            recheck_on=None,
            recheck_document="",
            seen=factories.seen(stop),
            actor=self.clerk,
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def buttons(user: User) -> list[str]:
    page = as_(user).get(reverse("project", args=["S-1"]))
    section = page.context["stop_section"]
    found = [step.name for each in section.stops for step in each.steps]
    return [*found, *(["begin"] if section.may_begin else [])]


def test_each_is_offered_what_he_may_do_now(scene: Scene) -> None:
    reader = factories.user(READER, is_staff=False)
    assert buttons(scene.clerk) == buttons(scene.office) == ["begin"]
    assert buttons(reader) == buttons(factories.user(REPORTER)) == []
    scene.asked()
    assert buttons(scene.clerk) == ["report"]
    assert buttons(scene.office) == ["report", "approve", "return", "correct", "strike"]
    assert buttons(reader) == []
    past = as_(scene.office).get(reverse("project", args=["S-1"]), {"as_of": "2024-10-01"})
    assert "登记报告" not in past.text
    assert "停工中" in past.text


def test_every_step_is_taken_on_its_screen(scene: Scene) -> None:
    clerk, office = as_(scene.clerk), as_(scene.second)
    begin = reverse("stop-new", args=["S-1"])
    seen = factories.seen(scene.project)
    given = {"seen_version": seen, "reason": "funds", "stopped_on": "2024-08-01", "note": "停"}
    refused = clerk.post(begin, given | {"stopped_on": "2024-10-16"})
    assert "不能晚于今天" in refused.text
    assert 'value="2024-10-16"' in refused.text
    assert not Stop.objects.exists()
    assert clerk.post(begin, given).status_code == 302
    stop = Stop.objects.get()
    assert Project.objects.get().standing == "suspended"
    assert clerk.get(begin).status_code == 302

    def take(client: Client, step: str, **fields: Any) -> str:
        address = reverse("stop-step", args=[stop.pk, step])
        assert client.get(address).status_code == 200
        answer = client.post(address, {"seen_version": factories.seen(stop)} | fields)
        stop.refresh_from_db()
        return answer.text if answer.status_code == 200 else ""

    assert "请填写报告文号" in take(clerk, "report", reported_on="2024-10-08")
    assert not take(clerk, "report", reported_on="2024-10-08", report_document="函〔2024〕3号")
    assert "还没有人申请复工" in take(office, "approve", resumed_on="2024-10-15")
    assert not take(clerk, "ask", resume_note="资金到位")
    assert "您的账号没有" in take(clerk, "approve", resumed_on="2024-10-15")
    assert not take(office, "return", return_note="整改未验收")
    assert not take(clerk, "ask", resume_note="整改已验收")
    assert not take(office, "approve", resumed_on="2024-10-15", resume_document="复工1号")
    assert Project.objects.get().standing == "normal"
    fields = {"reason": "safety", "stopped_on": "2024-08-02", "resumed_on": "2024-10-14"}
    filled = fields | {"reported_on": "2024-10-08", "report_document": "函〔2024〕3号"}
    assert "请写明原因" in take(office, "correct", **filled)
    assert not take(office, "correct", **filled, why="原因录错")
    assert (stop.reason, stop.stopped_on) == ("safety", date(2024, 8, 2))


def test_a_screen_that_was_overtaken_says_so_and_goes_on_with_a_second_press(scene: Scene) -> None:
    stop = scene.asked()
    client, address = as_(scene.second), reverse("stop-step", args=[stop.pk, "return"])
    old = factories.seen(stop) - 1
    page = client.post(address, {"seen_version": old, "return_note": "补材料"})
    assert "再按一次" in page.text
    assert "补材料" in page.text
    newest = page.context["form"].data["seen_version"]
    assert (
        client.post(address, {"seen_version": newest, "return_note": "补材料"}).status_code == 302
    )


def test_a_step_that_is_none_and_a_stop_that_is_none_are_not_found(scene: Scene) -> None:
    stop, client = scene.stop(), as_(scene.office)
    assert client.get(f"/stops/{stop.pk}/delete/").status_code == 404
    assert client.get("/stops/99999999999999999999/report/").status_code == 404
    assert as_(factories.user(READER)).get(f"/stops/{stop.pk}/report/").status_code == 403


def shown(client: Client, **asked: str) -> list[str]:
    page = client.get(reverse("stops"), asked)
    assert page.status_code == 200
    return [each.stop.project.name for each in page.context["page"].object_list]


def test_the_list_is_that_of_the_day_and_of_what_was_known(scene: Scene) -> None:
    scene.stop()
    over = factories.project(name="示例路")
    factories.stop(
        project=over,
        reason="safety",
        stopped_on=date(2024, 7, 1),
        resumed_on=date(2024, 9, 1),
        report_document="停工报告7号",
        reported_on=date(2024, 7, 2),
    )
    client = as_(factories.user(READER, is_staff=False))
    assert shown(client) == ["示例园"]
    assert shown(client, state="ended") == ["示例路"]
    assert shown(client, as_of="2024-08-15") == ["示例路", "示例园"]
    assert shown(client, as_of="2024-07-31") == ["示例路"]
    assert shown(client, as_of="2024-07-31", known_at="2024-10-14") == []
    assert shown(client, state="all", reason="safety") == ["示例路"]
    assert shown(client, state="all", search="停工报告7") == ["示例路"]
    assert shown(client, state="all", search="aqsg") == ["示例路"]
    assert shown(client, flag="report_late") == ["示例园"]
    assert shown(client, flag="recheck") == []
    agency = scene.project.lead_agency
    assert shown(client, lead_agency=str(agency.pk if agency else 0)) == ["示例园"]
    assert client.get(reverse("stops"), {"flag": "never"}).status_code == 400
    assert client.get(reverse("stops"), {"page": "2"}).status_code == 404
    assert "示例路" in client.get(reverse("search"), {"q": "停工报告7号"}).text


def test_the_list_costs_the_same_for_one_and_for_many(scene: Scene) -> None:
    client = as_(scene.office)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("stops"))
            client.get(reverse("admin:index"))
        return len(queries)

    scene.stop()
    client.get(reverse("admin:index"))
    one = cost()
    for _ in range(20):
        factories.stop(project=factories.project(lead_agency=scene.project.lead_agency))
    client.get(reverse("admin:index"))  # judges the new projects
    assert cost() <= one


def test_my_work_names_what_waits_for_each(scene: Scene) -> None:
    scene.asked()
    page = as_(scene.office).get(reverse("admin:index"))
    assert "复工待同意" in page.text
    assert "报告逾期 44 天" in page.text
    own = as_(scene.clerk).get(reverse("admin:index"))
    assert "报告逾期 44 天" in own.text
    assert own.context["work"].stops.total == 1


def test_quality_names_what_the_law_asks(scene: Scene) -> None:
    scene.stop(stopped_on=date(2023, 10, 15))
    page = as_(scene.office).get(reverse("quality"))
    assert "报告发证机关逾期 335 天" in page.text
    assert "施工许可证没有核验" in page.text


def test_other_systems_read_stops_as_of_a_day(api: Client, scene: Scene) -> None:
    stop = scene.stop()
    Stop.objects.update(resumed_on=date(2024, 10, 10), approved_on=date(2024, 10, 9))
    found = api.get("/api/v1/stops/", {"project": "S-1"}).json()["results"]
    assert (found[0]["lasts"], found[0]["days"], found[0]["resumed_on"]) == (
        False,
        70,
        "2024-10-10",
    )
    assert (found[0]["report_due"], found[0]["report_late_days"]) == ("2024-09-01", 44)
    then = api.get(f"/api/v1/stops/{stop.pk}/", {"as_of": "2024-08-31"}).json()
    assert (then["lasts"], then["days"], then["resumed_on"]) == (True, 31, None)
    assert then["report_late_days"] == 0
    assert api.get("/api/v1/stops/", {"as_of": "2024-07-31"}).json()["count"] == 0
    assert api.get("/api/v1/stops/", {"state": "lasting"}).json()["count"] == 0
    assert api.get("/api/v1/stops/", {"state": "gone"}).status_code == 400


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("kind", flat=True))


def test_each_turn_is_told_to_whom_it_concerns(scene: Scene) -> None:
    stop = scene.asked()
    assert told(scene.office) == ["stopped", "resume_waiting"]
    assert told(scene.clerk) == []
    return_resume(stop=stop, note="未验收", seen=factories.seen(stop), actor=scene.office)
    assert told(scene.clerk) == ["resume_answered"]
    assert not Notice.objects.filter(kind="resume_waiting", read_at=None).exists()
    stop.refresh_from_db()
    ask_resume(
        stop=stop,
        note="已验收",
        recheck_on=None,
        recheck_document="",
        seen=factories.seen(stop),
        actor=scene.clerk,
    )
    approve_resume(
        stop=stop, resumed_on=TODAY, document="", seen=factories.seen(stop), actor=scene.second
    )
    assert told(scene.clerk) == ["resume_answered"] * 2


def test_reports_are_reminded_of_once_before_the_month_is_over_and_once_after(
    scene: Scene,
) -> None:
    # A month from 1 August ends on Sunday 1 September: the fifth working day before is 26 August.
    scene.stop()
    assert [remind(date(2024, 8, day)) for day in (23, 26, 27)] == [0, 1, 0]
    assert told(scene.clerk) == ["stop_due"]
    assert remind(date(2024, 9, 1)) == 0
    # Late: the clerk and both of the office.
    assert [remind(date(2024, 9, day)) for day in (2, 3)] == [3, 0]
    assert remind(date(2025, 8, 1)) == 3
