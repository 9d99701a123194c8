"""A month's figures from a portfolio of three whose money was put down by hand."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from investment.choices import ReportState
from investment.models import StatusReport
from kuancheng import clock
from kuancheng.reports.judging.bulletin.gathering import gather
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.rules.bulletin.checking import check_snapshot, check_text, printed_text
from kuancheng.reports.rules.bulletin.figures import Snapshot, differences
from kuancheng.reports.rules.bulletin.sentences import written
from projects.models import Project
from tests import factories
from tests.clock import on
from tests.reports.bulletin.office import SEPTEMBER, TODAY, portfolio


def printed(snapshot: Snapshot, key: str) -> str:
    """A paragraph as it is printed."""
    text = next(each.text for each in written(snapshot) if each.key == key)
    return printed_text(text, snapshot.figures)


@pytest.mark.django_db
class Figures(TestCase):
    """As of the last of September, by what is known on 15 October."""

    projects: list[Project]
    found: Snapshot

    @classmethod
    def setUpTestData(cls) -> None:
        with on(14):
            cls.projects = portfolio()
            factories.milestone(
                project=cls.projects[0], name="封顶", planned_finish=date(2024, 10, 9)
            )
            factories.milestone(
                project=cls.projects[1], name="招标", planned_finish=date(2024, 8, 1)
            )
        cls.found = gather(SEPTEMBER, TODAY)

    def number(self, key: str) -> Decimal | None:
        return self.found.figures[key].value

    def test_the_whole_is_september_though_its_reports_are_due_in_october(self) -> None:
        assert self.number("overall.projects") == 3
        assert self.number("overall.plan") == 150_000
        assert self.number("overall.completed") == 82_000
        assert self.number("overall.completed_on_plan") == 80_000
        assert self.number("overall.month") == 82_000
        # 80,000 of 150,000; the season is at 82 after September.
        assert self.number("overall.rate") == Decimal("53.333333")
        assert self.found.figures["overall.gap"].printed == "28.7"
        assert self.found.figures["overall.gap_word"].words == "低于"

    def test_the_whole_reads_as_the_domain_has_it(self) -> None:
        assert printed(self.found, "overall.completed") == (
            "截至9月底，3个项目累计完成投资8.20亿元，有年度计划的项目完成8.00亿元，"
            "占年度计划的53.3%，低于序时进度28.7个百分点；"
            "计划开工2个，已开工1个，开工率50.0%。"
        )

    def test_the_cuts_are_told_against_the_average(self) -> None:
        assert printed(self.found, "class") == (
            "按年度类别看，"
            "续建项目1个，年度计划10.00亿元，完成5.00亿元，完成率50.0%，低于平均水平3.3个百分点；"
            "新建项目2个，年度计划5.00亿元，完成3.00亿元，完成率60.0%，高于平均水平6.7个百分点。"
        )
        area = self.found.table("area")
        assert area is not None
        assert area.printed == (
            ("一街道", "2", "15.00", "8.00", "53.3"),
            ("二街道", "1", "—", "—", "—"),
            ("合计", "3", "15.00", "8.00", "53.3"),
        )

    def test_figures_and_sentences_stand_against_their_own_checker(self) -> None:
        assert check_snapshot(self.found) == []
        for each in written(self.found):
            assert check_text(each.text, self.found.figures, ()) == []

    def test_who_is_late_is_named_with_the_reason_of_the_last_day(self) -> None:
        # 乙 is 60 days late since 1 August; 甲 is 32 points behind, and no day late.
        assert self.number("light.red") == 2
        keys = [each.key for each in written(self.found) if each.key.startswith("red")]
        assert keys == ["red", "red.B-2", "red.B-1"]
        said = printed(self.found, "red.B-2")
        assert said.startswith(f"乙（{self.projects[1].lead_agency}）：")
        assert "节点“招标”超期 60 天" in said

    def test_what_is_due_next_is_what_the_next_month_brings(self) -> None:
        assert self.number("next.milestones") == 1
        assert self.number("next.starts") == 1
        assert self.found.figures["next.start_names"].words == "丙"

    def test_nothing_is_left_behind(self) -> None:
        assert not DailyStatus.objects.filter(basis="closing").exists()

    def test_a_missing_report_is_said_and_one_that_waits_is_not_counted(self) -> None:
        StatusReport.objects.filter(project=self.projects[2]).delete()
        StatusReport.objects.filter(project=self.projects[1]).update(state=ReportState.SUBMITTED)
        said = printed(gather(SEPTEMBER, TODAY), "overall.completed")
        assert said.startswith(
            "截至9月底，3个项目中1个未报送，已报送并复核的累计完成投资5.00亿元，占年度计划的33.3%"
        )
        assert said.endswith("另有1个项目3.00亿元已报送、待复核，未计入。")

    def test_history_at_the_moment_gives_the_same_and_a_later_change_does_not_move_it(self) -> None:
        with on(15):
            report = StatusReport.objects.get(project=self.projects[0])
            report.completed = Decimal(60_000)
            report.save()
            factories.programme(self.projects[0], factories.project())
        with on(14):
            moment = clock.now()
        then, now = gather(SEPTEMBER, TODAY, moment), gather(SEPTEMBER, TODAY)
        assert differences(self.found, then) == []
        assert "overall.completed" in [each.key for each in differences(then, now)]

    def test_queries_do_not_grow_with_projects(self) -> None:
        with CaptureQueriesContext(connection) as few:
            gather(SEPTEMBER, TODAY)
        factories.programme(*(factories.project() for _ in range(20)))
        with CaptureQueriesContext(connection) as many:
            found = gather(SEPTEMBER, TODAY)
        assert len(found.projects) == 23
        assert len(many) == len(few)
