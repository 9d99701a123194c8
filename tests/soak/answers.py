"""Every answer of every role, kept and compared: what a change altered, page by page.

`python -m tests.soak.answers keep FOLDER` walks the site on the database of DATABASE_URL as each
demo account, from link to link, and keeps what it answered. `… compare BEFORE AFTER` says where
two such walks differ. Nothing but Django is imported, so that the walk of an older commit can be
made with this file run inside that commit's tree.
"""

import difflib
import gzip
import io
import json
import os
import re
import sys
import zipfile
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

Hear = Callable[[str, Any, list[str]], None]

EACH, MOST = 4, 40
"""So many addresses are asked of one view with one set of parameters, and of one view in all."""

STARTS = (
    "/",
    "/overview/",
    "/wall-chart/",
    "/map/",
    "/screen/",
    "/daily/",
    "/reporting/",
    "/data-quality/",
    "/matters/",
    "/matters/figures/",
    "/officials/",
    "/agencies/",
    "/rules/",
    "/search/?q=示例",
    "/help/",
    "/help/terms/",
    "/start/",
    "/export/",
    "/healthz",
    "/admin/",
    "/password/",
    "/api/v1/",
    "/?as_of=2024-08-31",
    "/?as_of=2024-08-31&known_at=2024-09-05",
    "/?light=red&ordering=gap",
    "/?page=99",
    "/?nonsense=1",
    "/wall-chart/?by=subdistrict&months=24",
    "/wall-chart/?known_at=2024-09-05",
    "/overview/?known_at=2024-09-05",
    "/reporting/?as_of=2024-08-31",
    "/data-quality/?as_of=2024-08-31",
)
API = (
    "projects",
    "officials",
    "agencies",
    "programmes",
    "listings",
    "milestones",
    "baselines",
    "schedules",
    "status-reports",
    "annual-plans",
    "evidence",
    "light-history",
    "light-answers",
    "stops",
    "close-outs",
    "reviews",
    "data-quality",
    "fundings",
    "progress",
    "progress/summary",
    "schema",
)
LINK = re.compile(r"""(?:href|src)="([^"#]+)(?:#[^"]*)?\"""")
SECRETS = (
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), "csrf"),
    (re.compile(r'nonce="[^"]*"'), "nonce"),
    (re.compile(r"""(X-CSRFTOKEN"\] = )"[^"]+\""""), r"\1csrf"),
    (re.compile(r"(/static/[^\"?]*?)\.[0-9a-f]{12}(\.[a-z0-9]+)"), r"\1\2"),
)
LEFT_OUT = ("/static/", "/admin/jsi18n/", "/logout", "/admin/logout")


def keep(folder: Path) -> None:
    """Walks as one account of each role, and as nobody; one file an account."""
    import django

    django.setup()
    folder.mkdir(parents=True, exist_ok=True)
    for name, account in accounts().items():
        found = walk(client_of(account))
        with gzip.open(folder / f"{name}.json.gz", "wt", encoding="utf-8") as stream:
            json.dump(found, stream, ensure_ascii=False)
        statuses = Counter(each["status"] for each in found.values())
        print(f"{name}: {len(found)} addresses, {dict(sorted(statuses.items()))}", flush=True)


def accounts() -> dict[str, Any]:
    """The first account of each role, by name; nobody is None."""
    from django.contrib.auth import get_user_model

    by_roles: dict[Any, Any] = {}
    for user in get_user_model().objects.filter(is_active=True).order_by("pk"):
        if user.has_usable_password():
            by_roles.setdefault(frozenset(user.groups.values_list("name", flat=True)), user)
    return {"nobody": None, **{user.username: user for user in by_roles.values()}}


def client_of(account: Any) -> Any:
    """Somebody at the door, or in with an account."""
    from django.test import Client

    client = Client(raise_request_exception=False)
    if account is not None:
        client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return client


def walk(client: Any, hear: Hear = lambda url, response, links: None) -> dict[str, dict[str, Any]]:
    """What each address answered, from the starts along every link; `hear` is told of each."""
    waiting = deque([*STARTS, *(f"/api/v1/{name}/" for name in API)])
    seen = set(waiting)
    asked: Counter[Any] = Counter()
    found: dict[str, dict[str, Any]] = {}
    while waiting:
        url = waiting.popleft()
        kind = view_of(url)
        view = kind[0]
        if url not in STARTS and (asked[kind] >= EACH or asked[view] >= MOST):
            continue
        asked.update((kind, view))
        response = client.get(url)
        found[url] = {"status": response.status_code, "body": _body(response)}
        links = list(_links(url, response, found[url]["body"]))
        hear(url, response, links)
        for link in links:
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return found


def view_of(url: str) -> tuple[Any, ...]:
    """An address's view, and the names of its parameters."""
    from django.urls import Resolver404, resolve

    parts = urlsplit(url)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return (parts.path, frozenset())
    names = frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    return (match.view_name or str(match.route), names)


def _body(response: Any) -> str:
    raw = b"".join(response) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    if "spreadsheet" in kind:
        return "\n".join(_sheet(raw))
    if not kind.startswith(("text/", "application/")) or "pdf" in kind:
        return f"{len(raw)} bytes of {kind}"
    text = raw.decode("utf-8", "replace")
    for pattern, plain in SECRETS:
        text = pattern.sub(plain, text)
    return f"{response.get('Location', '')}\n{text}"


def _sheet(raw: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        for name in sorted(book.namelist()):
            if not name.startswith("docProps/"):
                yield f"{name}\n" + re.sub(r"(<[^/])", r"\n\1", book.read(name).decode("utf-8"))


def _links(url: str, response: Any, body: str) -> Iterator[str]:
    location = response.get("Location")
    targets = [location] if location else []
    if response.get("Content-Type", "").startswith("text/html"):
        targets += LINK.findall(body)
    elif "json" in response.get("Content-Type", "") and "/schema" not in url:
        targets += re.findall(r'"(?:next|url|download)": ?"([^"]+)"', body)
    for target in targets:
        full = urlsplit(urljoin(f"http://testserver{url}", target.replace("&amp;", "&")))
        if full.netloc == "testserver" and not full.path.startswith(LEFT_OUT):
            yield full.path + (f"?{full.query}" if full.query else "")


def compare(before: Path, after: Path, most: int = 12) -> int:
    """Prints where two walks differ; how many addresses do."""
    differing = 0
    for file in sorted(before.glob("*.json.gz")):
        old, new = _kept(file), _kept(after / file.name)
        lost, added = sorted(set(old) - set(new)), sorted(set(new) - set(old))
        changed = [url for url in sorted(set(old) & set(new)) if old[url] != new[url]]
        differing += len(lost) + len(added) + len(changed)
        account = file.name.removesuffix(".json.gz")
        print(
            f"== {account}: {len(old)} before, {len(new)} after;"
            f" {len(changed)} changed, {len(lost)} lost, {len(added)} added"
        )
        for url in lost:
            print(f"- {url}")
        for url in added:
            print(f"+ {url} ({new[url]['status']})")
        for url in changed:
            print(f"~ {url} ({old[url]['status']} → {new[url]['status']})")
            pair = (old[url]["body"].splitlines(), new[url]["body"].splitlines())
            lines = list(difflib.unified_diff(*pair, lineterm="", n=0))[2:]
            for line in lines[:most]:
                print(f"    {line[:240]}")
    return differing


def _kept(file: Path) -> dict[str, dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        found: dict[str, dict[str, Any]] = json.load(stream)
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kuancheng.settings")
    sys.path.insert(0, os.getcwd())
    verb, *paths = sys.argv[1:]
    if verb == "keep":
        keep(Path(paths[0]))
    else:
        sys.exit(min(1, compare(Path(paths[0]), Path(paths[1]))))
