"""红灯说明: by the owner, of a red light only, replaced in the open, told to whom it concerns."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.asking.parameters import Days
from kuancheng.notices.choices import Mode
from kuancheng.notices.models import Notice
from kuancheng.notices.services import save_preferences
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.answers import answers_on, red_since
from kuancheng.reports.models import DailyStatus, LightAnswer, RuleSet
from kuancheng.reports.monitoring import asking, letter, monitor
from kuancheng.reports.rules.answering import Standing
from kuancheng.reports.services import answer_red, try_answer_days
from projects.choices import Role
from projects.models import Project
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on
from tests.forms import form_values
from tests.second import let_through

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


def day(number: int) -> date:
    return date(2024, 10, number)


@pytest.fixture
def project() -> Project:
    """Red from Saturday 2024-10-12, a working day: the answer is due on Wednesday the 16th."""
    with on(1):
        made = factories.project(name="示例冷库", lead_agency=factories.agency(name="示例发改局"))
        factories.milestone(project=made, name="封顶", planned_finish=date(2024, 9, 11))
    for number in range(10, 15):
        daily.keep(day(number), today=TODAY)
    return made


@pytest.fixture
def clerk(project: Project) -> User:
    made = factories.user(REPORTER, full_name="示例秘书", is_staff=False)
    factories.official(user=made, agency=project.lead_agency)
    return made


def said(project: Project, clerk: User, *, seen: int = 0, **fields: Any) -> LightAnswer:
    given = {"cause": "供应中断", "measure": "换供应站", "promised": day(20)} | fields
    answer = LightAnswer(project=project, **given)
    return answer_red(answer=answer, seen=seen, today=clock.today(), actor=clerk)


def standing(project: Project, as_of: date, known_at: date | None = None) -> Any:
    return answers_on([project.pk], Days(as_of, known_at))[project.pk]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_red_begins_with_the_first_kept_day_after_another_light(project: Project) -> None:
    assert red_since([project.pk], TODAY) == {project.pk: day(12)}
    # A day on which nothing ran does not end it.
    DailyStatus.objects.filter(date=day(13)).delete()
    assert red_since([project.pk], TODAY) == {project.pk: day(12)}
    assert red_since([project.pk], day(11)) == {}


def test_an_answer_is_due_overdue_given_and_broken(project: Project, clerk: User) -> None:
    assert standing(project, day(14)).standing.due == day(16)
    with on(17):
        assert standing(project, day(17)).standing.standing == Standing.OVERDUE
        said(project, clerk)
        assert standing(project, day(17)).standing.standing == Standing.ANSWERED
    with on(21):
        daily.ensure(day(21), today=day(21))
        assert standing(project, day(21)).standing.standing == Standing.BROKEN
        # As of an earlier day, and as known on one, nobody had answered.
        assert standing(project, day(16)).answer is None
        assert standing(project, day(17), day(16)).answer is None


def test_a_later_answer_replaces_the_earlier_in_the_open(project: Project, clerk: User) -> None:
    first = said(project, clerk)
    second = said(project, clerk, seen=first.pk, cause="又断了一次", promised=day(31))
    found = standing(project, TODAY)
    assert (found.answer, found.earlier) == (second, (first,))
    page = client_of(clerk).get(f"/projects/{project.code}/").text
    assert "承诺 2024-10-31 转好" in page
    assert "以前的说明 1 次" in page
    assert "新增红灯说明" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("promised", day(14), "不能早于今天（2024-10-15）"),
        ("promised", date(2026, 1, 1), "最远到 2025-10-16"),
        ("cause", " 断 ", "请写明原因，至少 4 个字"),
        ("measure", "长" * 100_000, "最多 1000 字"),
    ],
)
def test_a_bad_answer_is_refused_by_its_field(
    project: Project, clerk: User, field: str, value: Any, words: str
) -> None:
    with pytest.raises(ValidationError) as error:
        said(project, clerk, **{field: value})
    assert words in str(error.value.message_dict[field])
    assert not LightAnswer.objects.exists()


def test_only_the_owner_answers_and_only_a_red_light(project: Project, clerk: User) -> None:
    stranger = factories.user(REPORTER)
    for person in (stranger, factories.user(READER)):
        with pytest.raises(NotAllowed):
            said(project, person)
    project.milestones.update(planned_finish=date(2024, 12, 31))
    with pytest.raises(ValidationError, match="不用说明"):
        said(project, clerk)


def test_the_second_of_two_is_told_of_the_first(project: Project, clerk: User) -> None:
    client, address = client_of(clerk), f"/projects/{project.code}/answer/"
    values = form_values(client.get(address))
    first = said(project, clerk)
    with pytest.raises(StaleRecord):
        said(project, clerk)
    mine = {"cause": "我写的原因", "measure": "我写的措施", "promised": "2024-10-25"}
    answer = client.post(address, values | mine)
    assert "同事在您打开之后已经说明" in answer.text
    assert "供应中断" in answer.text
    again = form_values(answer)
    assert (again["cause"], again["seen"]) == ("我写的原因", str(first.pk))
    assert client.post(address, again).status_code == 302
    assert LightAnswer.objects.count() == 2


def test_the_screen_records_and_leads_back(project: Project, clerk: User) -> None:
    client, address = client_of(clerk), f"/projects/{project.code}/answer/"
    page = client.get(address).text
    assert "2024-10-12 起亮红灯" in page
    assert "节点“封顶”超期 34 天" in page
    lacking = client.post(address, {"cause": "写了原因的", "seen": "0", "promised": "明天"})
    assert "应为存在的日期" in lacking.text
    assert "写了原因的" in lacking.text
    full = {"cause": "供应中断", "measure": "换供应站", "promised": "2024-10-20", "seen": "0"}
    assert client.post(address, full)["Location"] == f"/projects/{project.code}/"
    found = LightAnswer.objects.get()
    assert (found.since, found.day, found.author) == (day(12), TODAY, clerk)
    for page in (f"/projects/{project.code}/", "/", f"/projects/{project.code}/brief/"):
        assert "承诺 2024-10-20 转好" in client.get(page).text


def test_the_screen_is_not_for_everybody_nor_for_every_light(project: Project) -> None:
    address = f"/projects/{project.code}/answer/"
    assert client_of(factories.user(READER)).get(address).status_code == 403
    other = factories.user(REPORTER)
    full = {"cause": "供应中断", "measure": "换供应站", "promised": "2024-10-20", "seen": "0"}
    assert "不由您或您的单位负责" in client_of(other).post(address, full).text
    calm = factories.project()
    office = client_of(factories.user(REVIEWER))
    assert office.get(f"/projects/{calm.code}/answer/").status_code == 302
    assert office.get("/projects/nobody/answer/").status_code == 404


def test_my_work_names_what_waits_for_an_answer(project: Project, clerk: User) -> None:
    User.objects.update(is_staff=True)
    client = client_of(clerk)
    assert "红灯待说明：1 个" in client.get("/admin/").text
    said(project, clerk)
    assert "没有等您说明的红灯" in client.get("/admin/").text


def test_owners_are_asked_once_and_the_office_hears_who_is_late(
    project: Project, clerk: User
) -> None:
    office = factories.user(REVIEWER, full_name="示例中心")
    liaison = factories.user(REPORTER, full_name="示例联络")
    factories.assignment(
        project=project, role=Role.LIAISON_OFFICER, official=factories.official(user=liaison)
    )

    def run(number: int) -> int:
        with on(number):
            monitor.run(day(number), today=day(number))
            return asking.tell_answers(day(number))

    assert run(15) == 2
    assert run(15) == 0
    assert run(17) == 3
    titles = Notice.objects.filter(recipient=office).values_list("title", flat=True)
    assert list(titles) == ["红灯逾期未说明：示例冷库"]
    with on(17):
        said(project, clerk)
    assert run(18) == 0
    assert run(21) == 3
    assert Notice.objects.filter(recipient=clerk).count() == 3


def test_the_limit_is_a_threshold_with_versions(project: Project) -> None:
    now, then = try_answer_days(RuleSet(answer_days=1), today=TODAY)
    assert (now, then) == (0, 1)
    office = client_of(factories.user(REVIEWER))
    form = form_values(office.get("/admin/reports/ruleset/add/")) | {
        "note": "试行一天内说明",
        "answer_days": "1",
    }
    tried = office.post("/admin/reports/ruleset/add/", form | {"_try": "1"}).text
    assert "红灯逾期未说明的项目：0 → 1" in tried
    assert RuleSet.objects.count() == 1
    assert office.post("/admin/reports/ruleset/add/", form | {"_save": "1"}).status_code == 302
    let_through()
    assert standing(project, TODAY).standing.standing == Standing.OVERDUE
    rules = office.get("/rules/").text
    assert "应在 1 个工作日内说明" in rules
    assert "红灯说明期限（工作日）：3 → 1" in rules


def test_other_systems_read_the_answers(project: Project, clerk: User) -> None:
    made = said(project, clerk)
    client = client_of(clerk)
    found = client.get("/api/v1/light-answers/", {"project": project.code}).json()["results"]
    assert [(each["id"], each["author"], each["promised"]) for each in found] == [
        (made.pk, "示例秘书", "2024-10-20")
    ]
    assert client.get(f"/api/v1/light-answers/{made.pk}/").json()["since"] == "2024-10-12"
    assert client.get("/api/v1/light-answers/", {"since": "x"}).status_code == 400


@pytest.mark.parametrize("number", [1, 30])
def test_answers_cost_five_queries(project: Project, clerk: User, number: int) -> None:
    ids = [project.pk, *(factories.project().pk for _ in range(number - 1))]
    said(project, clerk)
    with CaptureQueriesContext(connection) as found:
        assert len(answers_on(ids, Days(TODAY, None))) == number
    assert len(found) == 5


def test_the_daily_page_and_the_letter_tell_who_is_late(project: Project) -> None:
    lead = factories.user(READER)
    factories.assignment(project=project, official=factories.official(user=lead))
    save_preferences(person=lead, modes={"daily_letter": Mode.AT_ONCE}, quiet=None)
    matter = factories.matter(project=project, title="临时用电")
    with on(17):
        take_step(
            matter=matter,
            step=Step.ISSUE,
            actor=matter.author,
            seen=matter.version,
            given=Given(due=day(25)),
        )
        run = monitor.run(day(17), today=day(17)).run
        assert letter.tell(run) == 1
    told = Notice.objects.get(recipient=lead, kind="daily_letter")
    assert "1 个红灯未说明，1 件事项" in told.title
    assert "示例冷库：应于 2024-10-16 前说明原因、措施和时间，逾期 1 个工作日" in told.text
    assert "【事项新交办】" in told.text
    with on(18):
        page = client_of(lead).get("/daily/?as_of=2024-10-17").text
        assert "红灯逾期未说明、承诺未兑现：1 个" in page
        assert "新交办：1 件" in page
        # A summary that was kept before matters were told.
        del run.summary["matters"]
        run.save()
        assert "新交办：1 件" in client_of(lead).get("/daily/?as_of=2024-10-17").text
