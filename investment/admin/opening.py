"""期初完成 as a row of the project's form."""

from django import forms

from investment.admin.month import MonthField
from investment.models import OpeningFigure
from projects.admin import PartInline
from projects.admin.project.tabs import MONEY


class OpeningFigureForm(forms.ModelForm):
    month = MonthField(label="截至月份", help_text="例如 2023-12。")


class OpeningFigureInline(PartInline):
    tab = MONEY
    model = OpeningFigure
    form = OpeningFigureForm
    fields = ("month", "completed", "note")
    verbose_name_plural = "期初完成（系统启用前，及各年底核定数）"
