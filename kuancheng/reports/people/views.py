"""The pages of people and agencies: who may see them, and which template answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from kuancheng.access.rights import account
from kuancheng.asking.parameters import KnownParameters, ask, filled
from kuancheng.reports.pages import Page
from kuancheng.reports.people.agency import agency_page
from kuancheng.reports.people.handing import official_of
from kuancheng.reports.people.lists import agencies_list, officials_list
from kuancheng.reports.people.official import official_page
from kuancheng.reports.people.questions import AgencyFilter, OfficialFilter, PortfolioParameters
from kuancheng.reports.people.roster import roster
from projects.models import Agency, Official, Project


class Officials(Page):
    """干部: who answers for what, by light."""

    parameters = OfficialFilter

    def asked(self) -> OfficialFilter:
        """What the address asks of officials."""
        params = filled(OfficialFilter, self.request.GET)
        return ask(OfficialFilter, params, Official.objects.all())

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/people/officials.html", officials_list(self.asked()))


class OneOfficial(Page):
    """One official."""

    parameters = PortfolioParameters

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        context = official_page(self.asked(), official_of(pk), account(request))
        return render(request, "reports/people/official.html", context)


class Agencies(Page):
    """单位: what each leads, by light."""

    parameters = AgencyFilter

    def asked(self) -> AgencyFilter:
        """What the address asks of agencies."""
        params = filled(AgencyFilter, self.request.GET)
        return ask(AgencyFilter, params, Agency.objects.all())

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/people/agencies.html", agencies_list(self.asked()))


class OneAgency(Page):
    """One agency."""

    parameters = PortfolioParameters

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        agency = get_object_or_404(Agency, pk=min(pk, 2**63 - 1))
        return render(request, "reports/people/agency.html", agency_page(self.asked(), agency))


class Roster(Page):
    """专班花名册 of a project."""

    parameters = KnownParameters

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        days = self.asked().days
        project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
        return render(request, "reports/people/roster.html", roster(project, days))
