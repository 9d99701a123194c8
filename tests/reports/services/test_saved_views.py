"""Saved views: whose they are, who may share and change them, and what they keep of an address."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.choices import Audience
from kuancheng.reports.models import FrontPage, SavedView
from kuancheng.reports.services import delete_view, save_view, set_default
from kuancheng.reports.services.lists import list_of
from kuancheng.reports.services.views import MOST_VIEWS, opened, query_kept
from projects.models import Agency
from tests import factories

pytestmark = pytest.mark.django_db


def member(role: str = READER, agency: Agency | None = None, **fields: object) -> User:
    """An account whose official belongs to an agency."""
    user = factories.user(role, **fields)
    if agency is not None:
        factories.official(user=user, agency=agency)
    return user


def saved(owner: User, name: str = "红灯", query: str = "light=red", **fields: str) -> SavedView:
    return save_view(view=SavedView(name=name, query=query, **fields), actor=owner)


def visible(user: User) -> set[str]:
    return set(SavedView.objects.visible_to(user).values_list("name", flat=True))


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR])
def test_every_role_keeps_views_of_its_own(role: str) -> None:
    user = member(role)
    assert saved(user).owner == user
    assert visible(user) == {"红灯"}


def test_an_account_without_a_role_keeps_none() -> None:
    with pytest.raises(NotAllowed):
        saved(factories.user())


def test_a_view_is_seen_by_those_it_is_for() -> None:
    bureau, street = factories.agency(), factories.agency()
    owner, colleague, stranger = member(agency=bureau), member(agency=bureau), member(agency=street)
    office = member(REVIEWER, bureau)
    saved(owner, "自己的")
    saved(owner, "单位的", audience=Audience.AGENCY)
    saved(office, "所有人的", audience=Audience.EVERYONE)
    assert visible(owner) == {"自己的", "单位的", "所有人的"}
    assert visible(colleague) == {"单位的", "所有人的"}
    assert visible(stranger) == {"所有人的"}


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REPORTER, READER, AUDITOR])
def test_only_the_office_shares_with_everyone(role: str) -> None:
    with pytest.raises(NotAllowed, match="只有项目中心"):
        saved(member(role), audience=Audience.EVERYONE)
    assert not SavedView.objects.exists()


def test_who_has_no_agency_is_told_how_to_get_one() -> None:
    with pytest.raises(ValidationError, match="没有关联单位"):
        saved(member(), audience=Audience.AGENCY)


def test_a_view_no_longer_shared_forgets_the_agency() -> None:
    owner = member(agency=factories.agency())
    view = saved(owner, audience=Audience.AGENCY)
    view.audience = Audience.MINE
    save_view(view=view, seen=1, actor=owner)
    view.refresh_from_db()
    assert (view.agency, view.version) == (None, 2)


def test_only_its_owner_and_the_office_change_a_shared_view() -> None:
    bureau = factories.agency()
    owner, colleague, office = member(agency=bureau), member(agency=bureau), member(REVIEWER)
    shared = saved(owner, audience=Audience.AGENCY)
    for other in (colleague, office):
        shared.name = "改名"
        with pytest.raises(NotAllowed, match="不是您的"):
            save_view(view=shared, seen=1, actor=other)
        with pytest.raises(NotAllowed, match="不是您的"):
            delete_view(view=shared, seen=1, actor=other)
    general = saved(office, "总的", audience=Audience.EVERYONE)
    general.name = "总表"
    save_view(view=general, seen=1, actor=member(REVIEWER))
    general.name = "我的总表"
    with pytest.raises(NotAllowed):
        save_view(view=general, seen=2, actor=owner)


def test_the_second_of_two_changes_is_refused_and_says_who_was_first() -> None:
    office = member(REVIEWER, full_name="甲")
    view = saved(office, audience=Audience.EVERYONE)
    mine = SavedView.objects.get(pk=view.pk)
    view.name = "红灯清单"
    save_view(view=view, seen=1, actor=office)
    mine.query = "light=yellow"
    with pytest.raises(StaleRecord, match=r"甲.*红灯清单"):
        save_view(view=mine, seen=1, actor=member(REVIEWER))
    with pytest.raises(StaleRecord):
        delete_view(view=mine, seen=1, actor=office)
    assert SavedView.objects.get().query == "light=red"


def test_a_name_is_taken_once_by_a_person_and_again_by_another() -> None:
    one, other = member(), member()
    saved(one)
    with pytest.raises(ValidationError, match="同名"):
        saved(one)
    assert saved(other).name == "红灯"


def test_a_person_keeps_so_many_views() -> None:
    owner = member()
    views = [SavedView(owner=owner, name=f"视图{number}") for number in range(MOST_VIEWS)]
    SavedView.objects.bulk_create(views)
    with pytest.raises(ValidationError, match=f"最多保存 {MOST_VIEWS} 个"):
        saved(owner)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("", ""),
        ("light=red&page=3&view=7&as_of=2024-08-31&known_at=2024-09-01", "light=red"),
        ("ordering=gap&light=red&light=yellow&light=red", "light=red&light=yellow&ordering=gap"),
        ("search=&programme=&stage=concept", "stage=concept"),
        ("density=comfortable&columns=gap", "columns=gap&density=comfortable"),
    ],
)
def test_a_view_keeps_the_question_in_one_order_and_no_day(address: str, kept: str) -> None:
    assert query_kept(QueryDict(address), list_of("progress")).urlencode() == kept


@pytest.mark.parametrize("query", ["light=purple", "colour=red", "lead_agency=99", "search=%00"])
def test_what_cannot_be_asked_is_not_kept(query: str) -> None:
    with pytest.raises(ValidationError, match="条件有误"):
        saved(member(), query=query)


def test_a_filter_that_is_gone_is_named_and_the_rest_is_asked() -> None:
    owner, agency = member(), factories.agency()
    project = factories.project(lead_agency=agency)
    view = saved(owner, query=f"light=red&lead_agency={agency.pk}")
    assert opened(view).left_out == ()
    project.lead_agency = None
    project.save()
    project.history.all().delete()
    agency.delete()
    found = opened(view)
    assert (found.query, found.left_out) == (f"light=red&view={view.pk}", ("责任单位",))
    view.name = "还能改名"
    assert save_view(view=view, seen=1, actor=owner).version == 2


def test_default_view_is_one_that_is_seen_and_goes_with_it() -> None:
    owner, other = member(), member()
    view = saved(owner)
    with pytest.raises(NotAllowed, match="没有给您用"):
        set_default(page="progress", view=view, actor=other)
    for _ in range(2):
        set_default(page="progress", view=view, actor=owner)
    assert FrontPage.objects.get(user=owner).default_view == view
    delete_view(view=view, seen=1, actor=owner)
    assert FrontPage.objects.get(user=owner).default_view is None
    set_default(page="progress", view=None, actor=owner)
