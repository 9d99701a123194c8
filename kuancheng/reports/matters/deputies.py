"""代理: who does whose duties in matters, on a page of its own: a lead official is no staff."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, account, holders
from kuancheng.asking.filters import NumberFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Parameters
from kuancheng.records.forms import ServiceForm
from kuancheng.reports.matters.forms import DayInput
from kuancheng.reports.pages import Page
from projects.models import Deputy, Official
from projects.services.matters.deputies import ACT, appoint_deputy, end_deputy
from projects.services.matters.parts import OVERSEE_MATTERS
from projects.services.matters.turn import MatterRefused

PAGE_SIZE = 30
OFFERED = 200
"""Names that are offered while one types; any other may be typed."""


class PersonField(forms.CharField):
    """Somebody with an account, by his name or his login."""

    def clean(self, value: Any) -> Any:
        """The account. ValidationError for a name that nobody has, several have, or without one."""
        name = str(super().clean(value)).strip()
        named = Q(username=name) | Q(full_name=name) | Q(official__name=name)
        found = list(User.objects.filter(named, is_system=False).distinct()[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(f"不止一个人叫“{name}”，请改填他的登录名。")
        if Official.objects.filter(name=name).exists():
            raise ValidationError(f"干部“{name}”没有登录账号，请先由系统管理员开通并关联。")
        raise ValidationError(f"没有叫“{name}”的账号，请填写姓名或登录名。")


class DeputyForm(ServiceForm):
    """Who is deputy of whom, since and until when; the office names both."""

    person = PersonField(label="谁的职责", max_length=150)
    deputy = PersonField(label="由谁代理", max_length=150)
    since = DayInput("从哪天起")
    until = DayInput("到哪天止（含当天）")
    reason = forms.CharField(
        label="事由",
        max_length=120,
        widget=forms.TextInput({"placeholder": "外出培训"}),
        error_messages={"required": "请填写事由，例如外出培训、病假。"},
    )

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.user = user
        if not user.has_perm(OVERSEE_MATTERS):
            del self.fields["person"]
        for name in {"person", "deputy"} & set(self.fields):
            widget = self.fields[name].widget
            widget.attrs |= {"list": "people", "autocomplete": "off", "placeholder": "姓名或登录名"}
            self.fields[name].error_messages["required"] = "请填写姓名或登录名。"

    def record(self) -> Deputy:
        """What was filled in."""
        said = self.cleaned_data
        return Deputy(
            person=said.get("person", self.user),
            deputy=said["deputy"],
            since=said["since"],
            until=said["until"],
            reason=said["reason"],
        )


class DeputyParameters(Parameters):
    """The page of the list."""

    page = NumberFilter(minimum=1, label="页码，从 1 起")


class Deputies(Page):
    """Those that concern the reader, all for the office; and a form for the next."""

    permission_required = "projects.view_deputy"
    parameters = DeputyParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        number = self.asked().form.cleaned_data["page"]
        return _page(request, _form(account(request)), number)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Appoints one; what is refused is shown with all that was typed."""
        form = DeputyForm(account(request), request.POST)
        if form.is_valid():
            try:
                made = appoint_deputy(deputy=form.record(), actor=account(request))
            except (ValidationError, NotAllowed) as error:
                form.object_to(error)
            else:
                messages.success(
                    request, f"已登记：{made.since:%Y-%m-%d} 至 {made.until:%Y-%m-%d} 由{made}。"
                )
                return redirect("deputies")
        return _page(request, form, None)


class EndDeputy(Page):
    """提前结束."""

    permission_required = "projects.view_deputy"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Whoever had to log in first is taken to the list."""
        self.asked()
        return redirect("deputies")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        visible = Deputy.objects.visible_to(account(request))
        deputy = get_object_or_404(visible, pk=min(pk, 2**63 - 1))
        try:
            end_deputy(deputy=deputy, actor=account(request))
        except (MatterRefused, NotAllowed) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已提前结束：{deputy}。已办的步骤不变。")
        return redirect("deputies")


def _form(user: User) -> DeputyForm | None:
    return DeputyForm(user) if user.has_perm(ACT) else None


def _page(request: HttpRequest, form: DeputyForm | None, number: int | None) -> HttpResponse:
    user, today = account(request), clock.today()
    rows = Deputy.objects.visible_to(user).select_related("person", "deputy", "author", "ended_by")
    shown = page_of(rows.order_by("-until", "-pk"), number, PAGE_SIZE)
    office = user.has_perm(OVERSEE_MATTERS)
    context = {
        "today": today,
        "form": form,
        "people": holders(ACT)[:OFFERED] if form else (),
        "page": shown,
        "rows": [(each, _how(each, today), _may_end(each, user, office, today)) for each in shown],
    }
    return render(request, "reports/matters/deputies.html", context)


def _how(deputy: Deputy, today: date) -> str:
    if deputy.ended_on:
        return f"{deputy.ended_on:%Y-%m-%d} 由{deputy.ended_by}提前结束"
    if today < deputy.since:
        return "还没有开始"
    return "代理中" if deputy.holds_on(today) else "已到期"


def _may_end(deputy: Deputy, user: User, office: bool, today: date) -> bool:
    own = office or (deputy.person_id == user.pk and user.has_perm(ACT))
    return own and deputy.ended_on is None and today <= deputy.until
