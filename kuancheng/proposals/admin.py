"""Records that two people change: the form proposes, and leads to where it waits."""

from typing import Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.proposals.amounts import AMOUNTS
from kuancheng.proposals.models import AmountRules, Proposal
from kuancheng.records.admin import RecordAdmin
from kuancheng.records.changes import WithHistory

Record = TypeVar("Record", bound=WithHistory)


class ProposedAdmin(RecordAdmin[Record]):
    """Saves nothing: what was filled in becomes a proposal, and the answer is its page."""

    def propose(self, record: Any, form: forms.ModelForm, actor: User) -> Proposal:
        """Puts forward what was filled in. Refused as a service refuses."""
        raise NotImplementedError

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool
    ) -> None:
        request.proposal = self.propose(obj, form, account(request))  # type: ignore[attr-defined]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: there is no record yet that anything could hang on."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the proposal is its own record."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing, likewise."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing, likewise."""

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        return self._to_proposal(request)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._to_proposal(request)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._to_proposal(request)

    def _to_proposal(self, request: HttpRequest) -> HttpResponse:
        made: Proposal = request.proposal  # type: ignore[attr-defined]
        messages.success(request, f"已提出{made}，由另一位有权限的同事审核；通过以前仍按原来的。")
        return redirect("proposal", made.pk)


@admin.register(AmountRules)
class AmountRulesAdmin(ProposedAdmin[AmountRules]):
    """A new version starts from the values in force; one that is in force is read only."""

    list_display = ("version", "effective_from", "amount", "percent", "note")
    list_display_links = ("version", "effective_from")
    fields = (("effective_from",), ("amount", "percent"), "note")

    def has_change_permission(self, request: HttpRequest, obj: AmountRules | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.effective_from > clock.today())

    def has_delete_permission(self, request: HttpRequest, obj: AmountRules | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        values = model_to_dict(AmountRules.objects.in_force(clock.today()))
        return values | {"effective_from": clock.today(), "note": ""}

    def propose(self, record: AmountRules, form: forms.ModelForm, actor: User) -> Proposal:
        return AMOUNTS.put_forward(rules=record, actor=actor)
