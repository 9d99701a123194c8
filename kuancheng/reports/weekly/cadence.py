"""周调度安排: the versions of when and where reviews are held, and their form."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng import clock
from kuancheng.access.rights import NotAllowed, account
from kuancheng.reports.pages import Page
from kuancheng.reports.weekly.forms import CadenceForm
from kuancheng.reports.weekly.views import NowParameters
from projects.models import ReviewCadence
from projects.services.reviews.cadence import CADENCE
from projects.services.reviews.preparing import cadence_on

LARGEST = 2**63 - 1


class CadencePage(Page):
    """周调度安排 in words, and every version."""

    permission_required = "projects.view_reviewcadence"
    parameters = NowParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page. Three queries."""
        self.asked()
        today = clock.today()
        context = {
            "today": today,
            "in_force": cadence_on(today),
            "versions": ReviewCadence.objects.select_related("chair"),
        }
        return render(request, "reports/weekly/cadence.html", context)


class SaveCadence(Page):
    """A new version, or one that is not yet in force."""

    permission_required = "projects.add_reviewcadence"
    parameters = NowParameters

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The form, with what is in force for a new version."""
        self.asked()
        today = clock.today()
        if pk is None:
            said = model_to_dict(cadence_on(today)) | {"effective_from": today, "note": ""}
            return self._page(request, CadenceForm(initial=_typed(said)))
        cadence = self._cadence(pk)
        if cadence.effective_from <= today:
            messages.warning(request, f"{cadence}已经生效，不能再改；请新增一版。")
            return redirect("weekly-cadence")
        said = _typed(model_to_dict(cadence))
        return self._page(request, CadenceForm(instance=cadence, initial=said))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Saved, or shown again."""
        held = self._cadence(pk) if pk else ReviewCadence()
        form = CadenceForm(request.POST, instance=held)
        if form.is_valid():
            try:
                made = CADENCE.put_forward(rules=form.save(commit=False), actor=account(request))
            except (ValidationError, IntegrityError, NotAllowed) as error:
                form.object_to(error)
            else:
                messages.success(request, f"已提出{made}，由另一位同事审核后生效。")
                return redirect("proposal", made.pk)
        return self._page(request, form)

    def _cadence(self, pk: int) -> ReviewCadence:
        found: ReviewCadence = get_object_or_404(ReviewCadence, pk=min(pk, LARGEST))
        return found

    def _page(self, request: HttpRequest, form: CadenceForm) -> HttpResponse:
        context = {"form": form, "is_new": form.instance.pk is None}
        return render(request, "reports/weekly/cadence_form.html", context)


def _typed(said: dict[str, object]) -> dict[str, object]:
    """Days as people type them."""
    return said | {"effective_from": f"{said['effective_from']:%Y-%m-%d}"}
