"""Saved views of the lists: whose they are, who may change them, and what they ask.

They are no facts of a project, so nothing of them is announced.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.asking.parameters import BadParameters, Parameters
from kuancheng.records.versions import require_version
from kuancheng.reports.choices import Audience
from kuancheng.reports.models import FrontPage, SavedView
from kuancheng.reports.questions import asked_of
from kuancheng.reports.services.lists import ViewedList, list_of
from projects.models import Agency
from projects.services.rights import OVERSEE

UNKEPT = ("page", "view", "as_of", "known_at")
"""What a view leaves out of an address: it answers for today, from its first page."""

MOST_VIEWS = 50
"""So many views a person can keep."""


@transaction.atomic
def save_view(*, view: SavedView, actor: User, seen: int | None = None) -> SavedView:
    """Creates a view, or saves its changed name, query and audience.

    `seen` is the version that the author saw; StaleRecord when the view has moved on since.
    NotAllowed for a view that is not his to change, and for sharing with everyone without
    overseeing the portfolio. ValidationError for a bad or taken name, a query that cannot be
    asked, an account without an agency to share with, and past MOST_VIEWS.
    """
    found = list_of(view.page)
    require(actor, found.permission)
    current = None if view.pk is None else _locked(view, actor)
    if current is None:
        view.owner = actor
        _require_room(actor)
    else:
        if seen is not None:
            require_version(current, seen)
        view.version = current.version + 1
    # What a view asked before may ask for a record that is gone: it can be renamed all the same.
    if current is None or view.query != current.query:
        _require_query(view.query, found)
        view.query = query_kept(QueryDict(view.query), found).urlencode()
    _share(view, actor)
    view.full_clean()
    view.save_by(actor)
    return view


@transaction.atomic
def delete_view(*, view: SavedView, seen: int, actor: User) -> None:
    """Deletes a view for all who use it; whose default it was starts with the plain list.

    StaleRecord and NotAllowed as for `save_view`.
    """
    current = _locked(view, actor)
    require_version(current, seen)
    current.delete_by(actor)


@transaction.atomic
def set_default(*, page: str, view: SavedView | None, actor: User) -> None:
    """Starts the person's list of that page with that view of it from now on, or with none.

    NotAllowed for a view that he does not see.
    """
    own = SavedView.objects.visible_to(actor).filter(page=page)
    if view is not None and not own.filter(pk=view.pk).exists():
        raise NotAllowed("这个视图没有给您用，不能设为默认。")
    FrontPage.objects.update_or_create(user=actor, page=page, defaults={"default_view": view})


def query_kept(asked: QueryDict, viewed: ViewedList) -> QueryDict:
    """What a view keeps of a list's address: in one order, nothing twice, without days and pages."""
    kept = QueryDict(mutable=True)
    for name in viewed.asked.base_filters:
        values = [each for each in dict.fromkeys(asked.getlist(name)) if each.strip()]
        if values and name not in UNKEPT:
            kept.setlist(name, values)
    return kept


def _require_query(query: str, viewed: ViewedList) -> None:
    try:
        asked_of(viewed.asked, QueryDict(query))
    except BadParameters as error:
        raise ValidationError(f"条件有误，没有保存：{error}") from None


@dataclass(frozen=True)
class Opened:
    """What a view asks today, as a query string, and the filters that it had to leave out."""

    query: str
    left_out: tuple[str, ...]


def opened(view: SavedView) -> Opened:
    """A view's query as far as it can still be asked: a record that it names may be gone."""
    found, kind = QueryDict(view.query, mutable=True), list_of(view.page).asked
    left_out: list[str] = []
    try:
        asked_of(kind, found)
    except BadParameters as error:
        for name in error.faults:
            left_out.append(label_of_filter(kind, name))
            found.pop(name)
    found["view"] = str(view.pk)
    return Opened(found.urlencode(), tuple(left_out))


def label_of_filter(kind: type[Parameters], name: str) -> str:
    """What people call a list's parameter; its own name where it is no longer asked."""
    known = kind.base_filters.get(name)
    return str(known.label) if known is not None else name


def agency_of(user: User) -> Agency | None:
    """The agency that an account's official serves today. One query."""
    found: Agency | None = Agency.objects.where_serve([user]).first()
    return found


def _locked(view: SavedView, actor: User) -> SavedView:
    own = SavedView.objects.editable_by(actor).filter(pk=view.pk).values("pk")
    found = SavedView.objects.select_for_update().filter(pk__in=own).first()
    if found is None:
        raise NotAllowed("这个视图不是您的，或者已被删除，您不能改它。可以另存为自己的视图。")
    return found


def _require_room(actor: User) -> None:
    # Of two that come at once one waits: the number stays under the limit.
    User.objects.select_for_update().filter(pk=actor.pk).values_list("pk").first()
    if SavedView.objects.filter(owner=actor).count() >= MOST_VIEWS:
        raise ValidationError(f"最多保存 {MOST_VIEWS} 个视图，请先删除不用的。")


def _share(view: SavedView, actor: User) -> None:
    if view.audience == Audience.EVERYONE and not actor.has_perm(OVERSEE):
        raise NotAllowed("只有项目中心可以把视图给所有人用，请改选“仅自己”或“本单位”。")
    if view.audience != Audience.AGENCY:
        view.agency = None
    elif view.agency is None:
        view.agency = agency_of(view.owner)
        if view.agency is None:
            why = "账号没有关联单位，不能给本单位用；请选“仅自己”，或请系统管理员在“干部”中关联。"
            raise ValidationError({"audience": why})
