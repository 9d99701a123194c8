"""A draft on its page: read, edited, checked, put before the second person, refused kindly."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.reports.models import Bulletin, BulletinParagraph
from kuancheng.reports.my_work.page import my_work
from kuancheng.reports.services.bulletin.drafting import redraft
from tests import databases, factories
from tests.clock import on_date
from tests.reports.bulletin.drafting import ADDRESS, HEADS, TODAY, Cast, as_user, cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on_date(TODAY):
        yield


def errors(page: Any) -> list[str]:
    """What stands in red."""
    return [
        re.sub("<[^>]+>", "", each).strip()
        for each in re.findall(r'class="message error"[^>]*>(.+?)</p>', page.text)
    ]


class Drafted:
    """September, drafted once: each test finds it as it was."""

    cast: Cast
    bulletin: Bulletin

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _drafted(cls, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
        with databases.shared(django_db_blocker), on_date(TODAY):
            cls.cast = cast()
            cls.bulletin = cls.cast.ready()
            yield

    @property
    def desk(self) -> Client:
        """The writer's browser."""
        return as_user(self.cast.writer)

    def paragraph(self, key: str = "overall.listed") -> BulletinParagraph:
        """A paragraph by the key of its template."""
        found: BulletinParagraph = self.bulletin.paragraphs.get(key=key)
        return found

    def press(
        self, client: Client, way: str, *, key: str = "overall.listed", **more: object
    ) -> Any:
        """A button of a paragraph, pressed on what stands there now."""
        held = self.paragraph(key)
        address = f"{ADDRESS}paragraphs/{held.pk}/{way}/"
        given = {"seen_version": held.version} | more
        return client.post(address, given, follow=True)

    def step(self, client: Client, code: str, **more: object) -> Any:
        """A step of the whole, taken on what stands there now."""
        seen = Bulletin.objects.get(pk=self.bulletin.pk).version
        return client.post(f"{ADDRESS}steps/{code}/", {"seen_version": seen} | more, follow=True)

    def row(self, page: Any, key: str = "overall.listed") -> Any:
        """What the page shows of a paragraph."""
        rows = (row for part in page.context["parts"] for row in part.rows)
        return next(row for row in rows if row.paragraph.key == key)


class TestReading(Drafted):
    def test_figures_stand_in_the_text_as_links_to_where_they_come_from(self) -> None:
        row = self.row(self.desk.get(ADDRESS))
        assert "".join(each.text for each in row.pieces) == (
            "清单内项目3个，计划总投资15.00亿元，年度计划投资3.60亿元。"
        )
        chips = [(each.key, each.figure.path[:10]) for each in row.pieces if each.key]
        assert chips == [
            ("overall.projects", "/overview/"),
            ("overall.total", "/overview/"),
            ("overall.plan", "/overview/"),
        ]

    def test_parts_stand_in_their_order_with_their_numbers(self) -> None:
        assert [part.heading for part in self.desk.get(ADDRESS).context["parts"]] == [
            "导语",
            "一、总体情况",
            "二、分类进展",
            "三、赛马排名",
            "四、亮灯及滞后项目",
            "五、问题及要素保障",
            "六、下步要求",
            "附件",
        ]

    def test_without_a_script_there_are_the_text_with_keys_and_a_list_of_them(self) -> None:
        text = self.desk.get(ADDRESS).text
        assert "清单内项目⟦overall.projects⟧个" in text
        assert "<code>⟦overall.projects⟧</code>" in text

    def test_the_curve_is_drawn_up_to_the_month(self) -> None:
        curve = self.row(self.desk.get(ADDRESS), "chart:curve").chart.curve
        assert [point.number for point in curve.completed.points] == list(range(10))
        # 甲 brought 9,000 and 乙 4,500 万元.
        assert curve.completed.last.amount == Decimal(13500)
        assert curve.seasonal.last.amount == Decimal(36000)

    def test_readers_see_no_draft(self) -> None:
        reader = as_user(self.cast.reader)
        assert reader.get(ADDRESS).status_code == 404
        assert list(reader.get("/bulletins/").context["page"]) == []
        assert reader.get(f"{ADDRESS}preview/").status_code == 403
        held = self.paragraph()
        for address in (
            f"paragraphs/{held.pk}/save/",
            "heads/",
            "lacks/missing/",
            "add/overall/",
        ):
            assert reader.post(f"{ADDRESS}{address}").status_code == 403
        assert reader.post("/bulletins/draft/", {"month": "2024-08"}).status_code == 403
        assert reader.post(f"{ADDRESS}steps/submit/").status_code == 404

    def test_the_preview_is_the_printed_page_without_a_number(self) -> None:
        page = self.desk.get(f"{ADDRESS}preview/")
        document = page.context["document"]
        assert (document.number, document.signature.signer) == ("", HEADS["signer"])
        assert "2024年10月15日" in page.text
        assert "各责任单位：" in page.text
        assert "抄送：区委办、区政府办。" in page.text
        assert [annex.title for annex in document.annexes] == ["重点项目进展情况月清单"]

    @pytest.mark.parametrize(
        "address", ["/bulletins/2024-13/", "/bulletins/2024-08/", "/bulletins/x/"]
    )
    def test_a_month_without_a_bulletin_is_not_found(self, address: str) -> None:
        assert self.desk.get(address).status_code == 404

    def test_an_unknown_parameter_is_refused(self) -> None:
        assert self.desk.get(f"{ADDRESS}?as_of=2024-09-30").status_code == 400

    def test_the_second_is_not_asked_before_it_is_submitted(self) -> None:
        assert my_work(self.cast.second, TODAY).bulletins == ()


class TestEditing(Drafted):
    def test_a_paragraph_is_saved_alone(self) -> None:
        page = self.press(self.desk, "save", text="清单内项目⟦overall.projects⟧个。")
        assert self.row(page).paragraph.text == "清单内项目⟦overall.projects⟧个。"
        assert self.row(page).paragraph.edited_by == self.cast.writer
        assert "已保存本段" in page.text

    def test_who_was_overtaken_is_told_and_keeps_what_he_typed(self) -> None:
        held = self.paragraph()
        self.press(as_user(self.cast.second), "save", text="第二人的⟦overall.projects⟧个。")
        page = self.desk.post(
            f"{ADDRESS}paragraphs/{held.pk}/save/",
            {"seen_version": held.version, "text": "我的⟦overall.projects⟧个。"},
        )
        assert page.status_code == 200
        row = self.row(page)
        assert row.text == "我的⟦overall.projects⟧个。"
        assert "再按一次即按现在的内容保存" in errors(page)[-1]
        assert self.paragraph().text == "第二人的⟦overall.projects⟧个。"
        again = {"seen_version": row.version, "text": row.text}
        self.desk.post(f"{ADDRESS}paragraphs/{held.pk}/save/", again)
        assert self.paragraph().text == "我的⟦overall.projects⟧个。"

    @pytest.mark.parametrize(
        ("text", "said"),
        [("共⟦overall.nonsense⟧个", "没有数据“overall.nonsense”"), ("  ", "正文不能为空")],
    )
    def test_what_cannot_be_saved_is_shown_again(self, text: str, said: str) -> None:
        page = self.press(self.desk, "save", text=text)
        assert any(said in each for each in errors(page))
        assert self.row(page).text.strip() == text.strip()
        assert self.row(page).paragraph.edited_by is None

    def test_tables_are_not_written_by_hand(self) -> None:
        page = self.press(self.desk, "save", key="table:class", text="甲")
        assert "表和图由数据生成，不能改写。" in errors(page)

    def test_a_typed_number_is_confirmed_by_a_tick(self) -> None:
        page = self.press(self.desk, "save", text="⟦overall.projects⟧个项目，其中招商项目12个等。")
        assert [(each.number, each.confirmed) for each in self.row(page).numbers] == [("12", False)]
        assert any("手工填写" in each.lack.text for each in page.context["checks"])
        page = self.press(self.desk, "confirm", typed=["12"])
        assert [(each.number, each.confirmed) for each in self.row(page).numbers] == [("12", True)]
        assert not any(each.lack.hard for each in page.context["checks"])
        page = self.press(self.desk, "confirm", typed=["13"])
        assert any("“13”" in each for each in errors(page))

    def test_a_ratio_that_does_not_follow_is_told_beside_the_paragraph(self) -> None:
        text = "年度计划⟦overall.plan⟧亿元，完成⟦overall.completed⟧亿元，完成率38.0%。"
        page = self.press(self.desk, "save", text=text)
        # 1.35 of 3.60.
        assert any("37.5" in each.text for each in self.row(page).findings)

    def test_figures_that_moved_are_told_and_kept_or_updated(self) -> None:
        self.press(self.desk, "save", text="完成⟦overall.completed⟧亿元。")
        for month in range(1, 10):
            factories.status_report(
                project=self.cast.projects["丙"],
                month=date(2024, month, 1),
                completed=Decimal(1000),
                state="approved",
            )
        page = self.step(self.desk, "redraft")
        moved = [(each.old, each.new) for each in self.row(page).changes]
        assert moved == [("1.35", "2.25")]
        assert "原为 1.35，现为 2.25" in page.text
        page = self.press(self.desk, "keep")
        assert self.row(page).changes == ()
        assert "".join(each.text for each in self.row(page).pieces) == "完成2.25亿元。"
        page = self.press(self.desk, "redraft")
        assert self.row(page).paragraph.text.startswith("清单内项目")
        assert not self.row(page).may_redraft

    def test_a_paragraph_of_ones_own_is_added_and_removed(self) -> None:
        page = self.desk.post(f"{ADDRESS}add/matters/", {"text": ""})
        assert "正文不能为空。" in errors(page)
        page = self.desk.post(f"{ADDRESS}add/matters/", {"text": "要素要保障到位。"}, follow=True)
        own = self.row(page, "")
        assert own.paragraph.section == "matters"
        address = f"{ADDRESS}paragraphs/{own.paragraph.pk}/remove/"
        self.desk.post(address, {"seen_version": own.paragraph.version})
        assert not self.bulletin.paragraphs.filter(key="").exists()
        assert "不能删除" in errors(self.press(self.desk, "remove"))[-1]

    def test_heads_are_saved_or_shown_again(self) -> None:
        seen = self.bulletin.version
        given = HEADS | {"seen_version": seen, "title": ""}
        page = self.desk.post(f"{ADDRESS}heads/", given)
        assert page.context["heads_form"].errors["title"]
        given |= {"title": "九月通报"}
        self.desk.post(f"{ADDRESS}heads/", given)
        assert Bulletin.objects.get().title == "九月通报"

    def test_a_lack_passes_with_a_reason_only(self) -> None:
        given = {"seen_version": self.bulletin.version, "reason": ""}
        page = self.desk.post(f"{ADDRESS}lacks/missing/", given)
        assert "至少 4 个字" in errors(page)[-1]
        given["reason"] = "丙项目停工半年，没有数"
        page = self.desk.post(f"{ADDRESS}lacks/missing/", given, follow=True)
        passed = next(each.passed for each in page.context["checks"])
        assert passed["reason"] == "丙项目停工半年，没有数"


class TestSteps(Drafted):
    def offered(self, client: Client) -> list[str]:
        return [each.step.code for each in client.get(ADDRESS).context["steps"]]

    def test_who_wrote_it_submits_and_withdraws_and_another_issues(self) -> None:
        second = as_user(self.cast.second)
        assert self.offered(self.desk) == ["submit", "redraft", "discard"]
        self.step(self.desk, "submit")
        assert self.offered(self.desk) == ["withdraw"]
        assert self.offered(second) == ["issue", "return"]
        assert list(my_work(self.cast.second, TODAY).bulletins) == [self.bulletin]
        assert my_work(self.cast.writer, TODAY).bulletins == ()
        assert "2024-09 月通报等待您批准" in second.get("/admin/").text
        self.step(self.desk, "withdraw")
        assert self.offered(second) == ["submit", "redraft", "discard"]
        self.step(self.desk, "submit")
        self.step(second, "issue")
        assert Bulletin.objects.get().document_number == "示例重点办通报〔2024〕1号"

    def test_who_wrote_a_word_of_it_does_not_issue_it(self) -> None:
        second = as_user(self.cast.second)
        self.press(second, "save", text="清单内项目⟦overall.projects⟧个。")
        self.step(self.desk, "submit")
        assert self.offered(second) == ["return"]
        assert my_work(self.cast.second, TODAY).bulletins == ()
        page = self.step(second, "issue")
        assert "您起草、送审、改写过这一期" in errors(page)[0]
        assert not Bulletin.objects.get().is_issued

    def test_it_is_sent_back_with_what_is_to_be_changed(self) -> None:
        self.step(self.desk, "submit")
        second = as_user(self.cast.second)
        page = self.step(second, "return", note="改")
        assert "至少 4 个字" in errors(page)[-1]
        assert ">\n改</textarea>" in page.text or ">改</textarea>" in page.text
        self.step(second, "return", note="标题写全称")
        assert "退回意见：标题写全称" in self.desk.get(ADDRESS).text

    def test_a_number_that_leaves_a_gap_may_only_begin_a_year(self) -> None:
        self.step(self.desk, "submit")
        page = self.step(as_user(self.cast.second), "issue", number="零")
        assert "请填整数，例如 12。" in errors(page)[-1]
        self.step(as_user(self.cast.second), "issue", number="7")
        assert Bulletin.objects.get().document_number == "示例重点办通报〔2024〕7号"

    def test_what_is_missing_is_named_when_it_is_submitted(self) -> None:
        Bulletin.objects.update(confirmed=[], signer="")
        page = self.step(self.desk, "submit")
        assert "没有填写落款单位" in errors(page)[0]
        assert "1个项目没有报送当月进展" in errors(page)[0]

    def test_a_submitted_text_is_not_changed(self) -> None:
        self.step(self.desk, "submit")
        page = self.press(self.desk, "save", text="改")
        assert any("请先退回或撤回" in each for each in errors(page))
        assert "data-in-place" not in page.text

    def test_a_draft_is_thrown_away_whole(self) -> None:
        page = self.step(self.desk, "discard")
        assert page.redirect_chain[-1][0] == "/bulletins/"
        assert not Bulletin.objects.exists()

    def test_a_step_that_there_is_not_is_not_found(self) -> None:
        assert self.step(self.desk, "publish").status_code == 404
        assert self.press(self.desk, "publish").status_code == 404

    @pytest.mark.parametrize(
        ("month", "said"),
        [
            ("", "请填写月份"),
            ("2024-09", "一个月只有一期"),
            ("2024-10", "截止后才能起草月通报"),
        ],
    )
    def test_a_month_that_cannot_be_drafted_is_told(self, month: str, said: str) -> None:
        page = self.desk.post("/bulletins/draft/", {"month": month})
        assert said in errors(page)[0]


def test_a_draft_asks_as_many_questions_whatever_is_on_the_list() -> None:
    made = cast()
    bulletin = made.draft()
    few = questions(made.writer)
    programme = made.projects["甲"].programmes.get()
    for _ in range(12):
        factories.listing(project=factories.project(), programme=programme)
    redraft(bulletin=bulletin, seen=bulletin.version, today=TODAY, actor=made.writer)
    assert questions(made.writer) == few


def questions(user: User) -> int:
    """How many the draft's page asks of the database, its second time."""
    desk = as_user(user)
    desk.get(ADDRESS)
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(ADDRESS).status_code == 200
    return len(asked)
