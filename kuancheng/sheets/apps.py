"""The app of templates, exports and imports."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    """Excel both ways."""

    name = "kuancheng.sheets"
    label = "sheets"
    verbose_name = "Excel 导入导出"
