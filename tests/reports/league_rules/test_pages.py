"""赛马规则 on pages: read by everybody in plain words, set up by the office, refused with all that was typed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.records.versions import revision
from kuancheng.reports.models import LeagueGroup, LeagueItem, LeagueRules
from kuancheng.reports.services.league.publishing import draw_up, publish
from tests import factories
from tests.conftest import TODAY
from tests.forms import form_values
from tests.reports.league_rules.setting_up import (
    alone,
    client_of,
    group_of,
    rules_of,
    text_of,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def group(office: User) -> LeagueGroup:
    return group_of(office)


@pytest.fixture
def client(office: User) -> Client:
    return client_of(office)


def address(group: LeagueGroup) -> str:
    return f"/league/groups/{group.pk}/rules/new/"


class TestReading:
    @pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR])
    def test_everybody_reads_and_the_office_sets_up(
        self, role: str, group: LeagueGroup, office: User
    ) -> None:
        rules = rules_of(group, office)
        client = client_of(factories.user(role))
        page = text_of(client.get("/league/rules/"))
        assert "60 分 × 率（100% 得 60 分）" in page
        assert "1 月至当月完成投资 ÷ 年度计划投资（万元）" in page
        assert ("新增一版规则" in page) is (role == REVIEWER)
        status = 200 if role == REVIEWER else 403
        for closed in (
            address(group),
            "/league/groups/new/",
            f"/league/groups/{group.pk}/",
            f"/league/rules/{rules.pk}/",
        ):
            assert client.get(closed).status_code == status
            if role != REVIEWER:
                assert client.post(closed, typed()).status_code == 403

    def test_a_worked_example_stands_beside_each_indicator(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        rules_of(group, office)
        page = text_of(client.get("/league/rules/"))
        assert "60 × 92 ÷ 100 = 55.20" in page
        assert "40 × 92 ÷ 100 = 36.80" in page
        assert "各项相加：55.20 + 36.80 = 92.00" in page
        assert "如果最后一项没有分母：(55.20) × 100 ÷ 60 = 92.00" in page

    def test_versions_say_what_changed(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        listed = factories.programme(name="省重点")
        one, two = (factories.agency(kind="subdistrict", name=each) for each in ("东街", "西街"))
        accident = LeagueItem(name="安全事故", points=Decimal(-30), veto=True)
        rules_of(group, office)
        rules_of(
            group,
            office,
            date(2024, 12, 1),
            weights={"year_plan": "50", "permits": "50"},
            cap=None,
            items=(accident,),
            programmes=(listed,),
            entrants=[str(one.pk), str(two.pk)],
        )
        page = text_of(client.get("/league/rules/"))
        for said in (
            "封顶（%）：120 → 无",
            "去掉“开工率”（40 分）",
            "增加“手续按期办结率”（50 分）",
            "年度计划完成率：60 → 50 分",
            "增加加减分项“安全事故：每次 −30 分；一票否决，不列红榜”",
            "所计清单：全部 → 省重点",
            "参赛对象：全部 → 东街、西街",
            "尚未生效",
            "现行",
        ):
            assert said in page

    def test_a_group_without_rules_says_what_to_do(
        self, group: LeagueGroup, client: Client
    ) -> None:
        assert "还没有规则，不排名" in text_of(client.get("/league/rules/"))
        LeagueGroup.objects.all().delete()
        assert "请先新设一组" in text_of(client.get("/league/rules/"))

    def test_costs_the_same_however_many_groups_and_versions(
        self, group: LeagueGroup, office: User, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        two = [factories.agency(kind="subdistrict") for _ in "12"]
        named: dict[str, Any] = {"entrants": [str(each.pk) for each in two]}
        rules_of(group, office, **named)
        client.get("/league/rules/")
        with django_assert_max_num_queries(20) as one:
            client.get("/league/rules/")
        for number in range(4):
            more = group_of(office, name=f"第 {number} 组")
            for month in (10, 11, 12):
                rules_of(more, office, date(2024, month, 1), **named)
        with django_assert_max_num_queries(len(one)):
            client.get("/league/rules/")

    @pytest.mark.parametrize(
        "asked", ["/league/rules/?as_of=2024-08-31", "/league/rules/?nonsense=1"]
    )
    def test_address_that_asks_what_cannot_be_answered(self, client: Client, asked: str) -> None:
        assert client.get(asked).status_code == 400


class TestGroup:
    def test_set_up_changed_and_closed(self, client: Client) -> None:
        sent = {"name": "部门组", "subject": "lead_agency", "agency_kind": "department", "order": 1}
        answer = client.post("/league/groups/new/", sent)
        made = LeagueGroup.objects.get(name="部门组")
        assert answer.headers["Location"] == address(made)
        more = {"name": "委办局组", "seen_version": 1, "closed_on": "2025-01-01"}
        page = client.post(f"/league/groups/{made.pk}/", sent | more, follow=True)
        assert "已保存“委办局组”" in text_of(page)
        assert "2025-01-01 停用" in text_of(page)
        made.refresh_from_db()
        assert (made.closed_on, made.version) == (date(2025, 1, 1), 2)

    def test_unlike_things_are_refused_with_all_that_was_typed(self, client: Client) -> None:
        sent = {"name": "混合组", "subject": "lead_agency", "agency_kind": "", "order": 3}
        page = text_of(client.post("/league/groups/new/", sent))
        assert "部门、街道、企业不能放在同一组比" in page
        assert 'value="混合组"' in page
        assert not LeagueGroup.objects.exists()

    def test_what_it_compares_stands_once_there_are_rules(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        rules_of(group, office)
        sent = {"name": "行业组", "subject": "industry", "order": 0, "seen_version": 1}
        page = text_of(client.post(f"/league/groups/{group.pk}/", sent))
        assert "不能改比什么" in page
        assert 'value="行业组"' in page

    def test_whoever_was_overtaken_is_told(self, group: LeagueGroup, client: Client) -> None:
        sent = {"name": "一组", "subject": "subdistrict", "order": 0, "seen_version": 1}
        client.post(f"/league/groups/{group.pk}/", sent)
        page = client.post(f"/league/groups/{group.pk}/", sent | {"name": "二组"})
        assert "其他人已经保存过这条记录" in text_of(page)
        assert "名称由“属地组”改为“一组”" in text_of(page)
        again = form_values(page) | {"name": "二组"}
        assert client.post(f"/league/groups/{group.pk}/", again).status_code == 302

    def test_no_such_group(self, client: Client) -> None:
        assert client.get("/league/groups/99999999999999999999/").status_code == 404
        assert client.get("/league/groups/9/rules/new/").status_code == 404
        assert client.get("/league/rules/9/").status_code == 404


class TestStartingFrom:
    def test_first_version_starts_from_our_default_of_100(
        self, group: LeagueGroup, client: Client
    ) -> None:
        page = client.get(address(group))
        weights = [
            Decimal(str(value))
            for name, value in form_values(page).items()
            if name.endswith("_weight") and value
        ]
        assert (len(weights), sum(weights)) == (8, 100)
        assert '<output id="weights-sum">100</output>' in text_of(page)
        assert client.post(address(group), form_values(page) | {"note": "试行"}).status_code == 302

    def test_new_version_starts_from_the_one_in_force(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        two = [factories.agency(kind="subdistrict") for _ in "12"]
        listed = factories.programme()
        rules_of(
            group,
            office,
            cap=Decimal(130),
            entrants=[str(each.pk) for each in two],
            sections=["C", "D"],
            programmes=(listed,),
            items=(LeagueItem(name="通报", points=Decimal("-2.5"), doubles=True),),
        )
        sent = form_values(client.get(address(group)))
        assert sent["effective_from"] == "2024-11"
        assert sent["note"] == ""
        more = {"note": "续行", "item1_doubles": "on"}
        assert client.post(address(group), sent | more).status_code == 302
        first, second = LeagueRules.objects.order_by("version")
        assert (second.version, second.effective_from) == (2, date(2024, 11, 1))
        old, new = first.as_version(), second.as_version()
        assert (old.indicators, old.items) == (new.indicators, new.items)
        assert (old.entrants, old.sections, old.programmes) == (
            new.entrants,
            new.sections,
            new.programmes,
        )

    def test_another_groups_rule_without_its_entrants(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        two = [factories.agency(kind="subdistrict") for _ in "12"]
        rules_of(group, office, entrants=[str(each.pk) for each in two], full_marks=Decimal(100))
        other = group_of(office, name="行业组", subject="industry")
        assert f"?from={group.pk}" in text_of(client.get(address(other)))
        sent = form_values(client.get(f"{address(other)}?from={group.pk}"))
        assert (sent["year_plan_weight"], sent["starts_weight"]) == ("60", "40")
        assert "entrants" not in sent
        assert client.get(f"{address(other)}?from=999").status_code == 400
        assert client.get(f"{address(other)}?from=x").status_code == 400


class TestSaving:
    def test_saved_by_its_button_and_told(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        page = client.post(address(group), typed(sections=["C"]), follow=True)
        assert "已保存属地组第 1 版" in text_of(page)
        rules = LeagueRules.objects.get()
        assert (rules.effective_from, rules.sections) == (date(2024, 10, 1), ["C"])
        assert rules.history.latest().history_user == office

    @pytest.mark.parametrize(
        ("sent", "field", "said"),
        [
            ({"starts_weight": "30"}, "full_marks", "各项分值合计 90，与满分 100 不等，差 −10"),
            ({"effective_from": "2024-13"}, "effective_from", "不是存在的月份"),
            ({"effective_from": ""}, "effective_from", "请填写生效月份"),
            ({"note": ""}, "note", "请写明为什么这样定"),
            ({"year_plan_weight": "六十"}, "year_plan_weight", "输入一个数"),
            ({"year_plan_weight": "60.005"}, "year_plan_weight", "小数"),
            (
                {"year_plan_kind": "ladder", "year_plan_below_points": "1", "year_plan_below_step": "0"},
                "year_plan_below_step",
                "除以零算不出分数",
            ),
            ({"year_plan_kind": "ladder"}, "year_plan_below_points", "至少写一档"),
            ({"year_plan_kind": "coefficient", "year_plan_base": "100"}, "year_plan_base", "不含 100"),
            ({"cap": "0"}, "cap", "封顶要大于 0"),
            ({"red_size": "3"}, "target_measure", "请选择看哪项指标的目标"),
            ({"red_size": "3", "target_measure": "permits"}, "target_measure", "要在本规则的指标里"),
            ({"item1_points": "-3"}, "item1_name", "请填名称"),
            ({"item1_name": "通报"}, "item1_points", "请填每次几分"),
            ({"late_starts_weight": "0", "late_starts_each": "-3"}, "late_starts_floor", "不起作用"),
            ({"sections": ["乙"]}, "sections", "乙"),
            ({"entrants": ["99"]}, "entrants", "99"),
        ],
    )  # fmt: skip
    def test_refused_beside_its_field_and_nothing_is_lost(
        self, group: LeagueGroup, client: Client, sent: dict[str, Any], field: str, said: str
    ) -> None:
        kept = typed(permits_kind="coefficient", item8_most="7", item8_name="八", item8_points="1")
        answer = client.post(address(group), kept | sent)
        form = answer.context["form"]
        assert said in str(form.errors[field])
        page = text_of(answer)
        assert str(form.errors[field].as_data()[0].messages[0])[:8] in page
        shown = form_values(answer)
        for name, value in (kept | sent).items():
            if name not in {"sections", "entrants"}:
                assert shown[name] == value
        assert not LeagueRules.objects.exists()

    @pytest.mark.parametrize(
        ("sent", "section", "said"),
        [
            ({"year_plan_weight": "", "starts_weight": ""}, "indicators", "至少选一项指标"),
            (
                {"item1_name": "通报", "item1_points": "1", "item2_name": "通报", "item2_points": "2"},
                "items",
                "同名的加减分项只能有一个",
            ),
            ({"item1_name": "通报", "item1_points": "0"}, "items", "不能为 0"),
        ],
    )  # fmt: skip
    def test_refused_above_its_section(
        self, group: LeagueGroup, client: Client, sent: dict[str, str], section: str, said: str
    ) -> None:
        answer = client.post(address(group), typed(**sent))
        assert said in str(answer.context["form"].errors[section])
        assert said in text_of(answer)

    def test_a_single_entrant_is_no_group(self, group: LeagueGroup, client: Client) -> None:
        one = factories.agency(kind="subdistrict")
        answer = client.post(address(group), typed(entrants=[one.pk]))
        assert "至少要有两个对象" in str(answer.context["form"].errors["entrants"])

    def test_running_rule_is_not_changed_for_past_months(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        rules_of(group, office)
        taken = client.post(address(group), typed())
        assert "已有一版规则" in str(taken.context["form"].errors["effective_from"])
        past = client.post(address(group), typed(effective_from="2024-09"))
        assert "不能早于本月" in str(past.context["form"].errors["effective_from"])

    def test_rule_of_a_published_month_stands(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        for name in ("东街", "西街"):
            street = factories.agency(kind="subdistrict", name=name)
            project = factories.project(subdistrict=street, planned_start=date(2024, 9, 2))
            factories.programme(project)
        first = rules_of(group, office, date(2024, 9, 1), weights={"starts": "100"})
        month, other = date(2024, 9, 1), factories.user(REVIEWER)
        drawn = draw_up(group=group, month=month, today=TODAY, actor=office)
        page = text_of(client.get(f"/league/rules/{first.pk}/", follow=True))
        assert "已用来拟定排名，不能再改" in page
        assert f"/league/rules/{first.pk}/" not in page
        publish(publication=drawn, seen=drawn.version, today=TODAY, actor=other)
        answer = client.post(address(group), typed(effective_from="2024-09"))
        assert "2024-09 的排名已经发布" in str(answer.context["form"].errors["effective_from"])
        answer = client.post(f"/league/rules/{first.pk}/", typed(seen_version=revision(first)))
        assert "不能再改" in text_of(answer)

    def test_later_version_is_changed_and_whoever_was_overtaken_is_told(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        rules = rules_of(group, office, date(2024, 12, 1))
        page = client.get(f"/league/rules/{rules.pk}/")
        sent = form_values(page)
        mine = sent | {"year_plan_weight": "70", "starts_weight": "30"}
        assert client.post(f"/league/rules/{rules.pk}/", mine).status_code == 302
        assert [each.weight for each in rules.indicators.all()] == [70, 30]
        late = client.post(f"/league/rules/{rules.pk}/", sent)
        assert "其他人已经保存过" in text_of(late)
        assert [each.weight for each in rules.indicators.all()] == [70, 30]
        again = form_values(late)
        assert client.post(f"/league/rules/{rules.pk}/", again).status_code == 302
        assert [each.weight for each in rules.indicators.all()] == [60, 40]
        cut = client.post(f"/league/rules/{rules.pk}/", typed())
        assert "页面不完整" in text_of(cut)


class TestTrying:
    @pytest.fixture
    def streets(self) -> None:
        """Two streets with two projects each: one starts both on the day, the other one of them."""
        for name, started in (("东街", date(2024, 9, 2)), ("西街", None)):
            street = factories.agency(kind="subdistrict", name=name)
            for day in (date(2024, 9, 2), started):
                project = factories.project(
                    subdistrict=street, planned_start=date(2024, 9, 2), actual_start=day
                )
                factories.programme(project)

    @pytest.mark.usefixtures("streets")
    def test_shows_who_would_stand_where_and_saves_nothing(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        rules_of(group, office, weights={"starts": "100"})
        sent = alone(
            effective_from="2024-11",
            late_starts_weight="100",
            late_starts_each="-20",
            full_marks="100",
            _try="1",
        )
        answer = client.post(address(group), sent)
        page = text_of(answer)
        assert "试算结果：最近 3 个月" in page
        assert "2024年9月：0 个上升，0 个下降" in page
        september = answer.context["trials"][0]
        assert [
            (each.name, each.now, each.then, each.points_now, each.points_then)
            for each in september.shifts
        ] == [
            ("东街", 1, 1, Decimal("100.00"), Decimal("100.00")),
            ("西街", 2, 2, Decimal("50.00"), Decimal("80.00")),
        ]
        assert form_values(answer)["late_starts_each"] == "-20"
        assert LeagueRules.objects.count() == 1

    @pytest.mark.usefixtures("streets")
    def test_says_who_gains_and_who_loses(
        self, group: LeagueGroup, office: User, client: Client
    ) -> None:
        rules_of(group, office, weights={"starts": "100"})
        sent = alone(
            effective_from="2024-11",
            late_starts_weight="10",
            late_starts_each="20",
            full_marks="10",
            _try="1",
        )
        page = text_of(client.post(address(group), sent))
        assert "2024年9月：1 个上升，1 个下降" in page
        assert "升 1 位" in page
        assert "降 1 位" in page

    @pytest.mark.usefixtures("streets")
    def test_costs_the_same_however_many_take_part(
        self, group: LeagueGroup, office: User, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        rules_of(group, office)
        sent = typed(effective_from="2024-11", _try="1")
        client.post(address(group), sent)
        with django_assert_max_num_queries(110) as few:
            client.post(address(group), sent)
        for _ in range(10):
            street = factories.agency(kind="subdistrict")
            factories.programme(factories.project(subdistrict=street))
        with django_assert_max_num_queries(len(few)):
            answer = client.post(address(group), sent)
        assert len(answer.context["trials"][0].shifts) == 12

    def test_what_cannot_be_saved_is_not_tried(self, group: LeagueGroup, client: Client) -> None:
        answer = client.post(address(group), typed(starts_weight="30", _try="1"))
        assert "合计 90" in str(answer.context["form"].errors["full_marks"])
        assert '<output id="weights-sum">90</output>' in text_of(answer)
        assert answer.context["trials"] is None

    def test_the_first_version_has_nothing_to_stand_beside(
        self, group: LeagueGroup, client: Client
    ) -> None:
        page = text_of(client.post(address(group), typed(_try="1")))
        assert "试算结果" in page
        assert "还没有本规则所计的清单，不排名" in page
        assert not LeagueRules.objects.exists()
