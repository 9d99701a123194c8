"""Views of the list of matters: kept apart from those of the progress list."""

from typing import Any

import pytest
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.roles import READER
from kuancheng.reports.models import FrontPage, SavedView
from kuancheng.reports.services import save_view, set_default
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> User:
    return factories.user(READER, is_staff=False)


@pytest.fixture
def pages(client: Client, reader: User) -> Client:
    client.force_login(reader)
    return client


def sent(pages: Client, address: str, **values: Any) -> Any:
    return pages.post(address, values, follow=True)


def kept(reader: User, page: str = "matters", query: str = "state=working") -> SavedView:
    return save_view(view=SavedView(page=page, name="在办", query=query), actor=reader)


def test_list_is_saved_under_a_name_and_opened_again(pages: Client, reader: User) -> None:
    query = pages.get("/matters/?state=working&ordering=-due&page=1").context["views"].query
    answer = sent(pages, "/views/", list="matters", name="在办", audience="mine", query=query)
    view = SavedView.objects.get(owner=reader)
    assert (view.page, view.query) == ("matters", "state=working&ordering=-due")
    assert answer.redirect_chain[-1][0] == f"/matters/?{view.query}&view={view.pk}"
    menu = answer.context["views"]
    assert (menu.current, menu.groups) == (view, {"我的": [view]})
    assert pages.get("/").context["views"].groups == {}
    changed = pages.get(f"/matters/?state=closed&view={view.pk}")
    assert "条件已改，未保存" in changed.text
    over = {"seen_version": 1, "query": "state=closed"}
    again = sent(pages, f"/views/{view.pk}/query/", **over)
    assert again.redirect_chain[-1][0] == f"/matters/?state=closed&view={view.pk}"


def test_each_list_has_its_own_names_and_its_own_start(pages: Client, reader: User) -> None:
    view, other = kept(reader), kept(reader, "progress", "light=red")
    set_default(page="matters", view=view, actor=reader)
    answer = pages.get("/matters/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/matters/?state=working&view={view.pk}"
    assert [chip.address for chip in answer.context["chips"]] == [f"?view={view.pk}"]
    assert pages.get("/").status_code == 200
    plain = pages.get("/matters/?view=0")
    assert plain.context["chips"] == []
    lamp = pages.get("/matters/?flag=open")
    assert lamp.context["all_address"] == "?view=0"
    said = [str(each) for each in sent(pages, "/views/default/", view=other.pk).context["messages"]]
    assert said == ["打开进展清单时先看视图“在办”。"]
    assert FrontPage.objects.filter(user=reader, default_view__isnull=False).count() == 2
    said = [
        str(each)
        for each in sent(pages, "/views/default/", list="matters", view="").context["messages"]
    ]
    assert said == ["打开事项清单时看全部事项。"]
    assert pages.get("/matters/").status_code == 200


def test_page_of_views_says_which_list_each_is_of(pages: Client, reader: User) -> None:
    view = kept(reader)
    kept(reader, "progress", "light=red")
    set_default(page="matters", view=view, actor=reader)
    text = pages.get("/views/").text
    assert "事项清单 · 仅自己" in text
    assert "进展清单 · 仅自己" in text
    assert "打开事项清单时先看“在办”" in text
    assert "打开进展清单时先看全部项目" in text


def test_what_this_list_cannot_be_asked_is_not_kept(pages: Client) -> None:
    answer = sent(pages, "/views/", list="matters", name="红", audience="mine", query="state=red")
    assert "条件有误，没有保存" in answer.text
    assert 'name="list" value="matters"' in answer.text
    assert pages.post("/views/", {"list": "nonsense", "name": "红"}).status_code == 404
    assert not SavedView.objects.exists()


def test_headings_sort_and_chips_take_one_filter_away(pages: Client) -> None:
    factories.matter(title="乙", kind="decision")
    factories.matter(title="甲", kind="decision")
    page = pages.get("/matters/?kind=decision&ordering=title")
    assert 'href="?kind=decision&amp;ordering=-title"' in page.text
    assert [(chip.label, chip.value) for chip in page.context["chips"]] == [("类别", "议定事项")]
    assert page.context["chips"][0].address == "?ordering=title"
    for ordering in ("state", "-due", "-level", "number"):
        assert pages.get(f"/matters/?ordering={ordering}").status_code == 200
