"""A draft and its text: what is drafted anew, what somebody wrote stays."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import TestCase

from investment.models import StatusReport
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.judging.bulletin.reading import read
from kuancheng.reports.models import Bulletin, BulletinParagraph
from kuancheng.reports.services.bulletin.drafting import (
    discard_draft,
    draft_bulletin,
    redraft,
    save_heads,
)
from kuancheng.reports.services.bulletin.paragraphs import (
    accept_figures,
    add_paragraph,
    confirm_typed,
    edit_paragraph,
    redraft_paragraph,
    remove_paragraph,
)
from projects.models import Project
from tests import factories
from tests.reports.bulletin.office import SEPTEMBER, TODAY, drafted, office, portfolio

EDITED = "截至⟦month⟧底完成⟦overall.completed⟧亿元，全年力争160000万元。"


@pytest.mark.django_db
class Drafts(TestCase):
    """September's draft by the first of the office."""

    projects: list[Project]
    first: User
    second: User
    bulletin: Bulletin

    @classmethod
    def setUpTestData(cls) -> None:
        cls.projects = portfolio()
        cls.first, cls.second, _ = office()
        cls.bulletin = drafted(cls.first)

    def paragraph(self, key: str = "overall.completed") -> BulletinParagraph:
        return BulletinParagraph.objects.get(bulletin=self.bulletin, key=key)

    def edit(self, text: str = EDITED) -> BulletinParagraph:
        held = self.paragraph()
        return edit_paragraph(paragraph=held, text=text, seen=held.version, actor=self.second)

    def redraft(self) -> Bulletin:
        self.bulletin.refresh_from_db()
        version = self.bulletin.version
        return redraft(bulletin=self.bulletin, seen=version, today=TODAY, actor=self.first)

    def correct(self) -> None:
        """甲 completed 6亿元 and not 5."""
        report = StatusReport.objects.get(project=self.projects[0])
        report.completed = Decimal(60_000)
        report.save()

    def refused(self, **fields: object) -> str:
        with pytest.raises(ValidationError) as found:
            draft_bulletin(**{"month": SEPTEMBER, "today": TODAY, "actor": self.first} | fields)  # type: ignore[arg-type]
        return "".join(found.value.messages)

    def test_a_month_has_one_bulletin(self) -> None:
        assert self.refused() == "2024-09 的月通报正在起草，一个月只有一期；请打开那一期。"

    def test_a_month_is_drafted_once_its_reports_are_due(self) -> None:
        said = self.refused(month=date(2024, 10, 1))
        assert "2024-10 的填报 2024-11-07 截止，截止后才能起草月通报" in said

    def test_a_month_without_a_list_has_nothing_to_tell(self) -> None:
        assert "没有项目在 2023 年的清单上" in self.refused(month=date(2023, 9, 1))
        assert not Bulletin.objects.filter(month=date(2023, 9, 1)).exists()

    def test_a_reader_may_not_draft(self) -> None:
        with pytest.raises(NotAllowed):
            draft_bulletin(month=SEPTEMBER, today=TODAY, actor=factories.user(READER))

    def test_paragraphs_stand_in_order_and_are_right(self) -> None:
        found = read(self.bulletin)
        assert [each.paragraph.order for each in found.paragraphs] == list(
            range(1, len(found.paragraphs) + 1)
        )
        assert found.all_findings == ()
        assert found.paragraphs[0].printed.startswith("现将2024年9月")

    def test_an_edited_paragraph_stays_when_the_figures_are_drafted_anew(self) -> None:
        self.edit()
        self.correct()
        self.redraft()
        assert self.paragraph().text == EDITED
        (read_one,) = (each for each in read(self.bulletin).paragraphs if each.paragraph.is_edited)
        assert [(each.old, each.new) for each in read_one.changed] == [("8.20", "9.20")]
        assert read_one.printed == "截至9月底完成9.20亿元，全年力争160000万元。"

    def test_what_nobody_edited_follows_the_figures(self) -> None:
        StatusReport.objects.filter(project=self.projects[2]).delete()
        self.redraft()
        assert "⟦overall.missing⟧个未报送" in self.paragraph().text

    def test_kept_words_are_at_peace_with_the_new_figures(self) -> None:
        self.edit()
        self.correct()
        self.redraft()
        held = self.paragraph()
        accept_figures(paragraph=held, seen=held.version, actor=self.first)
        assert read(self.bulletin).changed == ()
        assert self.paragraph().text == EDITED

    def test_a_paragraph_goes_back_to_its_template(self) -> None:
        before = self.paragraph().text
        held = self.edit()
        redraft_paragraph(paragraph=held, seen=held.version, actor=self.first)
        held.refresh_from_db()
        assert (held.text, held.edited_by, held.typed) == (before, None, [])

    def test_a_typed_number_is_confirmed_and_asked_for_again_when_it_changes(self) -> None:
        held = self.edit()
        assert [each.code for each in read(self.bulletin).all_findings] == ["typed"]
        held = confirm_typed(
            paragraph=held, numbers=["160000"], seen=held.version, actor=self.second
        )
        assert read(self.bulletin).all_findings == ()
        assert held.typed_by == self.second
        self.edit(EDITED.replace("160000", "170000"))
        assert [each.subject for each in read(self.bulletin).all_findings] == ["170000"]

    def test_a_number_that_is_not_there_cannot_be_confirmed(self) -> None:
        held = self.edit()
        with pytest.raises(ValidationError, match="没有手工填写的“5”"):
            confirm_typed(paragraph=held, numbers=["5"], seen=held.version, actor=self.first)

    def test_an_unknown_figure_or_an_empty_text_is_not_saved(self) -> None:
        for text, said in (("完成⟦nothing⟧亿元", "没有数据“nothing”"), (" \r\n", "不能为空")):
            with pytest.raises(ValidationError, match=said):
                self.edit(text)
        assert not self.paragraph().is_edited

    def test_a_table_is_not_written_by_hand(self) -> None:
        held = self.paragraph("table:class")
        with pytest.raises(ValidationError, match="由数据生成"):
            edit_paragraph(paragraph=held, text="改", seen=held.version, actor=self.first)

    def test_who_saw_an_older_text_is_told(self) -> None:
        stale = self.paragraph()
        self.edit()
        with pytest.raises(StaleRecord):
            edit_paragraph(paragraph=stale, text="改", seen=stale.version, actor=self.first)
        assert self.paragraph().text == EDITED

    def test_an_own_paragraph_stands_at_the_end_of_its_part_and_can_go(self) -> None:
        own = add_paragraph(
            bulletin=self.bulletin, section="overall", text="说明。", actor=self.first
        )
        self.redraft()
        texts = list(self.bulletin.paragraphs.filter(section="overall"))
        assert texts[-1] == own
        own.refresh_from_db()
        assert own.order == texts[-2].order + 1
        remove_paragraph(paragraph=own, seen=own.version, actor=self.first)
        assert not self.bulletin.paragraphs.filter(key="").exists()

    def test_a_template_paragraph_cannot_be_removed(self) -> None:
        held = self.paragraph()
        with pytest.raises(ValidationError, match="不能删除"):
            remove_paragraph(paragraph=held, seen=held.version, actor=self.first)

    def test_heads_are_carried_to_the_next_month(self) -> None:
        factories.programme(self.projects[0], year=2024)
        self.bulletin.copied_to = "区委办公室"
        save_heads(bulletin=self.bulletin, seen=self.bulletin.version, actor=self.first)
        later = draft_bulletin(month=date(2024, 10, 1), today=date(2024, 11, 8), actor=self.first)
        assert (later.signer, later.copied_to) == ("示例办公室", "区委办公室")
        assert later.title == "关于2024年10月重点项目进展情况的通报"

    def test_a_draft_can_be_thrown_away(self) -> None:
        discard_draft(bulletin=self.bulletin, seen=self.bulletin.version, actor=self.first)
        assert not Bulletin.objects.exists()
