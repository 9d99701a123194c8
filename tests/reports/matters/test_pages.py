"""The pages of matters: who sees what, what is asked for, and what is refused without a loss."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.reports.matters.questions import FLAGS
from projects.models import Agency, Matter
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return factories.agency(name="示例供电公司")


@pytest.fixture
def clerk(agency: Agency) -> User:
    made = factories.user(REPORTER)
    factories.official(user=made, agency=agency)
    return made


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def matter(agency: Agency, office: User) -> Matter:
    project = factories.project(name="示例冷链物流园", planned_completion=date(2024, 12, 31))
    step = factories.milestone(project=project, name="临时用电", duration=10, order=1)
    factories.milestone(project=project, name="主体", duration=30, order=2, after="1")
    return factories.matter(
        project=project, milestone=step, lead_agency=agency, author=office, title="临时用电容量不足"
    )


def issue(matter: Matter, due: date = date(2024, 10, 25)) -> None:
    given = Given(due=due)
    seen = factories.seen(matter)
    take_step(matter=matter, step=Step.ISSUE, actor=matter.author, seen=seen, given=given)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR])
def test_every_role_reads_the_list_and_a_matter(matter: Matter, role: str) -> None:
    client = client_of(factories.user(role))
    assert "临时用电容量不足" in text_of(client.get("/matters/"))
    assert client.get(f"/matters/{matter.pk}/").status_code == 200
    assert client.get("/matters/99999/").status_code == 404


def test_nobody_reads_nothing(matter: Matter, client: Client) -> None:
    assert client.get("/matters/")["Location"].startswith("/login/")
    assert client_of(factories.user()).get("/matters/").status_code == 403
    assert client_of(factories.user()).get(f"/matters/{matter.pk}/").status_code == 403


def test_empty_list_says_what_matters_are_for(office: User) -> None:
    assert "还没有事项" in text_of(client_of(office).get("/matters/"))
    assert "没有符合条件" in text_of(client_of(office).get("/matters/?flag=overdue"))


def test_list_costs_the_same_however_many_there_are(
    office: User, django_assert_max_num_queries: Any
) -> None:
    client = client_of(office)
    client.get("/matters/")
    for _ in range(12):
        issue(factories.matter())
    with django_assert_max_num_queries(31):
        client.get("/matters/")
    for _ in range(12):
        issue(factories.matter())
    with django_assert_max_num_queries(31):
        client.get("/matters/")


def test_bad_parameters_are_named(office: User) -> None:
    answer = client_of(office).get("/matters/?as_of=2024-01-01")
    assert answer.status_code == 400
    assert "事项清单只回答现在" in text_of(answer)
    assert client_of(office).get("/matters/?page=9").status_code == 404
    assert client_of(office).get("/matters/?flag=nonsense").status_code == 400


def test_flags_narrow_the_list(matter: Matter, office: User) -> None:
    with on(8):
        issue(matter, date(2024, 10, 11))
    factories.matter(title="别的")
    client = client_of(office)
    for flag, there in [
        ("overdue", True),
        ("unsigned", True),
        ("open", True),
        ("silent", False),
        ("paused", False),
        ("waiting", False),
        ("office", False),
    ]:
        assert ("临时用电容量不足" in text_of(client.get(f"/matters/?flag={flag}"))) is there, flag
    page = text_of(client.get("/matters/?flag=overdue"))
    assert "超期 3 个工作日" in page
    assert "别的" not in page


def flags_of(matter: Matter, reader: User) -> set[str]:
    page = client_of(reader)
    return {
        code
        for code, _ in FLAGS
        if matter.title in text_of(page.get(f"/matters/?flag={code}")) and code != "open"
    }


def test_pause_with_an_end_is_no_lateness_and_no_silence_while_it_lasts(
    matter: Matter, clerk: User, office: User
) -> None:
    def does(actor: User, step: Step, **given: Any) -> None:
        seen = factories.seen(matter)
        take_step(matter=matter, step=step, actor=actor, seen=seen, given=Given(**given))

    with on(8):
        issue(matter, date(2024, 10, 18))
        does(clerk, Step.SIGN)
    with on(14):
        days = {"first": date(2024, 10, 14), "last": date(2024, 10, 25)}
        assert flags_of(matter, office) == {"silent"}
        does(clerk, Step.ASK_PAUSE, text="等公示", files=[photo()], **days)
        assert flags_of(matter, office) == {"silent", "office"}
        does(office, Step.PAUSE)
    with on(24):
        assert flags_of(matter, office) == {"paused"}
    # Ten working days were paused: due on 11-01, a Friday; nobody is charged for the week's end.
    with on(1, 11):
        assert flags_of(matter, office) == {"silent"}
    with on(3, 11):
        assert "overdue" not in flags_of(matter, office)
    with on(4, 11):
        assert flags_of(matter, office) == {"silent", "overdue"}


def test_what_waits_for_the_office_is_named(matter: Matter, clerk: User, office: User) -> None:
    def does(actor: User, step: Step, **given: Any) -> None:
        seen = factories.seen(matter)
        take_step(matter=matter, step=step, actor=actor, seen=seen, given=Given(**given))

    assert flags_of(matter, office) == {"office"}
    issue(matter)
    assert flags_of(matter, office) == set()
    does(clerk, Step.OBJECT, text="应由他局办")
    assert flags_of(matter, office) == {"office"}
    does(office, Step.UPHOLD, text="属本单位")
    does(clerk, Step.ASK_EXTENSION, text="设备未到", due=date(2024, 11, 8))
    assert flags_of(matter, clerk) == {"office"}
    does(office, Step.VOID, text="不办了")
    assert flags_of(matter, office) == set()


def test_turns_are_each_ones_own(matter: Matter, clerk: User, office: User) -> None:
    issue(matter)
    assert "临时用电容量不足" in text_of(client_of(clerk).get("/matters/?turn=mine"))
    assert "临时用电容量不足" in text_of(client_of(clerk).get("/matters/?turn=agency"))
    assert "临时用电容量不足" not in text_of(client_of(clerk).get("/matters/?turn=raised"))
    assert "临时用电容量不足" in text_of(client_of(office).get("/matters/?turn=raised"))


def test_blocked_milestone_says_what_it_does_to_the_project(matter: Matter, office: User) -> None:
    issue(matter, date(2024, 12, 20))
    page = text_of(client_of(office).get(f"/matters/{matter.pk}/"))
    assert "若到 2024-12-20 才解决，最早 <b>" in page
    assert "比承诺晚" in page


class TestScreens:
    def test_whole_way_by_clicking(self, matter: Matter, clerk: User, office: User) -> None:
        boss, hand = client_of(office), client_of(clerk)
        check = client_of(matter.verifier)  # type: ignore[arg-type]
        address = f"/matters/{matter.pk}/"

        def does(client: Client, step: str, **posted: Any) -> None:
            form = client.get(f"{address}{step}/")
            assert form.status_code == 200, step
            seen = factories.seen(matter)
            answer = client.post(f"{address}{step}/", {"seen_version": seen, **posted})
            assert answer.status_code == 302, text_of(answer)

        does(boss, "issue", due="2024-10-25", level="2")
        does(hand, "sign")
        does(hand, "note", text="设备已订")
        does(hand, "ask_extension", text="设备未到", due="2024-11-08")
        does(boss, "extend")
        does(hand, "answer", text="已增容", outcome="solved", evidence=[photo()], caption="表箱")
        does(check, "close", text="属实")
        matter.refresh_from_db()
        assert matter.state == "closed"
        page = text_of(boss.get(address))
        assert "表箱" in page
        assert "第 1 轮" not in page
        evidence = matter.evidence.get()
        assert hand.get(f"/evidence/{evidence.token}/").status_code == 200
        assert client_of(factories.user()).get(f"/evidence/{evidence.token}/").status_code == 404

    def test_refusal_keeps_what_was_typed_and_names_the_field(
        self, matter: Matter, office: User
    ) -> None:
        posted = {"seen_version": matter.version, "due": "2024-10-01", "level": "3"}
        answer = client_of(office).post(f"/matters/{matter.pk}/issue/", posted)
        page = text_of(answer)
        assert "办结时限 2024-10-01 不晚于今天" in page
        assert 'value="2024-10-01"' in page
        assert not matter.steps.exists()

    def test_second_of_two_is_told_and_may_go_on_knowingly(
        self, matter: Matter, clerk: User
    ) -> None:
        issue(matter)
        matter.refresh_from_db()
        seen = matter.version
        other = factories.user(REPORTER)
        factories.official(user=other, agency=matter.lead_agency)
        take_step(matter=matter, step=Step.SIGN, actor=clerk, seen=seen)
        page = text_of(client_of(other).post(f"/matters/{matter.pk}/sign/", {"seen_version": seen}))
        assert "您打开之后有人改过" in page
        assert clerk.full_name in page
        assert matter.steps.count() == 2

    def test_step_that_is_not_mine_leads_back_with_a_word(
        self, matter: Matter, clerk: User
    ) -> None:
        answer = client_of(clerk).get(f"/matters/{matter.pk}/issue/", follow=True)
        assert "事项现在是“草拟”：交办由督查办公室办理，您不是。" in text_of(answer)
        assert client_of(clerk).get(f"/matters/{matter.pk}/nonsense/").status_code == 404

    def test_posting_what_is_not_mine_changes_nothing(self, matter: Matter, clerk: User) -> None:
        posted = {"seen_version": matter.version, "due": "2024-10-25", "level": "1"}
        page = text_of(client_of(clerk).post(f"/matters/{matter.pk}/issue/", posted))
        assert "交办由督查办公室办理，您不是" in page
        assert not matter.steps.exists()


class TestRaising:
    def test_from_a_project_with_its_milestone(self, matter: Matter, office: User) -> None:
        project = matter.project
        assert project
        form = client_of(office).get(
            f"/matters/new/?project={project.code}&milestone={matter.milestone_id}&title=缺电"
        )
        assert f'<option value="{matter.milestone_id}" selected>' in text_of(form)
        answer = client_of(office).post(
            "/matters/new/",
            {
                "project": project.code,
                "title": "缺电",
                "kind": "difficulty",
                "factor": "utilities",
                "milestone": matter.milestone_id,
                "lead_agency": matter.lead_agency_id,
                "verifier": matter.verifier_id,
            },
            follow=True,
        )
        assert "已提出：缺电" in text_of(answer)
        made = Matter.objects.get(title="缺电")
        assert (made.author, made.milestone) == (office, matter.milestone)

    def test_refusals_keep_what_was_typed(self, clerk: User) -> None:
        page = text_of(
            client_of(clerk).post(
                "/matters/new/",
                {"title": "用工", "kind": "difficulty", "factor": "labour", "text": "缺 50 人"},
            )
        )
        assert "请选择项目" in page
        assert "缺 50 人" in page
        assert not Matter.objects.exists()

    def test_draft_is_edited_until_it_is_issued(self, matter: Matter, office: User) -> None:
        client, address = client_of(office), f"/matters/{matter.pk}/edit/"
        posted = {
            "project": matter.project.code,  # type: ignore[union-attr]
            "title": "改过的",
            "kind": "difficulty",
            "factor": "utilities",
            "lead_agency": matter.lead_agency_id,
            "verifier": matter.verifier_id,
            "seen_version": matter.version,
        }
        assert client.post(address, posted).status_code == 302
        matter.refresh_from_db()
        assert matter.title == "改过的"
        stale = text_of(client.post(address, posted | {"title": "再改"}))
        assert "改过的" in stale
        issue(matter)
        assert "内容不能再改" in text_of(client.get(address, follow=True))
