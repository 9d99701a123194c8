"""What the source report says is loaded as it says it, once, and left to people from then on."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model
from pytest_django import DjangoDbBlocker

from projects.models import (
    Listing,
    Programme,
    Project,
    ScheduleTemplate,
    Target,
    TargetReading,
    TemplateStep,
)
from projects.reference import FOLDER
from projects.services import save_project, save_reference
from projects.services.planning import save_template
from tests import databases, factories

pytestmark = pytest.mark.django_db

KEPT: tuple[type[Model], ...] = (
    *(Programme, Target, TargetReading, Project, Listing),
    *(ScheduleTemplate, TemplateStep),
)


def load() -> None:
    call_command("load_reference", verbosity=0)


def counts() -> list[tuple[int, int]]:
    """Rows and rows of history of all that the command writes."""
    tables: Any = KEPT
    return [(each.objects.count(), each.history.count()) for each in tables]


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


class TestLoaded:
    """Loaded once: each test finds it as it was."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _loaded(cls, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
        with databases.shared(django_db_blocker):
            load()
            yield

    def test_all_37_figures_are_there_once_with_a_sentence(self) -> None:
        worded = [
            *Target.objects.exclude(value=None).values_list("quote", flat=True),
            *TargetReading.objects.values_list("quote", flat=True),
        ]
        assert len(worded) == 37
        assert all(worded)

    def test_every_sentence_stands_in_the_report(self) -> None:
        report = bare((FOLDER / "source-report-2023.txt").read_text("utf-8"))
        sentences = [
            *Target.objects.exclude(quote="").values_list("quote", flat=True),
            *TargetReading.objects.values_list("quote", flat=True),
            *Project.objects.values_list("source_quote", flat=True),
        ]
        assert [each for each in sentences if bare(each) not in report] == []

    @pytest.mark.parametrize(
        ("programme", "name", "comparator", "value", "unit"),
        [
            ("kc-2024", "项目数", "=", "45", "个"),
            ("kc-2024", "计划总投资", "=", "559.6", "亿元"),
            ("kc-2024-tech", "科技型中小企业", ">", "100", "家"),
            ("kc-2024-tech", "国家高新技术企业", ">=", "80", "家"),
            ("kc-2024-roads", "道路建设", "=", "27", "条"),
            ("kc-2024-livelihood", "养老服务圈", "<=", "15", "分钟"),
        ],
    )
    def test_a_promise_is_a_target(
        self, programme: str, name: str, comparator: str, value: str, unit: str
    ) -> None:
        target = Target.objects.get(programme__code=programme, name=name)
        assert (target.comparator, target.value, target.unit) == (comparator, Decimal(value), unit)
        assert not target.readings.exists()

    @pytest.mark.parametrize(
        ("programme", "name", "comparator", "value"),
        [
            ("kc-2023", "重点项目开复工", "=", "55"),
            ("kc-2023-enterprise-service", "落实助企资金", "≈>", "1000"),
            ("kc-2023-livelihood", "投入", "=", "4.66"),
            ("kc-2023-petitions", "重复信访化解率", "=", "100"),
            ("kc-2023-education-campaign", "完成民生实事", "=", "304"),
        ],
    )
    def test_a_result_is_a_reading_of_the_plenary_day_without_a_target(
        self, programme: str, name: str, comparator: str, value: str
    ) -> None:
        target = Target.objects.get(programme__code=programme, name=name)
        reading = target.readings.get()
        assert target.value is None
        assert (reading.comparator, reading.value) == (comparator, Decimal(value))
        assert reading.date.isoformat() == "2023-12-05"

    def test_count_and_total_are_computed_from_the_list(self) -> None:
        computed = Target.objects.exclude(measure="reading").values_list(
            "programme__code", "name", "measure"
        )
        assert set(computed) == {
            ("kc-2024", "项目数", "project_count"),
            ("kc-2024", "计划总投资", "total_investment"),
        }

    def test_the_number_that_the_report_swallowed_is_not_invented(self) -> None:
        assert not TargetReading.objects.filter(target__name__contains="棚改").exists()

    def test_named_projects_are_as_reported_and_without_amounts(self) -> None:
        assert Listing.objects.filter(programme__code="kc-2024").count() == 12
        assert Listing.objects.filter(programme__code="kc-2023").count() == 2
        assert not Project.objects.exclude(total_investment=None).exists()
        assert not Project.objects.filter(is_demo=True).exists()
        beer = Project.objects.get(name="鲜啤30公里啤酒加工")
        assert (beer.year_class, beer.stage) == ("new_start", "signed")
        assert beer.aliases == ["鲜啤三十公里"]
        moved = Project.objects.get(name="中车整体搬迁")
        assert (moved.year_class, moved.stage, moved.aliases) == ("", "commissioned", [])

    def test_four_templates_are_there_with_their_steps(self) -> None:
        found = {each.name: each.steps.count() for each in ScheduleTemplate.objects.all()}
        assert found == {
            "备案制工业项目": 18,
            "审批制政府投资项目": 19,
            "道路工程": 17,
            "学校医院": 20,
        }

    def test_a_second_run_keeps_an_edited_template(self) -> None:
        template = ScheduleTemplate.objects.get(code="road")
        step = template.steps.get(name="路基")
        step.duration = 55
        template.name = "道路与桥梁"
        save_template(
            template=template,
            saved=[step],
            deleted=[template.steps.get(name="通车")],
            actor=factories.system(),
        )
        before = counts()
        load()
        assert counts() == before
        assert template.steps.get(name="路基").duration == 55
        assert not ScheduleTemplate.objects.filter(name="道路工程").exists()

    def test_a_second_run_changes_nothing(self) -> None:
        before = counts()
        load()
        assert counts() == before

    def test_a_second_run_keeps_what_people_edited(self) -> None:
        project = Project.objects.get(name="中粮油脂")
        project.name, project.total_investment = "中粮油脂一期", Decimal(88_000)
        save_project(project=project, actor=factories.system())
        target = Target.objects.get(name="道路建设", programme__code="kc-2024-roads")
        target.name = "道路建设（条）"
        save_reference(record=target, actor=factories.system())
        Project.objects.get(name="顺风农业有机肥").listings.all().delete()
        before = counts()
        load()
        project.refresh_from_db()
        assert (project.name, project.total_investment) == ("中粮油脂一期", Decimal(88_000))
        assert counts() == before


def test_a_demo_database_gets_the_figures_only(capsys: pytest.CaptureFixture[str]) -> None:
    factories.project(is_demo=True)
    call_command("load_reference")
    assert Project.objects.count() == 1
    assert Programme.objects.count() == 15
    assert ScheduleTemplate.objects.count() == 4
    assert "演示库" in capsys.readouterr().out


def test_a_programme_of_the_same_name_stops_the_whole_load() -> None:
    factories.programme(code="own", name="2023年安全生产")
    with pytest.raises(CommandError, match="没有载入任何内容"):
        load()
    assert Programme.objects.count() == 1


def test_the_files_name_no_figure_twice() -> None:
    figures = [
        (programme["code"], figure["name"])
        for programme in json.loads((FOLDER / "programmes.json").read_text("utf-8"))
        for figure in programme["figures"]
    ]
    assert len(figures) == len(set(figures)) == 37
