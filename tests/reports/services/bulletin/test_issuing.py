"""From draft to issued: who may, what is refused by name, and what is frozen."""

from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import TestCase

from investment.choices import ReportState
from investment.models import StatusReport
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER
from kuancheng.notices.models import Notice
from kuancheng.records.chain import digest_of_bytes
from kuancheng.reports.choices import BulletinFileKind, BulletinState
from kuancheng.reports.judging.bulletin.lacks import lacks_of
from kuancheng.reports.models import Bulletin, BulletinFile, Erratum, IssuedBulletin
from kuancheng.reports.services.bulletin import files
from kuancheng.reports.services.bulletin.drafting import draft_bulletin, redraft
from kuancheng.reports.services.bulletin.errata import (
    approve_erratum,
    propose_erratum,
    refuse_erratum,
)
from kuancheng.reports.services.bulletin.issuing import (
    confirm_lack,
    issue,
    may_approve,
    send_back,
    submit,
    withdraw,
)
from kuancheng.reports.services.bulletin.paragraphs import edit_paragraph
from projects.models import Project
from tests import factories
from tests.clock import on_date
from tests.reports.bulletin.office import (
    SEPTEMBER,
    TODAY,
    drafted,
    issued,
    office,
    portfolio,
    submitted,
)


@pytest.mark.django_db
class Office(TestCase):
    """An office of three, and its three projects."""

    projects: list[Project]
    first: User
    second: User
    third: User

    @classmethod
    def setUpTestData(cls) -> None:
        cls.projects = portfolio()
        cls.first, cls.second, cls.third = office()

    def issue(self, bulletin: Bulletin, **given: Any) -> Bulletin:
        bulletin.refresh_from_db()
        asked = {"seen": bulletin.version, "today": TODAY, "actor": self.second} | given
        return issue(bulletin=bulletin, **asked)  # type: ignore[arg-type]

    def refused(self, bulletin: Bulletin, **given: Any) -> str:
        with pytest.raises((ValidationError, NotAllowed)) as found:
            self.issue(bulletin, **given)
        bulletin.refresh_from_db()
        error = found.value
        return "".join(error.messages) if isinstance(error, ValidationError) else str(error)


@pytest.mark.django_db
class Steps(Office):
    """The way of a bulletin, and who may go it."""

    def test_a_bulletin_is_issued_by_a_second_person_and_frozen(self) -> None:
        made = self.issue(submitted(self.first))
        assert made.state == BulletinState.ISSUED
        assert made.document_number == "示例办通报〔2024〕1号"
        kept = IssuedBulletin.objects.get()
        assert (kept.place, kept.previous_digest) == (1, "")
        assert kept.digest == made.digest
        content = kept.content
        assert content["number"] == "示例办通报〔2024〕1号"
        assert content["people"]["approver"] == str(self.second)
        assert content["figures"]["projects"] == ["B-1", "B-2", "B-3"]
        assert content["paragraphs"][2]["printed"].startswith("截至9月底，3个项目累计完成投资8.20")

    def test_nobody_approves_what_he_drafted_submitted_or_wrote(self) -> None:
        made = drafted(self.first)
        held = made.paragraphs.get(key="overall.month")
        edit_paragraph(paragraph=held, text="当月进展平稳。", seen=held.version, actor=self.second)
        made = submit(bulletin=made, seen=made.version, today=TODAY, actor=self.first)
        for writer in (self.first, self.second):
            assert "请由没有经手的另一位同事批准" in self.refused(made, actor=writer)
            assert not may_approve(made, writer)
        assert may_approve(made, self.third)
        assert self.issue(made, actor=self.third).is_issued

    def test_a_reader_may_neither_submit_nor_issue(self) -> None:
        reader = factories.user(READER)
        made = drafted(self.first)
        with pytest.raises(NotAllowed):
            submit(bulletin=made, seen=made.version, today=TODAY, actor=reader)
        assert "权限" in self.refused(submitted_of(made, self.first), actor=reader)

    def test_a_draft_is_not_issued_and_an_issued_one_not_again(self) -> None:
        made = drafted(self.first)
        assert "还在起草，请先提交审核" in self.refused(made)
        made = self.issue(submitted_of(made, self.first))
        assert "已于 2024-10-15 发布（示例办通报〔2024〕1号），不能再次发布" in self.refused(made)
        with pytest.raises(ValidationError, match="正文不能改"):
            redraft(bulletin=made, seen=made.version, today=TODAY, actor=self.first)

    def test_it_comes_back_with_what_is_to_be_changed(self) -> None:
        made = submitted(self.first)
        with pytest.raises(ValidationError, match="请写明要改什么"):
            send_back(bulletin=made, note="改", seen=made.version, actor=self.second)
        made = send_back(bulletin=made, note="请补充下步要求", seen=made.version, actor=self.second)
        assert (made.state, made.returned_note) == (BulletinState.DRAFT, "请补充下步要求")
        assert "bulletin_returned" in kinds(self.first)

    def test_who_submitted_takes_it_back_and_another_cannot(self) -> None:
        made = submitted(self.first)
        with pytest.raises(NotAllowed, match="请用退回"):
            withdraw(bulletin=made, seen=made.version, actor=self.second)
        assert withdraw(bulletin=made, seen=made.version, actor=self.first).is_draft

    def test_who_may_approve_is_told_and_all_of_what_is_out(self) -> None:
        reader = factories.user(READER)
        made = submitted(self.first)
        assert kinds(self.second) == {"bulletin_waiting"}
        assert not kinds(self.first)
        self.issue(made)
        assert kinds(reader) == {"bulletin_issued"}


@pytest.mark.django_db
class Lacks(Office):
    """What is missing is named: hard lacks refuse, soft ones want a reason."""

    def test_missing_heads_are_named(self) -> None:
        made = draft_bulletin(month=SEPTEMBER, today=TODAY, actor=self.first)
        with pytest.raises(ValidationError, match="没有填写机关代字、主送、落款单位"):
            submit(bulletin=made, seen=made.version, today=TODAY, actor=self.first)

    def test_a_number_typed_by_hand_stops_it(self) -> None:
        made = drafted(self.first)
        held = made.paragraphs.get(key="lead")
        edit_paragraph(paragraph=held, text="共3期。", seen=held.version, actor=self.first)
        with pytest.raises(ValidationError, match="“3”是手工填写的数字"):
            submit(bulletin=made, seen=made.version, today=TODAY, actor=self.first)
        (lack,) = lacks_of(made, TODAY)
        with pytest.raises(ValidationError, match="必须先解决"):
            confirm(made, lack.code, self.first)

    def test_reports_that_are_missing_or_wait_are_named_and_may_be_explained(self) -> None:
        StatusReport.objects.filter(project=self.projects[2]).delete()
        StatusReport.objects.filter(project=self.projects[1]).update(state=ReportState.SUBMITTED)
        made = drafted(self.first)
        with pytest.raises(ValidationError) as found:
            submit(bulletin=made, seen=made.version, today=TODAY, actor=self.first)
        said = "".join(found.value.messages)
        assert "1个项目没有报送当月进展" in said
        assert "1个项目的填报待复核，没有计入" in said
        for lack in lacks_of(made, TODAY):
            made = confirm(made, lack.code, self.first)
        made = submit(bulletin=made, seen=made.version, today=TODAY, actor=self.first)
        kept = self.issue(made).issued.content["confirmed"]
        assert [(each["code"], each["reason"]) for each in kept] == [
            ("missing", "已电话核实"),
            ("pending", "已电话核实"),
        ]

    def test_records_that_contradict_each_other_are_named(self) -> None:
        made = drafted(self.first)
        assert lacks_of(made, TODAY) == []
        Project.objects.filter(pk=self.projects[0].pk).update(total_investment=Decimal(1))
        (lack,) = lacks_of(made, TODAY)
        assert (lack.code, lack.hard, lack.path) == ("quality", False, "/data-quality/")
        assert self.projects[0].name in lack.text

    def test_who_let_a_lack_pass_does_not_approve(self) -> None:
        StatusReport.objects.filter(project=self.projects[2]).delete()
        made = confirm(drafted(self.first), "missing", self.third)
        made = submitted_of(made, self.first)
        assert not may_approve(made, self.third)
        assert "确认过其中的缺项" in self.refused(made, actor=self.third)
        assert may_approve(made, self.second)

    def test_a_lack_that_moved_is_asked_for_again(self) -> None:
        StatusReport.objects.filter(project=self.projects[2]).delete()
        made = confirm(drafted(self.first), "missing", self.first)
        StatusReport.objects.filter(project=self.projects[1]).delete()
        made = redraft(bulletin=made, seen=made.version, today=TODAY, actor=self.first)
        with pytest.raises(ValidationError, match="2个项目没有报送当月进展"):
            submit(bulletin=made, seen=made.version, today=TODAY, actor=self.first)

    def test_a_reason_is_asked_for(self) -> None:
        StatusReport.objects.filter(project=self.projects[2]).delete()
        with pytest.raises(ValidationError, match="请写明为什么仍可发布"):
            confirm(drafted(self.first), "missing", self.first, reason="无")

    def test_facts_that_moved_after_the_draft_are_named_with_old_and_new(self) -> None:
        made = submitted(self.first)
        report = StatusReport.objects.get(project=self.projects[0])
        report.completed = Decimal(60_000)
        report.save()
        said = self.refused(made)
        assert "累计完成投资由8.20亿元变为9.20亿元" in said
        assert "请重新起草并核对" in said


@pytest.mark.django_db
class Numbers(Office):
    """〔2024〕N号: one after the other, without gaps."""

    def test_the_first_of_a_year_may_begin_anywhere_the_next_follows(self) -> None:
        made = self.issue(submitted(self.first), number=5)
        assert made.document_number == "示例办通报〔2024〕5号"
        october = self.october()
        given = {"today": date(2024, 11, 8)}
        used = self.refused(october, number=5, **given)
        assert used == "示例办通报〔2024〕5号 已用于2024-09 月通报，请改用 6 号。"
        assert "不能断号：这一期应为 6 号" in self.refused(october, number=7, **given)
        assert self.issue(october, **given).number == 6
        assert [each.place for each in IssuedBulletin.objects.all()] == [1, 2]

    def october(self) -> Bulletin:
        """October before who approves it, with its missing reports explained."""
        day = date(2024, 11, 8)
        made = draft_bulletin(month=date(2024, 10, 1), today=day, actor=self.first)
        for lack in lacks_of(made, day):
            made = confirm(made, lack.code, self.first, today=day)
        return submit(bulletin=made, seen=made.version, today=day, actor=self.first)


@pytest.mark.django_db
class Kept(Office):
    """An issued bulletin against history, its chain, its files; and its errata."""

    bulletin: Bulletin

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        kept = dict(files._makers)
        files._makers.clear()
        files.offer(files.Maker(BulletinFileKind.LIST, lambda content: b"a list", "xlsx"))
        cls.bulletin = issued(cls.first, cls.second)
        files._makers.clear()
        files._makers.update(kept)

    def verify(self) -> str:
        """What the command says, and why it failed."""
        out = StringIO()
        try:
            call_command("verify_bulletins", stdout=out)
        except CommandError as error:
            return f"{out.getvalue()}{error}"
        return out.getvalue()

    def test_a_whole_chain_passes_also_after_the_facts_were_corrected(self) -> None:
        with on_date(date(2024, 10, 20)):
            report = StatusReport.objects.get(project=self.projects[0])
            report.completed = Decimal(60_000)
            report.save()
        assert "示例办通报〔2024〕1号：一致" in self.verify()
        assert "全部一致" in self.verify()

    def test_history_that_was_rewritten_is_named_with_old_and_new(self) -> None:
        StatusReport.history.filter(project=self.projects[0]).update(completed=Decimal(60_000))
        said = self.verify()
        assert "“累计完成投资”发布时为 8.20亿元，重算为 9.20亿元" in said
        assert "核验没有通过" in said

    def test_a_changed_copy_a_changed_file_and_a_cut_end_are_named(self) -> None:
        held = self.bulletin.issued
        IssuedBulletin.objects.update(content=held.content | {"title": "改过的标题"})
        BulletinFile.objects.update(bytes=b"another list")
        said = self.verify()
        assert "第 1 份 示例办通报〔2024〕1号：内容被改动" in said
        assert "2024-09月通报-月清单.xlsx（内容与发布时不同）" in said
        BulletinFile.objects.all().delete()
        assert "2024-09月通报-月清单.xlsx（不见了）" in self.verify()
        IssuedBulletin.objects.all().delete()
        assert "第 1 份 （无此期）：不见了（末尾被截去）" in self.verify()

    def test_the_bytes_are_kept_with_their_digest(self) -> None:
        file = BulletinFile.objects.get()
        assert (bytes(file.bytes), file.kind) == (b"a list", BulletinFileKind.LIST)
        assert file.digest == digest_of_bytes(b"a list")
        assert self.bulletin.issued.content["files"][0]["digest"] == file.digest

    def propose(self, **fields: Any) -> Erratum:
        given = {"figure": "overall.completed", "new": "8.10亿元", "reason": "漏计一笔退款"}
        erratum = Erratum(bulletin=self.bulletin, **given | fields)
        return propose_erratum(erratum=erratum, today=TODAY, actor=self.first)

    def test_an_erratum_names_old_and_new_and_the_copy_stays(self) -> None:
        before = IssuedBulletin.objects.get().content
        made = self.propose()
        with pytest.raises(NotAllowed, match="请由另一位同事批准"):
            approve_erratum(erratum=made, seen=made.version, today=TODAY, actor=self.first)
        made = approve_erratum(erratum=made, seen=made.version, today=TODAY, actor=self.second)
        assert made.said == ("示例办通报〔2024〕1号中“累计完成投资”原为8.20亿元，更正为8.10亿元。")
        assert IssuedBulletin.objects.get().content == before
        assert "erratum_approved" in kinds(factories.user(READER)) | kinds(self.third)

    def test_an_erratum_is_printed_with_the_next_bulletin_once(self) -> None:
        made = self.propose()
        approve_erratum(erratum=made, seen=made.version, today=TODAY, actor=self.second)
        day = date(2024, 11, 8)
        october = draft_bulletin(month=date(2024, 10, 1), today=day, actor=self.first)
        assert october.paragraphs.filter(section="errata").count() == 1
        for lack in lacks_of(october, day):
            october = confirm(october, lack.code, self.first, today=day)
        october = submit(bulletin=october, seen=october.version, today=day, actor=self.first)
        october = self.issue(october, today=day)
        made.refresh_from_db()
        assert made.printed_with == october
        assert october.issued.content["errata"] == [{"id": made.pk, "said": made.said}]
        assert "全部一致" in self.verify()

    def test_a_second_correction_corrects_the_first(self) -> None:
        made = self.propose()
        approve_erratum(erratum=made, seen=made.version, today=TODAY, actor=self.second)
        assert self.propose(new="8.11亿元").old == "8.10亿元"

    def test_what_is_no_correction_is_refused(self) -> None:
        for fields, said in (
            ({"figure": "nothing"}, "没有这个数据"),
            ({"new": "8.20亿元"}, "相同，不用更正"),
            ({"reason": "错"}, "请写明为什么更正"),
        ):
            with pytest.raises(ValidationError, match=said):
                self.propose(**fields)
        self.propose()
        with pytest.raises(ValidationError, match="正在等待批准"):
            self.propose()

    def test_a_refused_erratum_is_never_printed(self) -> None:
        made = self.propose()
        made = refuse_erratum(
            erratum=made, reason="原数无误", seen=made.version, today=TODAY, actor=self.second
        )
        day = date(2024, 11, 8)
        october = draft_bulletin(month=date(2024, 10, 1), today=day, actor=self.first)
        assert not october.paragraphs.filter(section="errata").exists()
        with pytest.raises(ValidationError, match="不用再办"):
            approve_erratum(erratum=made, seen=made.version, today=TODAY, actor=self.second)


def submitted_of(bulletin: Bulletin, actor: User) -> Bulletin:
    """A draft before who approves it."""
    return submit(bulletin=bulletin, seen=bulletin.version, today=TODAY, actor=actor)


def confirm(
    bulletin: Bulletin, code: str, actor: User, reason: str = "已电话核实", today: date = TODAY
) -> Bulletin:
    """Lets a soft lack pass."""
    return confirm_lack(
        bulletin=bulletin,
        code=code,
        reason=reason,
        seen=bulletin.version,
        today=today,
        actor=actor,
    )


def kinds(user: User) -> set[str]:
    """What he was told of."""
    return set(Notice.objects.filter(recipient=user).values_list("kind", flat=True))
