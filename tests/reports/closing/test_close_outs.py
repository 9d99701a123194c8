"""A finished project's figures and lessons: who writes and confirms, what is frozen, who finds it."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.judging.close_outs import FinalFigures, final_figures
from kuancheng.reports.services import confirm_close_out
from projects.models import Baseline, BaselineEntry, CloseOut, Project
from projects.services.close_outs import return_close_out, write_close_out
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

ANSWERS = {
    "practices": "手续并联办理",
    "troubles": "管线改移滞后",
    "advice": "前期做全物探",
}


class Scene:
    """A school that was finished in August, six days late, with one month unreported."""

    def __init__(self) -> None:
        agency = factories.agency()
        self.clerk = factories.user(REPORTER)
        factories.official(user=self.clerk, agency=agency)
        self.office, self.second = factories.user(REVIEWER), factories.user(REVIEWER)
        self.project = factories.project(
            code="C-1",
            name="示例学校",
            stage="completed",
            industry="P",
            nature="new_build",
            lead_agency=agency,
            total_investment=Decimal(1000),
            actual_start=date(2024, 5, 10),
            actual_completion=date(2024, 8, 7),
        )
        step = factories.milestone(
            project=self.project,
            name="主体",
            planned_finish=date(2024, 7, 1),
            actual_finish=date(2024, 7, 11),
            late_reason="图纸变更",
        )
        factories.milestone(project=self.project, name="验收", phase="acceptance")
        baseline = Baseline.objects.create(
            project=self.project,
            number=1,
            reason="initial",
            note="批准",
            promised_completion=date(2024, 8, 1),
            approved_at="2024-05-01T00:00Z",
        )
        BaselineEntry.objects.create(
            baseline=baseline,
            milestone=step,
            order=1,
            name="主体",
            planned_start=date(2024, 5, 8),
            planned_finish=date(2024, 7, 1),
        )
        for month, completed in ((5, 300), (7, 400), (8, 200)):
            factories.status_report(
                project=self.project,
                month=date(2024, month, 1),
                completed=Decimal(completed),
                state="approved",
            )
        factories.stop(
            project=self.project, stopped_on=date(2024, 6, 3), resumed_on=date(2024, 6, 13)
        )

    def written(self, actor: User | None = None, **answers: str) -> CloseOut:
        kept = CloseOut.objects.filter(project=self.project).first()
        return write_close_out(
            close_out=CloseOut(project=self.project, **ANSWERS | answers),
            seen=kept.version if kept else 0,
            actor=actor or self.clerk,
        )

    def confirmed(self, actor: User | None = None) -> CloseOut:
        kept = CloseOut.objects.get(project=self.project)
        return confirm_close_out(close_out=kept, seen=kept.version, actor=actor or self.office)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_final_figures_are_those_of_the_whole_project(scene: Scene) -> None:
    found = final_figures(scene.project, TODAY)
    assert (found.completed_total, found.left) == (Decimal(900), Decimal(100))
    # June was worked in but for ten days, and nobody reported it.
    assert found.months_missing == 1
    assert (found.start.days, found.completion.days) == (2, 6)
    assert [(each.name, each.days) for each in found.milestones] == [("主体", 10), ("验收", None)]
    assert [each.reason for each in found.late] == ["图纸变更"]
    assert (found.stopped_days, len(found.stops), found.replans) == (10, 1, 0)
    assert (found.matters, found.matters_open) == (0, 0)
    assert FinalFigures.from_json(found.as_json()) == found


def test_a_month_stood_still_is_not_missing_and_no_start_is_no_number(scene: Scene) -> None:
    scene.project.stops.update(stopped_on=date(2024, 6, 1), resumed_on=date(2024, 7, 1))
    assert final_figures(scene.project, TODAY).months_missing == 0
    scene.project.actual_start = None
    assert final_figures(scene.project, TODAY).months_missing is None


def test_what_is_confirmed_stays_as_it_was(scene: Scene) -> None:
    scene.written()
    kept = scene.confirmed()
    Project.objects.update(total_investment=Decimal(5000))
    page = as_(scene.clerk).get(reverse("close-out", args=["C-1"]))
    assert page.context["figures"].total_investment == Decimal(1000)
    assert "确认定稿" in page.text
    with pytest.raises(ValidationError, match="不再改动"):
        scene.written()
    with pytest.raises(ValidationError, match="不再改动"):
        return_close_out(close_out=kept, note="再改", seen=kept.version, actor=scene.second)


def test_whoever_wrote_it_does_not_confirm_it(scene: Scene) -> None:
    scene.written(scene.office)
    with pytest.raises(NotAllowed, match="另一位同事"):
        scene.confirmed(scene.office)
    with pytest.raises(NotAllowed, match="您的账号没有"):
        scene.confirmed(scene.clerk)
    assert not CloseOut.objects.get().figures
    scene.confirmed(scene.second)


def test_a_return_asks_for_a_reason_and_a_new_text(scene: Scene) -> None:
    kept = scene.written()
    with pytest.raises(ValidationError, match="退回的原因"):
        return_close_out(close_out=kept, note=" ", seen=1, actor=scene.office)
    return_close_out(close_out=kept, note="不具体", seen=1, actor=scene.office)
    with pytest.raises(ValidationError, match="请等责任单位"):
        scene.confirmed()
    with pytest.raises(StaleRecord):
        write_close_out(
            close_out=CloseOut(project=scene.project, **ANSWERS), seen=1, actor=scene.clerk
        )
    again = scene.written(advice="前期做全物探，留足雨季")
    assert (again.state, again.return_note, again.version) == ("submitted", "", 3)


def test_only_finished_projects_of_ones_own_are_closed_out(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        scene.written(factories.user(REPORTER))
    with pytest.raises(ValidationError, match="至少 4 个字"):
        scene.written(advice="无")
    Project.objects.update(stage="construction")
    with pytest.raises(ValidationError, match="还没有竣工（阶段为在建）"):
        scene.written()
    assert not CloseOut.objects.exists()


def test_pages_write_decide_and_keep_what_was_typed(scene: Scene) -> None:
    clerk, office = as_(scene.clerk), as_(scene.office)
    write = reverse("close-out-write", args=["C-1"])
    page = reverse("close-out", args=["C-1"])
    decide = reverse("close-out-decide", args=["C-1"])
    assert "填写总结" in clerk.get(page).text
    assert clerk.get(write).status_code == 200
    refused = clerk.post(write, {"seen_version": 0} | ANSWERS | {"advice": ""})
    assert "请回答这个问题" in refused.text
    assert "手续并联办理" in refused.text
    assert clerk.post(write, {"seen_version": 0} | ANSWERS).status_code == 302
    assert "确认定稿" not in clerk.get(page).text
    assert "1 份收官总结等待您确认" in office.get(reverse("admin:index")).text
    assert "请写明退回的原因" in office.post(decide, {"seen_version": 1, "return": "1"}).text
    told = office.post(decide, {"seen_version": 1, "return": "1", "return_note": "不具体"})
    assert told.status_code == 302
    assert "退回原因：不具体" in clerk.get(page).text
    assert clerk.post(write, {"seen_version": 2} | ANSWERS).status_code == 302
    assert "再按一次" in office.post(decide, {"seen_version": 2, "confirm": "1"}).text
    assert office.post(decide, {"seen_version": 3, "confirm": "1"}).status_code == 302
    assert CloseOut.objects.get().is_confirmed
    assert clerk.get(write).status_code == 302
    assert as_(factories.user(READER)).get(write).status_code == 403


def lessons(reader: User, **fields: Any) -> list[str]:
    project = factories.project(**fields)
    page = as_(reader).get(reverse("project", args=[project.code]))
    return [each.project.name for each in page.context["lessons"]]


def test_lessons_are_found_by_the_next_of_their_kind(scene: Scene) -> None:
    reader = factories.user(READER, is_staff=False)
    scene.written()
    assert lessons(reader, industry="P") == []
    scene.confirmed()
    assert lessons(reader, industry="P") == ["示例学校"]
    assert lessons(reader, nature="new_build", industry="C") == ["示例学校"]
    assert lessons(reader, industry="C", nature="expansion") == []
    assert lessons(reader) == []
    assert lessons(reader, industry="P", stage="completed") == []
    client = as_(reader)

    def listed(**asked: str) -> list[str]:
        page = client.get(reverse("close-outs"), asked)
        return [row.close_out.project.name for row in page.context["rows"]]

    assert listed() == listed(industry="P", nature="new_build") == ["示例学校"]
    assert listed(search="物探") == listed(search="slxx") == ["示例学校"]
    assert listed(industry="C") == listed(management_type="approval") == []
    assert listed(state="submitted") == []
    assert client.get(reverse("close-outs"), {"nature": "x"}).status_code == 400
    assert "示例学校" in client.get(reverse("search"), {"q": "物探"}).text


def test_the_export_has_a_row_each_with_its_figures(scene: Scene) -> None:
    scene.written()
    scene.confirmed()
    answer = as_(scene.office).get(reverse("close-outs-export"))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]  # type: ignore[attr-defined]
    head, row = ([cell.value for cell in each] for each in sheet.iter_rows(max_row=2))
    found = dict(zip(head, row, strict=True))
    assert (found["项目名称"], found["累计完成（万元）"], found["竣工晚（天）"]) == (
        "示例学校",
        900,
        6,
    )
    assert (found["缺报月数"], found["停工（天）"], found["对同类项目的建议"]) == (
        1,
        10,
        "前期做全物探",
    )


def test_other_systems_read_them(api: Client, scene: Scene) -> None:
    scene.written()
    scene.confirmed()
    (found,) = api.get("/api/v1/close-outs/", {"industry": "P"}).json()["results"]
    assert (found["project"]["code"], found["state_label"]) == ("C-1", "已确认")
    assert found["figures"]["completed_total"] == "900.00"
    assert api.get("/api/v1/close-outs/", {"industry": "C"}).json()["count"] == 0


def test_the_list_costs_the_same_for_one_and_for_many(scene: Scene) -> None:
    scene.written()
    scene.confirmed()
    client = as_(scene.office)
    client.get(reverse("close-outs"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("close-outs"))
        return len(queries)

    one, kept = cost(), CloseOut.objects.get()
    for _ in range(10):
        CloseOut.objects.create(
            project=factories.project(stage="completed", actual_completion=date(2024, 9, 1)),
            author=scene.clerk,
            written_on=TODAY,
            state="confirmed",
            figures=kept.figures,
            **ANSWERS,
        )
    assert cost() == one
