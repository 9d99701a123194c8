"""What was issued: the kept copy on its page, in Excel and in the API; and how it is corrected."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from kuancheng.reports.models import Bulletin, Erratum
from tests import databases, factories
from tests.clock import on_date
from tests.reports.bulletin.drafting import ADDRESS, TODAY, Cast, as_user, cast
from tests.reports.league.racing import group, published

pytestmark = pytest.mark.django_db

NUMBER = "示例重点办通报〔2024〕1号"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on_date(TODAY):
        yield


class Issued:
    """September, issued once: each test finds it as it was."""

    cast: Cast
    bulletin: Bulletin

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _issued(cls, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
        with databases.shared(django_db_blocker), on_date(TODAY):
            cls.cast = cast()
            published(group(cls.cast.writer), cls.cast.writer, cls.cast.second)
            cls.bulletin = cls.cast.issued()
            yield

    @property
    def reader(self) -> Client:
        """A leader's browser."""
        return as_user(self.cast.reader)


class TestCopy(Issued):
    def test_everybody_reads_it_with_number_and_day(self) -> None:
        page = self.reader.get(ADDRESS)
        assert page.context["document"].number == NUMBER
        assert "2024年10月15日" in page.text
        assert "截至9月底，3个项目中1个未报送" in page.text
        assert self.bulletin.digest in page.text
        assert [each.month for each in self.reader.get("/bulletins/").context["page"]] == [
            date(2024, 9, 1)
        ]

    def test_it_does_not_move_with_the_records(self) -> None:
        before = self.reader.get(ADDRESS).context["document"]
        factories.status_report(
            project=self.cast.projects["丙"],
            month=date(2024, 9, 1),
            completed=Decimal(1000),
            state="approved",
        )
        self.cast.projects["甲"].name = "改名的项目"
        self.cast.projects["甲"].save()
        assert self.reader.get(ADDRESS).context["document"] == before

    def test_files_come_as_they_were_kept(self) -> None:
        kept = {each.kind: each for each in self.bulletin.issued.files.all()}
        assert {"list", "league"} <= set(kept)
        for kind, each in kept.items():
            answer = self.reader.get(f"{ADDRESS}files/{kind}/")
            found = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
            assert sha256(found).hexdigest() == each.digest == answer["X-Digest-SHA256"]
        assert self.reader.get(f"{ADDRESS}files/nonsense/").status_code == 404

    def test_nobody_changes_it_any_more(self) -> None:
        desk = as_user(self.cast.writer)
        page = desk.post(f"{ADDRESS}steps/issue/", {"seen_version": self.bulletin.version})
        assert "不能再次发布或改动" in page.text
        assert desk.get(f"{ADDRESS}preview/").status_code == 302
        assert "data-in-place" not in desk.get(ADDRESS).text

    def test_it_is_found_by_its_number(self) -> None:
        for words in ("通报〔2024〕1号", "2024年9月重点"):
            found = self.reader.get("/search/", {"q": words, "kind": "bulletin"})
            assert [hit.address for hit in found.context["hits"]] == [ADDRESS], words

    def test_its_page_asks_a_fixed_number_of_questions(self) -> None:
        self.reader.get(ADDRESS)
        client = self.reader
        with CaptureQueriesContext(connection) as asked:
            client.get(ADDRESS)
        assert len(asked) <= 16


class TestAnnexes(Issued):
    def book(self, kind: str, *, values: bool = False) -> Any:
        kept = self.bulletin.issued.files.get(kind=kind)
        return load_workbook(BytesIO(bytes(kept.bytes)), data_only=values)

    def test_rates_and_totals_stand_beside_formulas_that_make_them(self) -> None:
        sheet = self.book("list")["3 重点项目分隶属进展情况"]
        rows = {row[0].value: row for row in sheet.iter_rows(min_row=5)}
        assert [each.value for each in rows["甲局"][:5]] == ["甲局", 1, 1.2, 0.9, 75]
        assert rows["甲局"][5].value.startswith("=IF(AND(ISNUMBER(")
        assert rows["合计重算"][2].value == "=SUM(C5:C7)"

    def test_what_is_computed_anew_agrees(self) -> None:
        for sheet in self.book("list", values=True):
            cells = [cell.value for row in sheet.iter_rows() for cell in row]
            assert "不符" not in cells
        sheet = self.book("list", values=True)["3 重点项目分隶属进展情况"]
        rows = {row[0].value: row for row in sheet.iter_rows(min_row=5)}
        # 0.90 + 0.45 of 1.20 × 3.
        assert [each.value for each in rows["合计"][1:7]] == [3, 3.6, 1.35, 37.5, 37.5, "相符"]
        assert rows["丙局"][3].value == "—"

    def test_the_league_has_a_sheet_a_group_and_its_sums(self) -> None:
        assert self.book("league").sheetnames == ["1 责任单位组", "1 责任单位组算式"]


class TestErrata(Issued):
    def propose(self, client: Client, **changed: str) -> Any:
        given = {
            "figure": "overall.completed",
            "new": "1.45亿元",
            "reason": "乙项目九月报数有误",
        }
        return client.post(f"{ADDRESS}errata/", given | changed, follow=True)

    def test_one_proposes_and_another_approves(self) -> None:
        desk, second = as_user(self.cast.writer), as_user(self.cast.second)
        assert "原为1.35亿元，更正为1.45亿元" in self.propose(desk).text
        assert "1.45亿元" not in self.reader.get(ADDRESS).text
        made = Erratum.objects.get()
        address = f"{ADDRESS}errata/{made.pk}/approve/"
        page = desk.post(address, {"seen_version": made.version})
        assert "请由另一位同事批准" in page.text
        page = second.post(address, {"seen_version": made.version}, follow=True)
        assert "随下一期刊出" in page.text
        text = self.reader.get(ADDRESS).text
        assert "原为1.35亿元，更正为1.45亿元" in text
        assert "完成投资1.35亿元" in text

    def test_what_is_refused_keeps_what_was_typed(self) -> None:
        desk = as_user(self.cast.writer)
        page = self.propose(desk, new="1.35亿元")
        assert "与原来的 1.35亿元 相同，不用更正" in page.text
        assert "乙项目九月报数有误" in page.text
        self.propose(desk)
        made = Erratum.objects.get()
        second = as_user(self.cast.second)
        page = second.post(
            f"{ADDRESS}errata/{made.pk}/refuse/", {"seen_version": made.version, "reason": "无"}
        )
        assert "请写明为什么不更正" in page.text
        second.post(
            f"{ADDRESS}errata/{made.pk}/refuse/",
            {"seen_version": made.version, "reason": "原数无误"},
        )
        assert Erratum.objects.get().state == "refused"
        assert "原数无误" not in self.reader.get(ADDRESS).text

    def test_readers_propose_nothing(self) -> None:
        assert self.propose(self.reader).status_code == 403
        assert self.reader.get(ADDRESS).context["erratum_form"] is None

    def test_what_waits_stands_on_the_list_of_the_office(self) -> None:
        desk = as_user(self.cast.writer)
        self.propose(desk)
        assert desk.get("/bulletins/").context["errata"].total == 1
        assert self.reader.get("/bulletins/").context["errata"] is None


class TestApi(Issued):
    def test_the_list_tells_of_files_and_digests(self, api: Client) -> None:
        row = api.get("/api/v1/bulletins/").json()["results"][0]
        assert (row["month"], row["number"], row["state"]) == ("2024-09", NUMBER, "issued")
        assert row["digest"] == self.bulletin.digest
        kept = self.bulletin.issued.files.get(kind="list")
        listed = next(each for each in row["files"] if each["kind"] == "list")
        assert listed["digest"] == kept.digest
        answer = api.get(listed["url"])
        assert b"".join(answer.streaming_content) == bytes(kept.bytes)  # type: ignore[attr-defined]
        assert answer["Content-Type"].endswith("spreadsheetml.sheet")

    def test_one_gives_the_text_and_every_figure(self, api: Client) -> None:
        found = api.get("/api/v1/bulletins/2024-09/").json()
        figures = {each["key"]: each for each in found["figures"]}
        assert figures["overall.completed"]["value"] == "13500.00"
        assert figures["overall.completed"]["printed"] == "1.35"
        assert figures["overall.completed"]["unit"] == "亿元"
        printed = {each["key"]: each["printed"] for each in found["paragraphs"]}
        assert printed["overall.listed"] == (
            "清单内项目3个，计划总投资15.00亿元，年度计划投资3.60亿元。"
        )
        assert [each["key"] for each in found["tables"] if each["annex"]] == [
            "list",
            "league",
            "matters",
        ]
        assert found["errata"] == []

    def test_what_is_not_there_is_said(self, api: Client) -> None:
        for address in ("2024-08/", "2024-13/", "2024-09/files/matters/"):
            assert api.get(f"/api/v1/bulletins/{address}").status_code == 404, address
        assert api.get("/api/v1/bulletins/?as_of=2024-09-30").status_code == 400
        assert api.get("/api/v1/bulletins/?year=2023").json()["count"] == 0

    def test_drafts_are_the_offices(self, api: Client) -> None:
        Bulletin.objects.update(state="draft", number=None, year=None)
        assert api.get("/api/v1/bulletins/").json()["count"] == 0
        assert api.get("/api/v1/bulletins/2024-09/").status_code == 404
        office = as_user(self.cast.writer)
        found = office.get("/api/v1/bulletins/2024-09/").json()
        assert (found["state"], found["number"]) == ("draft", "")
        assert found["paragraphs"]
