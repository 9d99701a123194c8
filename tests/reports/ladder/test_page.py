"""办理规则: read by everybody, tried on open matters, saved in versions that hold from their day on."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.records.versions import revision
from kuancheng.reports.judging.daily import ensure
from kuancheng.reports.models import DailyStatus
from projects.limits import limits_on
from projects.models import MatterRules
from projects.models.matter_rules import LIMITS
from projects.rules.matters.clock import DEFAULTS
from projects.services.matters.rules import save_matter_rules
from tests import factories
from tests.clock import on
from tests.conftest import TODAY
from tests.second import let_through
from tests.services.test_matters import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def posted(**more: Any) -> dict[str, Any]:
    first = MatterRules.objects.earliest("effective_from")
    values = {name: getattr(first, name) for name in (*LIMITS, "in_charge_posts", "head_posts")}
    return values | {"effective_from": "2024-10-15", "note": "年末加紧办理"} | more


def saved(office: User, day: date = TODAY, **values: Any) -> MatterRules:
    rules = MatterRules(effective_from=day, note="加紧", **values)
    return save_matter_rules(rules=rules, in_charge=(), leaders=(), today=TODAY, actor=office)


def test_first_version_is_the_defaults_from_the_beginning() -> None:
    assert limits_on(date(2024, 1, 1)) == limits_on(date(1999, 1, 1)) == DEFAULTS
    assert set(LIMITS) == set(vars(DEFAULTS))


def test_each_day_has_the_limits_of_its_version(office: User) -> None:
    saved(office, date(2024, 11, 1), sign=2)
    saved(office, TODAY, sign=3)
    assert [limits_on(date(2024, month, 14)).sign for month in (10, 11)] == [1, 2]
    assert limits_on(date(2024, 10, 15)).sign == 3
    assert [each.version for each in MatterRules.objects.order_by("version")] == [1, 2, 3]


def test_past_and_running_versions_are_not_touched(office: User) -> None:
    with pytest.raises(ValidationError, match="不能早于今天"):
        saved(office, date(2024, 10, 14))
    running = MatterRules.objects.get()
    running.sign = 9
    with pytest.raises(ValidationError, match="已经生效"):
        save_matter_rules(rules=running, in_charge=(), leaders=(), today=TODAY, actor=office)
    later = saved(office, date(2024, 11, 1))
    later.sign = 2
    save_matter_rules(rules=later, in_charge=(), leaders=(), today=TODAY, actor=office)
    assert (later.version, limits_on(date(2024, 11, 1)).sign) == (2, 2)


def test_rungs_are_in_order_and_rights_are_asked(office: User) -> None:
    with pytest.raises(ValidationError, match="升级应一级比一级晚"):
        saved(office, heads=6)
    with pytest.raises(ValidationError):
        saved(office, silence=0)
    with pytest.raises(NotAllowed):
        saved(factories.user(REPORTER))


def test_version_of_today_judges_projects_anew(office: User) -> None:
    cast = Cast()
    with on(8):
        cast.working("2024-10-11")  # two working days late on the 15th: level 2
    factories.milestone(project=cast.project, planned_finish=date(2025, 6, 30))
    ensure(TODAY, today=TODAY)
    row = DailyStatus.objects.filter(project=cast.project, date=TODAY)
    assert "matter_overdue" not in row.get().fired_rules
    saved(office, heads=1, lead_official=2)
    assert "matter_overdue" in row.get().fired_rules


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR])
def test_every_role_reads_what_is_in_force(role: str) -> None:
    client = client_of(factories.user(role))
    page = text_of(client.get("/matters/rules/"))
    assert "超期 1 个工作日升为 2 级" in page
    assert ("新增一版" in page) is (role == REVIEWER)
    assert client.get("/matters/rules/new/").status_code == (200 if role == REVIEWER else 403)
    assert "超期 1 个工作日升为 2 级" in text_of(client.get("/rules/"))


def test_rules_page_is_as_of_its_day(office: User) -> None:
    saved(office, heads=2)
    client = client_of(office)
    assert "超期 2 个工作日升为 2 级" in text_of(client.get("/rules/"))
    assert "超期 1 个工作日升为 2 级" in text_of(client.get("/rules/?as_of=2024-10-14"))


class TestForm:
    def test_saved_by_its_button_and_told(self, office: User) -> None:
        leader = factories.official(post="区长")
        client = client_of(office)
        assert 'value="3"' in text_of(client.get("/matters/rules/new/"))
        answer = client.post(
            "/matters/rules/new/", posted(soon=4, leaders=[leader.pk]), follow=True
        )
        page = text_of(answer)
        assert "由另一位同事审核后生效" in page
        assert "3 → 4" not in text_of(client.get("/matters/rules/"))
        second = factories.user(REVIEWER, full_name="第二人")
        let_through(actor=second)
        page = text_of(client.get("/matters/rules/"))
        assert "蓝色督办（剩余工作日）：3 → 4" in page
        assert f"{leader.name}（区长）" in page
        rules = MatterRules.objects.get(version=2)
        assert list(rules.leaders.all()) == [leader]
        assert rules.history.latest().history_user == second

    def test_refused_keeps_what_was_typed(self, office: User) -> None:
        page = text_of(
            client_of(office).post(
                "/matters/rules/new/", posted(effective_from="2024-10-01", note="补记", heads=7)
            )
        )
        assert "升级应一级比一级晚" in page
        assert "补记" in page
        page = text_of(
            client_of(office).post("/matters/rules/new/", posted(effective_from="2024-10-01"))
        )
        assert "不能早于今天" in page
        assert MatterRules.objects.count() == 1

    def test_later_version_is_changed_and_a_running_one_is_not(self, office: User) -> None:
        later, client = saved(office, date(2024, 11, 1)), client_of(office)
        address = f"/matters/rules/{later.pk}/"
        assert address in text_of(client.get("/matters/rules/"))
        seen = revision(later)
        more = posted(effective_from="2024-11-04", sign=2, seen_version=seen)
        assert client.post(address, more).status_code == 302
        let_through()
        assert limits_on(date(2024, 11, 4)).sign == 2
        stale = text_of(client.post(address, more | {"sign": 5}))
        assert "其他人已经保存过" in stale
        first = MatterRules.objects.get(version=1)
        page = client.get(f"/matters/rules/{first.pk}/", follow=True)
        assert "已经生效，不能再改" in text_of(page)
        assert client.get("/matters/rules/999/").status_code == 404

    def test_tried_on_open_matters_and_not_saved(self, office: User) -> None:
        cast = Cast()
        with on(8):
            cast.working("2024-10-21")  # four working days left on the 15th
        head = factories.official(agency=cast.agency, post="局长", order=1)
        page = text_of(
            client_of(office).post(
                "/matters/rules/new/", posted(soon=4, in_charge_posts="局长", _try="1")
            )
        )
        assert "1 件在办事项，1 件会变" in page
        assert '<span class="card-mark blue">蓝</span>' in page
        assert f"{head.name}（局长）" in page
        assert MatterRules.objects.count() == 1
        same = text_of(client_of(office).post("/matters/rules/new/", posted(_try="1")))
        assert "没有事项会变" in same


def test_help_says_the_limits_in_force(office: User) -> None:
    cast = Cast().working()
    saved(office, extension_before=2, most_extensions=1, pause_back=4)
    client = client_of(cast.clerk)
    said = text_of(client.get(f"/matters/{cast.matter.pk}/ask_extension/"))
    assert "到期前至少 2 个工作日申请；由督查办公室审批，最多 1 次" in said
    assert "最多在 4 个工作日以前" in text_of(client.get(f"/matters/{cast.matter.pk}/ask_pause/"))
