"""Orders on pages of their own: read by everybody, acknowledged by whose they are."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from kuancheng.access.rights import NotAllowed, account
from kuancheng.asking.parameters import Parameters, ask, filled
from kuancheng.documents.html import page_code
from kuancheng.records.forms import ActionForm
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.orders.page import issue_page, order_list, order_page
from kuancheng.reports.orders.questions import OrderFilter
from kuancheng.reports.orders.word import KIND, order_document
from kuancheng.reports.pages import Page, word_response
from projects.models import Matter, Order
from projects.services.matters.orders import acknowledge_order, issue_order
from projects.services.matters.turn import MatterRefused

LARGEST = 2**63 - 1


class OrderList(Page):
    """督办单: which were written, to whom, and who has not acknowledged."""

    permission_required = "projects.view_order"
    parameters = OrderFilter

    def asked(self) -> OrderFilter:
        """What the address asks of orders."""
        params = filled(OrderFilter, self.request.GET)
        return ask(OrderFilter, params, Order.objects.all())

    def get(self, request: HttpRequest) -> HttpResponse:
        context = order_list(self.asked(), account(request))
        return render(request, "reports/orders/list.html", context)


class OneOrder(Page):
    """A page about one order."""

    permission_required = "projects.view_order"
    parameters = Parameters

    def order(self, pk: int) -> Order:
        """The order. Http404 when it is not there for the reader."""
        visible = Order.objects.visible_to(account(self.request))
        known = visible.select_related("agency", "matter", "acknowledged_by")
        found: Order = get_object_or_404(known, pk=min(pk, LARGEST))
        return found

    def address(self, pk: int) -> str:
        """Where the code on paper leads."""
        return self.request.build_absolute_uri(reverse("order", args=[pk]))


class OrderPage(OneOrder):
    """One order as it was written: a sheet of A4."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.asked()
        code = page_code(self.address(pk))
        context = order_page(self.order(pk), account(request)) | {"code": code}
        return render(request, "reports/orders/order.html", context)


class OrderWord(OneOrder):
    """The same sheet as a Word file, with a code that leads back to its page."""

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        self.asked()
        order = self.order(pk)
        document = order_document(order, self.address(pk))
        return word_response(request, KIND, document, f"{order.number}.docx", order)


class AcknowledgeOrder(OneOrder):
    """签收回执, pressed on the order's page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Acknowledged, or told why not; back to the sheet either way."""
        order = self.order(pk)
        try:
            done = acknowledge_order(order=order, actor=account(request))
        except (MatterRefused, NotAllowed) as error:
            messages.warning(request, str(error))
        else:
            said = "已代签" if done.on_behalf else "已签收"
            messages.success(request, f"{said}：{done.number}。")
        return redirect("order", order.pk)


class OrderForm(ActionForm):
    """The office's words on a 督办单, and the version of the matter that was shown."""

    verb = "签发"
    text = forms.CharField(
        label="督办意见",
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="可不填；印在督办单上，最多 200 字。",
    )


class IssueOrder(Page):
    """签发督办单 of a matter by hand, when its colour has come."""

    permission_required = "projects.oversee_matter"
    parameters = Parameters

    def matter(self, pk: int) -> Matter:
        """The matter. Http404 when it is not there for the reader."""
        visible: Any = Matter.objects.visible_to(account(self.request))
        found: Matter = get_object_or_404(visible, pk=min(pk, LARGEST))
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Which one it would be, and why; or why there is none."""
        self.asked()
        matter = self.matter(pk)
        return self._page(request, matter, OrderForm(matter.version))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Written, and shown; what is refused is shown with all that was typed."""
        matter = self.matter(pk)
        form = OrderForm(matter.version, request.POST)
        if form.is_valid():
            try:
                order = issue_order(
                    matter=matter,
                    actor=account(request),
                    seen=form.seen,
                    words=form.cleaned_data["text"],
                )
            except (
                ValidationError,
                IntegrityError,
                StaleRecord,
                MatterRefused,
                NotAllowed,
            ) as error:
                form.object_to(error)
            else:
                messages.success(request, f"已签发{order.name}：{order.number}。")
                return redirect("order", order.pk)
        return self._page(request, matter, form)

    def _page(self, request: HttpRequest, matter: Matter, form: OrderForm) -> HttpResponse:
        context = issue_page(matter) | {"form": form}
        return render(request, "reports/orders/issue.html", context)
