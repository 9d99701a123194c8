"""The pages of a list: reading it, and the steps, each with a preview of what it changes."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.asking.parameters import Days, Parameters
from kuancheng.proposals.models import Proposal
from kuancheng.records.versions import revision
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.programmes.forms import JoinForm, StepForm
from kuancheng.reports.programmes.page import (
    Effect,
    RosterParameters,
    effects,
    members_of,
    placed_of,
    roster_page,
)
from kuancheng.reports.programmes.steps import STEPS, Step
from projects.models import Listing, Programme
from projects.rules.listings import Placed, Stay, first_difference
from projects.services.lists.listings import JOIN, joining, list_revision
from projects.services.proposing.listings import propose_joining, propose_step


class NowParameters(Parameters):
    no_past = "增补、调出只办现在的；过去哪天有哪些项目，请在清单名册里选截至日期。"


class Programmes(Page):
    """清单: all of them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The lists, the latest year first."""
        self.asked()
        found = Programme.objects.order_by("-year", "code")
        return render(request, "reports/programmes/list.html", {"programmes": found})


class Roster(Page):
    """清单名册: one list."""

    parameters = RosterParameters

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The page, as of a day and as known on another."""
        programme = get_object_or_404(Programme, code=code)
        context = roster_page(self.asked(), programme, account(request))
        return render(request, "reports/programmes/roster.html", context)


class StepPage(Page):
    """A step in three: filled in, previewed with what it changes, put to a second person."""

    parameters = NowParameters

    def step(self, form: StepForm, programme: Programme) -> HttpResponse:
        """A preview, or the step itself; what is refused keeps all that was typed."""
        request = self.request
        if "back" in request.POST or not form.is_valid():
            return self.shown(form)
        try:
            if "confirm" in request.POST:
                made = self.put_forward(form)
                messages.success(request, f"已提出{made}，由第二人审核，通过后生效。")
                return redirect(made)
            foreseen = self.foreseen(form)
        except REFUSALS as error:
            form.object_to(error)
            return self.shown(form)
        return self.shown(form, foreseen)

    def put_forward(self, form: StepForm) -> Proposal:
        """The step, put to a second person by its service."""
        raise NotImplementedError

    def foreseen(self, form: StepForm) -> list[Effect]:
        """What it would change, or a refusal."""
        raise NotImplementedError

    def seen_now(self) -> int:
        """The revision of what is shown now."""
        raise NotImplementedError

    def shown(self, form: StepForm, foreseen: Sequence[Effect] | None = None) -> HttpResponse:
        """The page of the step: the form, or the preview with what it would change."""
        raise NotImplementedError


class Join(StepPage):
    """增补: projects join the list."""

    permission_required = JOIN

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> Any:
        self.programme = Programme.objects.filter(code=kwargs["code"]).first()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The empty form, with the projects that are not on the list."""
        self.asked()
        return self.shown(JoinForm(self._list(), self.seen_now()))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """A preview, or the joining."""
        return self.step(JoinForm(self._list(), self.seen_now(), request.POST), self._list())

    def _list(self) -> Programme:
        if self.programme is None:
            raise Http404("没有这份清单。")
        return self.programme

    def seen_now(self) -> int:
        return list_revision(self._list())

    def _terms(self, form: StepForm) -> dict[str, Any]:
        said = form.cleaned_data
        projects = form.projects if isinstance(form, JoinForm) else []
        names = ("since", "reason", "document", "note")
        return {"programme": self._list(), "projects": projects} | {
            name: said[name] for name in names
        }

    def put_forward(self, form: StepForm) -> Proposal:
        return propose_joining(seen=form.seen, actor=account(self.request), **self._terms(form))

    def foreseen(self, form: StepForm) -> list[Effect]:
        made = joining(**self._terms(form))
        new = [
            Placed(each.project_id, Stay(each.since), each.project.total_investment)
            for each in made
        ]
        return _foreseen(self._list(), [], new, ())

    def shown(self, form: StepForm, foreseen: Sequence[Effect] | None = None) -> HttpResponse:
        context = {
            "programme": self._list(),
            "form": form,
            "projects": form.projects if isinstance(form, JoinForm) else [],
            "preview": foreseen is not None,
            "effects": foreseen,
        }
        return render(self.request, "reports/programmes/join.html", context)


class StayStep(StepPage):
    """调出, 更正 and what is taken back, of one stay."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> Any:
        found = Listing.objects.select_related("programme", "project")
        self.listing = found.filter(
            programme__code=kwargs["code"], pk=min(int(str(kwargs["pk"])), 2**63 - 1)
        ).first()
        self.name = str(kwargs["step"])
        return super().dispatch(request, *args, **kwargs)

    def get_permission_required(self) -> Sequence[str]:
        found = STEPS.get(self.name)
        return (found.permission if found else JOIN,)

    @property
    def taken(self) -> Step:
        """The step that the address names. Http404 for another one."""
        if self.name not in STEPS:
            raise Http404("没有这个步骤。")
        return STEPS[self.name]

    @property
    def stay(self) -> Listing:
        """The stay that the address names. Http404 when it is gone."""
        if self.listing is None:
            raise Http404("没有这一行，可能已被撤销。")
        return self.listing

    def get(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        """The form, as the stay is."""
        self.asked()
        return self.shown(self.taken.form(self.stay, self.seen_now(), None))

    def post(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        """A preview, or the step."""
        form = self.taken.form(self.stay, self.seen_now(), request.POST)
        return self.step(form, self.stay.programme)

    def seen_now(self) -> int:
        return revision(self.stay)

    def put_forward(self, form: StepForm) -> Proposal:
        return propose_step(
            listing=self.stay,
            asked=self.taken.asked(form.cleaned_data),
            seen=form.seen,
            actor=account(self.request),
        )

    def foreseen(self, form: StepForm) -> list[Effect]:
        stay, amount = self.stay, self.stay.project.total_investment
        found = self.taken.becomes(stay, form.cleaned_data)
        old = Placed(stay.project_id, Stay(stay.since, stay.until), amount)
        new = [Placed(stay.project_id, Stay(found.since, found.until), amount)] if found else []
        return _foreseen(stay.programme, [old], new, (stay.pk,))

    def shown(self, form: StepForm, foreseen: Sequence[Effect] | None = None) -> HttpResponse:
        context = {
            "programme": self.stay.programme,
            "listing": self.stay,
            "step": self.taken,
            "name": self.name,
            "form": form,
            "preview": foreseen is not None,
            "effects": foreseen,
        }
        return render(self.request, "reports/programmes/step.html", context)


def _foreseen(
    programme: Programme, old: Sequence[Placed], new: Sequence[Placed], without: Iterable[int]
) -> list[Effect]:
    """The list before and after, on the first day that differs and today. Two queries."""
    today, gone = clock.today(), set(without)
    members = members_of(programme, Days(today, None))
    rest = placed_of(each for each in members if each.listing.pk not in gone)
    first = first_difference([each.stay for each in old], [each.stay for each in new])
    days = sorted({today} | ({first} if first else set()))
    return effects([*rest, *old], [*rest, *new], days)
