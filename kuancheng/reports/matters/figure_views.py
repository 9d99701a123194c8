"""The pages of the figures of matters."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kuancheng.asking.parameters import KnownParameters, Parameters, ask, filled
from kuancheng.reports.matters.figures import (
    BreakdownParameters,
    PartParameters,
    figures_page,
    part_page,
)
from kuancheng.reports.models import MatterSpan
from kuancheng.reports.pages import Page
from kuancheng.reports.questions import offer_lists


class FiguresAsked(Page):
    """A page that counts matters."""

    permission_required = "projects.view_matter"
    parameters: ClassVar[type[Parameters]]

    def asked(self) -> Any:
        """What the address asks of figures."""
        params = filled(self.parameters, self.request.GET)
        asked = ask(self.parameters, params, MatterSpan.objects.all())
        if isinstance(asked, KnownParameters):
            offer_lists(asked)
        return asked


class MatterFigures(FiguresAsked):
    """事项统计: the rates of a year or a month, by agency, official, kind, factor, month."""

    parameters = BreakdownParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/matters/figures.html", figures_page(self.asked()))


class MatterFiguresList(FiguresAsked):
    """The matters that make up one of the numbers."""

    parameters = PartParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/matters/figures_list.html", part_page(self.asked()))
