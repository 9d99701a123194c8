"""`manage.py load_reference`"""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.audit.choices import Act
from kuancheng.records.announcing import together
from projects import reference
from projects.models import Project


class Command(BaseCommand):
    """Loads the source report's figures and the templates; run again, it adds what is missing."""

    help = "载入来源报告的清单、指标、点名项目和流程模板。可重复执行：已有的不改动，只补缺的。"

    def handle(self, *args: object, **options: object) -> None:
        demo = Project.objects.filter(is_demo=True).exists()
        try:
            actor = User.objects.system()
            loading = acts.as_one(Act.LOADED, "载入参考数据", actor=actor)
            with transaction.atomic(), loading, together():
                programmes, figures = reference.load_programmes(actor)
                templates = reference.load_templates(actor)
                projects = 0 if demo else reference.load_projects(actor)
        except ValidationError as error:
            raise CommandError(f"没有载入任何内容：{'；'.join(error.messages)}") from error
        if programmes or projects or templates:
            self.stdout.write(
                f"新增清单 {programmes} 个、指标 {figures} 项、点名项目 {projects} 个、"
                f"流程模板 {templates} 个。"
            )
        else:
            self.stdout.write("此前已经载入，没有改动。")
        if demo:
            self.stdout.write("本库是演示库，只载入清单、指标和流程模板，不载入点名项目。")
