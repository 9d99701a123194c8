"""The walk tells what it is made to tell, on a site of four pages."""

from typing import Any

import pytest
from django.conf import settings as configured
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import Context, Origin, Template
from django.urls import path

from tests.soak.walking import Walk, walked


def home(request: HttpRequest) -> HttpResponse:
    links = ("/far/?month=1", "/far/?month=2", "/shut/", "/nowhere/", "/broken/")
    return HttpResponse("".join(f'<a href="{link}">x</a>' for link in links))


def far(request: HttpRequest) -> HttpResponse:
    origin = Origin(str(configured.BASE_DIR / "projects/templates/page.html"))
    return HttpResponse(Template("{{ kept }}", origin=origin).render(Context()))


def shut(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("", home, name="home"),
    path("far/", far, name="far"),
    path("shut/", shut, name="shut"),
    path("broken/", broken, name="broken"),
]


@pytest.fixture
def walk(settings: Any, db: None) -> Walk:
    settings.ROOT_URLCONF = __name__
    return walked("nobody", None)


def test_every_fault_is_told_with_where_it_is_met(walk: Walk) -> None:
    assert walk.faults == [
        "nobody: /broken/ broke",
        "nobody: projects/templates/page.html:1 kept is undefined",
        "nobody: home links to /nowhere/ (404)",
        "nobody: home links to /shut/ (403)",
    ]


def test_starts_that_nobody_links_to_may_be_missing(walk: Walk) -> None:
    assert not any("/overview/" in fault for fault in walk.faults)


def test_axe_sees_one_page_of_each_kind(walk: Walk) -> None:
    assert [page for page in walk.pages if "far" in page] == ["/far/?month=1", "/far/?month=2"]
    assert [page for page in walk.one_of_each() if "far" in page] == ["/far/?month=1"]
