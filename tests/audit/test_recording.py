"""What is recorded of an act: with the change, or apart where the change fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from unittest.mock import Mock

import pytest
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from kuancheng.access.models import ApiKey
from kuancheng.access.roles import REVIEWER
from kuancheng.audit.choices import Act, ActGroup, Door, Outcome
from kuancheng.audit.middleware import AuditMiddleware
from kuancheng.audit.models import AuditEntry
from kuancheng.audit.origin import Origin, acting, commanded
from kuancheng.audit.querysets import WrittenOnce
from kuancheng.audit.recording import record, record_failure, together
from kuancheng.audit.waiting import holding, unwritten
from tests import factories

pytestmark = pytest.mark.django_db


class Undone(Exception):  # noqa: N818 - says what becomes of the transaction
    """Raised to roll a transaction back."""


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction that fails at its end."""
    with suppress(Undone), transaction.atomic():
        yield
        raise Undone


def test_an_entry_says_who_did_what_where_and_how_it_ended() -> None:
    clerk, project = factories.user(REVIEWER, full_name="周敏"), factories.project(name="汽配园")
    with acting(Origin(address="10.1.2.3", door=Door.API, account=clerk, key="kc_abcdefgh")):
        record(Act.EXPORTED, subject=project, words="导出进展 45 行", detail={"rows": 45})
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_name, entry.address) == (clerk, "周敏", "10.1.2.3")
    assert (entry.door, entry.key, entry.outcome) == ("api", "kc_abcdefgh", Outcome.DONE)
    assert (entry.subject_type, entry.subject_id) == ("projects.project", str(project.pk))
    assert entry.subject_label == str(project)
    assert (entry.words, entry.detail) == ("导出进展 45 行", {"rows": 45})
    assert (entry.act_label, str(entry)) == ("导出", f"导出 {project}")


def test_the_actor_given_goes_before_that_of_the_origin() -> None:
    one, other = factories.user(), factories.user()
    with acting(Origin(account=one)):
        record(Act.LOGIN, actor=other)
    assert AuditEntry.objects.get().actor == other


def test_a_command_is_known_by_the_user_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "kuancheng")
    with commanded():
        record(Act.DAILY_RUN)
    entry = AuditEntry.objects.get()
    assert (entry.door, entry.actor, entry.actor_name) == ("command", None, "kuancheng")


def test_what_somebody_typed_is_cut_and_cleaned() -> None:
    record_failure(Act.LOGIN_FAILED, name="root\r\n\x00\ud800" + "a" * 400, words="口令\n不对")
    entry = AuditEntry.objects.get()
    assert entry.name_tried == "root" + "a" * 146
    assert (entry.words, entry.outcome) == ("口令不对", Outcome.FAILED)


def test_a_detail_comes_back_as_it_was_written_on_either_database() -> None:
    given = {"day": date(2024, 10, 15), "amount": Decimal("1.50"), "rate": 1e20, "no": [None, True]}
    given |= {"by": factories.user(full_name="周敏"), "none": float("nan")}
    record(Act.SETTING_CHANGED, detail=given)
    assert AuditEntry.objects.get().detail == {
        "day": "2024-10-15",
        "amount": "1.50",
        "rate": "1e+20",
        "no": [None, True],
        "by": "周敏",
        "none": "nan",
    }


def test_of_a_long_detail_the_beginning_is_kept() -> None:
    record(Act.SETTING_CHANGED, detail={"text": ["项" * 100] * 200})
    detail = AuditEntry.objects.get().detail
    assert detail["cut"]
    assert len(detail["beginning"]) == 8000


def test_an_entry_goes_back_with_its_change() -> None:
    with rolled_back():
        record(Act.DECIDED)
    assert not AuditEntry.objects.exists()


def test_a_failure_stays_when_its_transaction_is_rolled_back() -> None:
    with holding():
        with rolled_back():
            record_failure(Act.DECIDED, outcome=Outcome.REFUSED, words="本人不能批准本人的")
        assert not AuditEntry.objects.exists()
    assert AuditEntry.objects.get().outcome == Outcome.REFUSED


def test_a_failure_is_written_also_when_the_block_ends_by_an_error() -> None:
    with suppress(Undone), holding():
        record_failure(Act.DECIDED)
        raise Undone
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_account_that_was_rolled_back_leaves_its_name() -> None:
    with holding(), rolled_back():
        record_failure(Act.ACCOUNT_CREATED, actor=factories.user(full_name="钱进"))
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_name) == (None, "钱进")
    assert unwritten() == 0


def test_many_entries_are_written_by_few_queries(django_assert_max_num_queries: Callable) -> None:
    with django_assert_max_num_queries(4), together():
        for number in range(200):
            record(Act.APPROVED, words=f"第 {number} 份")
    assert AuditEntry.objects.count() == 200


def test_together_writes_nothing_when_it_fails() -> None:
    with suppress(Undone), together():
        record(Act.APPROVED)
        raise Undone
    record(Act.APPROVED, words="单独")
    assert AuditEntry.objects.get().words == "单独"


def test_one_entry_costs_one_query(django_assert_num_queries: Callable) -> None:
    clerk = factories.user()
    with django_assert_num_queries(1):
        record(Act.LOGIN, actor=clerk)


def asked(request: HttpRequest, answer: Callable[[HttpRequest], HttpResponse]) -> AuditEntry:
    AuditMiddleware(answer)(request)
    return AuditEntry.objects.exclude(act=Act.KEY_ISSUED).get()


def test_a_request_is_the_origin_of_what_it_records() -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        record(Act.EVIDENCE_OPENED)
        return HttpResponse()

    request = RequestFactory().get("/evidence/1/", REMOTE_ADDR="2001:db8::7")
    request.user = factories.user()
    entry = asked(request, answer)
    assert (entry.actor, entry.address, entry.door) == (request.user, "2001:db8::7", Door.PAGE)


def test_a_key_that_was_read_later_is_named() -> None:
    key, _ = ApiKey.issue(user=factories.user(), name="市平台", scope="write")

    def answer(request: HttpRequest) -> HttpResponse:
        request.user, request.auth = key.user, key  # type: ignore[attr-defined]
        record_failure(Act.KEY_USED)
        return HttpResponse()

    entry = asked(RequestFactory().post("/api/v1/projects/"), answer)
    assert (entry.actor, entry.key, entry.door) == (key.user, key.prefix, Door.API)


def test_nobody_is_the_origin_after_the_request() -> None:
    request = RequestFactory().get("/")
    AuditMiddleware(lambda request: HttpResponse())(request)
    record(Act.LOGIN)
    assert AuditEntry.objects.get().address == ""


def test_a_request_whose_account_cannot_be_read_is_not_broken_by_the_audit(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Unreadable(Origin):
        @property
        def account(self) -> None:
            raise OperationalError("server closed the connection")

    with acting(Unreadable.__new__(Unreadable)):
        record_failure(Act.LOGIN_FAILED, name="zhou")
    assert "登录失败 zhou" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_the_database_would_not_take_is_written_with_the_next(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(AuditEntry, "save", Mock(side_effect=OperationalError("database is locked")))
        record_failure(Act.LOGIN_FAILED, name="zhou")
    assert "审计记录没有写成" in caplog.text
    assert unwritten() == 1
    record_failure(Act.LOGIN_FAILED, name="qian")
    assert [each.name_tried for each in AuditEntry.objects.order_by("id")] == ["zhou", "qian"]
    assert unwritten() == 0


def test_an_entry_is_neither_changed_nor_deleted() -> None:
    record(Act.LOGIN)
    entry, entries = AuditEntry.objects.get(), AuditEntry.objects.all()
    entry.words = "别的"
    for attempt in (
        entry.save,
        entry.delete,
        entries.delete,
        lambda: entries.update(words="别的"),
        lambda: entries.bulk_update([entry], ["words"]),
        lambda: entries.update_or_create(id=entry.pk, defaults={"words": "别的"}),
        lambda: AuditEntry.objects.bulk_create(
            [entry], update_conflicts=True, unique_fields=["id"], update_fields=["words"]
        ),
    ):
        with pytest.raises(WrittenOnce, match="只能追加"):
            attempt()
    assert AuditEntry.objects.get().words == ""


def test_every_act_belongs_to_a_group_and_fits_its_column() -> None:
    longest = AuditEntry._meta.get_field("act").max_length or 0
    assert all(each.group in ActGroup and len(each.value) <= longest for each in Act)
    assert Act.LOGIN in Act.of_group("entry")
    assert sum(len(Act.of_group(group)) for group in ActGroup) == len(Act)
