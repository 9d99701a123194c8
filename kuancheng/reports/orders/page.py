"""What the list of orders and the sheet of one show."""

from typing import Any

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.reports.orders.questions import OrderFilter
from projects.models import Matter, Order
from projects.models.order import COLOURS, KINDS
from projects.services.matters.orders import LONGEST_WORDS, supervision_due, terms_on, why_no_order
from projects.services.matters.parts import OVERSEE_MATTERS, acts_for

PAGE_SIZE = 50


def order_list(asked: OrderFilter, user: User) -> dict[str, Any]:
    """The template's context. Five queries, whatever the number of orders.

    NoSuchPage past the end.
    """
    said = asked.form.cleaned_data
    every = Order.objects.visible_to(user)
    found = asked.filter_queryset(every.select_related("matter", "agency", "acknowledged_by"))
    return {
        "form": asked.form,
        "page": page_of(found.defer("content"), said["page"], PAGE_SIZE),
        "kinds": KINDS,
        "colours": COLOURS,
        "years": [day.year for day in every.dates("issued_on", "year", "DESC")],
        "asked": {
            "kind": said["kind"],
            "colour": said["colour"],
            "year": said["year"] or [],
            "acknowledged": said["acknowledged"],
        },
        "waiting": every.filter(acknowledged_at=None).count(),
        "narrowed": any(said[name] not in (None, [], "") for name in OrderFilter.base_filters),
    }


def order_page(order: Order, user: User) -> dict[str, Any]:
    """The template's context: the frozen sheet, and who may acknowledge it. One query."""
    own = acts_for(order.agency, user)
    may = user.has_perm("projects.change_matter") and (own or user.has_perm(OVERSEE_MATTERS))
    return {
        "order": order,
        "sheet": order.content,
        "whole": order.is_whole,
        "may_acknowledge": may and order.acknowledged_at is None,
        "on_behalf": not own,
    }


def issue_page(matter: Matter) -> dict[str, Any]:
    """The template's context: which 督办单 would be written, and why; or why none."""
    terms = terms_on(clock.today())
    story, reading, due = supervision_due(matter, terms)
    return {
        "matter": matter,
        "reading": reading,
        "due": due,
        "why_not": "" if due else why_no_order(matter, story, reading, terms.limits),
        "longest": LONGEST_WORDS,
    }
