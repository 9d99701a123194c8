"""Every address against every account: what it answers, and what it writes.

A cell is a status, with `+` behind it where the request changed the database. Reads are tried as
GET, writes as POST with what the page's own form would send and with what no form would, and as
PUT, PATCH and DELETE. A request that wrote is rolled back, so each meets the same database.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from kuancheng.access.models import ApiKey, DisplayToken, User
from kuancheng.records.classes import DataClass
from projects.models.people import names_of_officials
from tests.guard.addresses import OTHERS, OWN, Address, World, addresses
from tests.guard.watch import Writes, digest, watched

TABLE = Path(__file__).with_name("matrix.json")

PEOPLE = {
    "系统管理员": "xitong",
    "复核": "fuhe",
    "填报": "tianbao",
    "查看": "lingdao",
    "审计": "shenji",
}
"""Who stands for each role, by the demo's logins."""

NOBODY, INACTIVE, ROLELESS = "未登录", "停用", "无角色"
KEYS = {
    "密钥公开": ("public", "read"),
    "密钥内部": ("internal", "read"),
    "密钥敏感": ("sensitive", "read"),
    "密钥读写": ("sensitive", "write"),
}
MASKED = ("密钥公开", "密钥内部")
REVOKED = "密钥吊销"

HOSTILE = {
    "is_superuser": "on",
    "is_staff": "on",
    "groups": ["1", "2"],
    "user_permissions": "1",
    "action": "delete_selected",
    "_selected_action": ["1", "2", "3"],
    "post": "yes",
    "state": "approved",
    "approved_by": "1",
    "actor": "1",
    "user": "1",
    "version": "0",
    "_save": "1",
    "next": "https://example.com/",
    "q": "' OR 1=1 --",
}
"""What no form of ours would send: it must change nothing, whoever sends it."""

PERSONAL = {
    "reports_follow",
    "reports_savedview",
    "notices_preference",
    "notices_notice",
    "projects_pendingupload",
    "access_user",
    "access_historicaluser",
    "notices_delivery",
    "projects_serial",
    "projects_deputy",
    "projects_historicaldeputy",
    "reports_historicalsavedview",
}
"""Tables in which everybody has rows of his own, or that follow what one may change."""

CHILDREN = {
    "projects_handoveritem": "projects_handover",
    "reports_bulletinfigures": "reports_bulletin",
}
"""Tables that are written through another's."""

DERIVED = ("reports_dailystatus", "reports_matterspan", "reports_monitorrun")
"""Tables that are computed: written with what they are computed from."""


@dataclass
class Seat:
    """An account at the door, with what it brings along."""

    name: str
    client: Client
    user: User | None


@dataclass
class Tried:
    """What one account met: a cell for each address and way, and what should not have been."""

    cells: dict[tuple[str, str, str], str] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    reads: int = 0
    writes: int = 0


def world() -> World:
    """The demo, as a clerk sees it, with what it lacks for some addresses."""
    _, display = DisplayToken.issue(name="值班室")
    clerk = User.objects.get(username=PEOPLE["填报"])
    ApiKey.issue(user=clerk, name="已有的", scope="read")
    _saved_view(clerk)
    return World(clerk, display)


def _saved_view(owner: User) -> None:
    saved = apps.get_model("reports", "SavedView")
    if not saved._default_manager.exists():
        saved._default_manager.create(owner=owner, name="我的", page="progress", query="light=red")


def seats() -> Iterator[Seat]:
    """Nobody, each role, and whoever should be as good as nobody."""
    yield Seat(NOBODY, _client(), None)
    for name, username in PEOPLE.items():
        user = User.objects.get(username=username)
        yield Seat(name, _client(user), user)
    roleless = User.objects.create_user("wujuese", full_name="无角色账号", is_staff=True)
    yield Seat(ROLELESS, _client(roleless), roleless)
    left = User.objects.create_user(
        "tingyong", full_name="停用账号", is_staff=True, is_active=False
    )
    left.groups.set(User.objects.get(username=PEOPLE["复核"]).groups.all())
    yield Seat(INACTIVE, _client(left), None)


def keys() -> Iterator[Seat]:
    """A key of each class and scope, and one that was revoked."""
    reader = User.objects.get(username=PEOPLE["查看"])
    for name, (reads, scope) in KEYS.items():
        _, key = ApiKey.issue(user=reader, name=name, scope=scope, reads=reads)
        yield Seat(name, _bearing(key), reader)
    record, key = ApiKey.issue(user=reader, name=REVOKED, scope="read", reads=DataClass.SENSITIVE)
    record.revoke()
    yield Seat(REVOKED, _bearing(key), None)


def _client(user: User | None = None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def _bearing(key: str) -> Client:
    return Client(raise_request_exception=False, headers={"authorization": f"Bearer {key}"})


class Forms(HTMLParser):
    """The forms of a page that are posted: where to, and what the browser would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, dict[str, dict[str, Any]]()
        self._now: dict[str, Any] | None = None
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            post = found.get("method", "").lower() == "post"
            action = urlsplit(urljoin(self.page, found.get("action", ""))).path
            self._now = self.forms.setdefault(action, {}) if post else None
        name = found.get("name", "")
        if self._now is None or "__prefix__" in name:
            return
        if tag in {"input", "button"} and name and found.get("type") not in {"file", "image"}:
            if found.get("type") not in {"checkbox", "radio"} or "checked" in found:
                self._now.setdefault(name, found.get("value", "on"))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in found or self._now.get(self._select, "") == "":
                self._now[self._select] = found.get("value", "")
        elif tag == "textarea":
            self._text = name
            self._now.setdefault(name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._now = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._now is not None and self._text:
            self._now[self._text] = str(self._now[self._text]) + data.lstrip("\r\n")


Bodies = dict[str, dict[str, Any]]


def harvest(bodies: Bodies, path: str, response: Any) -> None:
    """Keeps what the forms of a page would send, by path, and by URL name for its other records."""
    if response.status_code != 200 or "html" not in response.get("Content-Type", ""):
        return
    reader = Forms(path)
    reader.feed(response.content.decode())
    for action, body in reader.forms.items():
        body.pop("csrfmiddlewaretoken", None)
        names = [action]
        with suppress(Resolver404):
            names.append(resolve(action).view_name)
        for name in names:
            if not bodies.get(name):
                bodies[name] = body


class Trial:
    """One account at its addresses: first it reads them all, then it tries to write."""

    def __init__(
        self, seat: Seat, found: Iterable[Address], writes: Writes, *, every: bool
    ) -> None:
        self.seat, self.found, self.writes, self.every = seat, list(found), writes, every
        self.seen, self.may = Tried(), _changeable(seat.user)
        self.names = names_of_officials()

    def read(self, bodies: Bodies) -> None:
        """GET; the forms that the account is shown are kept."""
        for address in self.found:
            response = self._try(address, "GET", "get", None)
            harvest(bodies, address.path, response)
            self.seen.reads += 1
            if self.every:
                self._try(address, "HEAD", "head", None)
                self.seen.reads += 1

    def write(self, bodies: Bodies) -> None:
        """What a form would send with what none would; in the long form apart, and each method."""
        for address in self.found:
            plausible = bodies.get(address.path) or bodies.get(address.name) or {}
            for way, method, body in self._ways(address, plausible):
                self._try(address, way, method, body)
                self.seen.writes += 1

    def _ways(self, address: Address, plausible: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
        yield "POST", "post", HOSTILE | plausible
        json_body = {"state": "approved", "id": 1}
        if self.every:
            yield "表单", "post", plausible
            yield "空", "post", {}
            for method in ("put", "patch", "delete"):
                yield method.upper(), method, json_body
        elif self.seat.name in (NOBODY, "填报", "密钥读写"):
            # One of the three, the same for an address each time.
            method = ("put", "patch", "delete")[sum(address.name.encode()) % 3]
            yield "PUT等", method, json_body

    def _try(self, address: Address, way: str, method: str, body: Any) -> Any:
        seat = self.seat
        with transaction.atomic():
            if address.name in LEAVING:
                seat = Seat(seat.name, _client(seat.user), seat.user)
            self.writes.taken()
            response = _sent(seat, method, address.path, body)
            if response.streaming:
                for _ in response.streaming_content:
                    pass
            wrote = self.writes.taken()
            if wrote or address.name in LEAVING:
                transaction.set_rollback(True)
        status = response.status_code
        self.seen.cells[address.name, address.whose, way] = f"{status}{'+' if wrote else ''}"
        self.seen.leaks += _leaks(seat, address, way, status, wrote, self.may)
        if seat.name in MASKED and address.name != OWN_NAME and not response.streaming:
            told = response.content.decode("utf-8", "replace")
            named = sorted(name for name in self.names if name in told)
            self.seen.leaks += [f"{seat.name} {way} {address.path} names {each}" for each in named]
        return response


OWN_NAME = "api-docs"
"""The documentation's head names whoever is asking."""

LEAVING = {"logout", "admin:logout", "login", "admin:login", "password"}
"""Addresses behind which one may be logged out."""


def _sent(seat: Seat, method: str, path: str, body: Any) -> Any:
    if method == "get":
        return seat.client.get(path)
    if path.startswith("/api/") or method != "post":
        send = getattr(seat.client, method)
        return send(path, json.dumps(body), content_type="application/json")
    return seat.client.post(path, body)


def _changeable(user: User | None) -> set[str]:
    """The tables in which an account may change something, by its roles."""
    if user is None:
        return set()
    found = set(PERSONAL)
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        verbs = ("add", "change", "delete")
        if any(user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}") for verb in verbs):
            found.add(meta.db_table)
            found.add(f"{meta.app_label}_historical{meta.model_name}")
    found |= {child for child, parent in CHILDREN.items() if parent in found}
    return found | set(DERIVED) if len(found) > len(PERSONAL) else found


def _leaks(
    seat: Seat, address: Address, way: str, status: int, wrote: frozenset[str], may: set[str]
) -> list[str]:
    where = f"{seat.name} {way} {address.path} ({address.name}) → {status}"
    found = []
    if status >= 500:
        found.append(f"{where}: broke")
    if wrote and (way in ("GET", "HEAD") or status >= 400 or seat.user is None):
        found.append(f"{where}: refused or read, and yet wrote {sorted(wrote)}")
    if beyond := wrote - may:
        found.append(f"{where}: wrote {sorted(beyond)}, which its roles may not change")
    return found


def rows(tables: Mapping[str, Tried]) -> dict[str, dict[str, str]]:
    """The reviewed table: for each URL name and way a line of cells, one an account."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    every = sorted({key for each in tables.values() for key in each.cells})
    for name, whose, way in every:
        line = "  ".join(
            f"{account}:{each.cells[name, whose, way]}"
            for account, each in tables.items()
            if (name, whose, way) in each.cells
        )
        found[name][f"{way}{'（别人的）' if whose == OTHERS else ''}"] = line
    return dict(found)


def all_tried(*, every: bool = False) -> dict[str, Tried]:
    """Every account at every address; keys at the API's alone, since for pages they are nobody.

    Others' records are tried as the clerk whose they are not; for the other roles none is anybody's.
    """
    place = world()
    found = addresses(place, every=every)
    settled()
    api = [each for each in found if each.name.startswith("api-")]
    own = [each for each in found if each.whose == OWN]
    people, machines = list(seats()), list(keys())
    before, bodies = digest(), dict[str, dict[str, Any]]()
    with watched() as writes:
        trials = [
            Trial(seat, found if seat.user == place.clerk or every else own, writes, every=every)
            for seat in people
        ] + [Trial(seat, api, writes, every=every) for seat in machines]
        for trial in trials:
            trial.read(bodies)
        for trial in trials:
            trial.write(bodies)
    asked = {trial.seat.name: trial.seen for trial in trials}
    after = digest()
    asked[NOBODY].leaks += [
        f"{table} is not what it was, and no statement was seen"
        for table in before
        if before[table] != after[table]
    ]
    return asked


def settled() -> None:
    """What the first visit of a day computes is computed before anything is measured."""
    _client(User.objects.get(username=PEOPLE["查看"])).get("/")


def summary(found: Mapping[str, Tried]) -> str:
    """How much was tried, and how much got through."""
    reads, writes = (
        sum(getattr(each, name) for each in found.values()) for name in ("reads", "writes")
    )
    leaks = sum(len(each.leaks) for each in found.values())
    return f"{reads} reads, {writes} forced writes, {leaks} leaks"
