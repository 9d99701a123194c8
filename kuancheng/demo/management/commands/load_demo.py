"""`manage.py load_demo`"""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from kuancheng import clock
from kuancheng.demo import portfolio as demo
from projects.models import Project


class Command(BaseCommand):
    """Loads the invented portfolio into an empty database, and says who may log in.

    Run again it changes nothing and prints the logins. It pins no day by itself.
    """

    help = "载入虚构的演示项目库（45个项目，559.6亿元）和演示账号。可重复执行：已载入的不再改动。"

    def handle(self, *args: object, **options: object) -> None:
        today = clock.today()
        if demo.is_loaded():
            self.stdout.write("演示数据此前已经载入，没有改动。")
        else:
            self._load(today)
        if today != demo.DATA_DAY:
            self.stdout.write(
                f"注意：演示数据按 {demo.DATA_DAY} 编写，现在按 {today} 亮灯；"
                f"设置环境变量 KUANCHENG_TODAY={demo.DATA_DAY} 可固定日期。"
            )
        self._print_logins()

    def _load(self, today: date) -> None:
        if Project.objects.filter(is_demo=False).exists():
            raise CommandError(
                "本库已有正式项目，不能载入演示数据。请换一个空库（环境变量 DATABASE_URL）再试。"
            )
        if today < demo.DATA_DAY:
            raise CommandError(
                f"系统日期 {today} 早于演示数据的日期 {demo.DATA_DAY}，不能载入。"
                f"请把环境变量 KUANCHENG_TODAY 改为 {demo.DATA_DAY}，或去掉它。"
            )
        try:
            loaded = demo.load()
        except ValidationError as error:
            raise CommandError(f"没有载入任何内容：{'；'.join(error.messages)}") from error
        self.stdout.write(f"已载入 {loaded} 个演示项目。项目、人员、单位和金额均为虚构，请勿引用。")

    def _print_logins(self) -> None:
        self.stdout.write(f"演示账号（初始口令都是 {demo.PASSWORD}）：")
        for user in demo.logins():
            roles = "、".join(group.name for group in user.groups.all())
            self.stdout.write(f"  {user.username:<10}{user.full_name}  {roles}")
