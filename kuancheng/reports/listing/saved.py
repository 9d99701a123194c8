"""A reader's views: what a list offers of them, and the page of views."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Case, Value, When
from django.http import QueryDict

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.asking.filters import NumberFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Parameters
from kuancheng.records.forms import FormData, VersionedForm
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.choices import Audience, ListPage
from kuancheng.reports.models import FrontPage, SavedView
from kuancheng.reports.querysets import SavedViewQuerySet
from kuancheng.reports.services import save_view
from kuancheng.reports.services.lists import ViewedList, all_lists, list_of
from kuancheng.reports.services.views import agency_of, query_kept
from projects.services.rights import OVERSEE

IN_MENU = 20
"""So many views the list's menu names; the page of views has them all."""

PAGE_SIZE = 50

GROUPS = {"mine": "我的", Audience.AGENCY.value: "本单位", Audience.EVERYONE.value: "所有人"}
"""What the groups of views are called."""


class PagedParameters(Parameters):
    """The page of a list."""

    page = NumberFilter(minimum=1, label="页码，从 1 起")


class ViewForm(VersionedForm):
    """A view's name and whom it is for: only what the reader may choose is offered."""

    counted = True

    class Meta:
        model = SavedView
        fields = ("name", "audience")
        error_messages = {"name": {"required": "请填写视图的名称，最多 40 个字。"}}

    def __init__(self, data: FormData = None, *, view: SavedView, offered: set[str]) -> None:
        super().__init__(data, instance=view, auto_id=f"view-{view.pk or 'new'}-%s")
        offered = offered | {view.audience}
        choices = [pair for pair in Audience.choices if pair[0] in offered]
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]


def audiences(reader: User) -> set[str]:
    """Whom the reader may share a view with. One query."""
    offered = {Audience.MINE.value}
    if agency_of(reader) is not None:
        offered.add(Audience.AGENCY.value)
    if reader.has_perm(OVERSEE):
        offered.add(Audience.EVERYONE.value)
    return offered


@dataclass(frozen=True)
class ViewMenu:
    """The views that a list offers, by whose they are; `current` is the one that it shows.

    `changed` says that the address asks something else than the current view by now; `editable`
    that the reader may write that into the view. `default` is the id of the view that he starts with.
    `query` is the address as a new view would keep it.
    """

    viewed: ViewedList
    groups: Mapping[str, list[SavedView]]
    more: bool
    current: SavedView | None
    changed: bool
    editable: bool
    default: int | None
    query: str
    form: ViewForm


def view_menu(
    page: ListPage, reader: User, asked: int | None, params: QueryDict, front: FrontPage | None
) -> ViewMenu:
    """At most four queries. A view that the reader does not see is not named."""
    viewed, visible = list_of(page), _visible(reader).filter(page=page)
    found = list(visible[: IN_MENU + 1])
    current = visible.filter(pk=asked).first() if asked else None
    query = query_kept(params, viewed).urlencode()
    return ViewMenu(
        viewed=viewed,
        groups=_grouped(found[:IN_MENU], reader),
        more=len(found) > IN_MENU,
        current=current,
        changed=current is not None and current.query != query,
        editable=current is not None and _editable(current, reader),
        default=front.default_view_id if front else None,
        query=query,
        form=ViewForm(view=SavedView(), offered=audiences(reader)),
    )


def _visible(reader: User) -> SavedViewQuerySet:
    """The reader's own first, then his agency's, then everyone's."""
    own = When(owner=reader, then=Value(0))
    shared = When(audience=Audience.AGENCY, then=Value(1))
    found = SavedView.objects.visible_to(reader).select_related("owner", "agency")
    return found.order_by(Case(own, shared, default=Value(2)), "name", "pk")


def _grouped(views: list[SavedView], reader: User) -> dict[str, list[SavedView]]:
    groups: dict[str, list[SavedView]] = {}
    for view in views:
        key = "mine" if view.owner_id == reader.pk else view.audience
        groups.setdefault(GROUPS[key], []).append(view)
    return groups


def _editable(view: SavedView, reader: User) -> bool:
    """What `editable_by` says, of a view that the reader sees."""
    return view.owner_id == reader.pk or reader.has_perm(OVERSEE)


@dataclass(frozen=True)
class ViewLine:
    """A view on its page; `form` is None where the reader may only use it."""

    view: SavedView
    form: ViewForm | None
    default: bool


def views_page(
    reader: User, number: int | None, *, refused: ViewForm | None = None, query: str = ""
) -> dict[str, Any]:
    """The context of the page of views. A fixed number of queries.

    `refused` is the form that was sent and not saved, with all that was typed; `query` what a new
    view was to keep. NoSuchPage past the end.
    """
    page = page_of(_visible(reader), number, PAGE_SIZE)
    defaults = _defaults(reader)
    offered = audiences(reader)
    lines = [
        ViewLine(view, _form_of(view, reader, offered, refused), view in defaults.values())
        for view in page.object_list
    ]
    creating = refused if refused is not None and refused.instance.pk is None else None
    starts = [(each, defaults.get(each.page.value)) for each in _seen_lists(reader)]
    return {"lines": lines, "page": page, "starts": starts, "creating": creating, "query": query}


def _form_of(
    view: SavedView, reader: User, offered: set[str], refused: ViewForm | None
) -> ViewForm | None:
    if refused is not None and refused.instance.pk == view.pk:
        return refused
    return ViewForm(view=view, offered=offered) if _editable(view, reader) else None


def sent_form(data: QueryDict, view: SavedView, reader: User) -> ViewForm | None:
    """Saves what a form of a view sent; the form with what was said against it, None once saved."""
    form = ViewForm(data, view=view, offered=audiences(reader))
    if form.is_valid():
        try:
            with transaction.atomic():
                save_view(
                    view=form.save(commit=False),
                    actor=reader,
                    seen=form.cleaned_data["seen_version"],
                )
        except (ValidationError, NotAllowed, StaleRecord, IntegrityError) as error:
            form = _again(data, view, reader, error)
        else:
            return None
    return form


def _again(data: QueryDict, view: SavedView, reader: User, error: Exception) -> ViewForm:
    now = (
        SavedView.objects.get(pk=view.pk)
        if view.pk
        else SavedView(page=view.page, query=view.query)
    )
    form = ViewForm(data, view=now, offered=audiences(reader))
    form.object_to(error)
    return form


def default_view(page: ListPage, reader: User) -> SavedView | None:
    """The view that the reader starts a list with, while he may still see it. One query."""
    own = FrontPage.objects.filter(user=reader, page=page).values("default_view")
    found: SavedView | None = SavedView.objects.visible_to(reader).filter(pk__in=own).first()
    return found


def _defaults(reader: User) -> dict[str, SavedView]:
    """The views that the reader starts with, by their lists, while he may see them. One query."""
    own = FrontPage.objects.filter(user=reader).values("default_view")
    return {each.page: each for each in SavedView.objects.visible_to(reader).filter(pk__in=own)}


def _seen_lists(reader: User) -> list[ViewedList]:
    return [each for each in all_lists() if reader.has_perm(each.permission)]


def past_default(params: QueryDict, front: FrontPage | None) -> QueryDict:
    """The address for links on a list: who has a default view would be brought back to it by an
    empty one."""
    if front is None or front.default_view_id is None:
        return params
    address = params.copy()
    address.setdefault("view", "0")
    return address
