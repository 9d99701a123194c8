"""The app of the invented portfolio: a loader, and no records of its own."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """What `manage.py load_demo` belongs to."""

    name = "kuancheng.demo"
    label = "demo"
    verbose_name = "演示数据"
