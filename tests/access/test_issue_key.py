"""Keys for other systems: issued once, kept as a digest, ended by day or by hand."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kuancheng.access.models import ApiKey
from tests import factories

pytestmark = pytest.mark.django_db


def issue(*arguments: str) -> tuple[str, str]:
    """What the command says on stdout and on stderr."""
    out, err = StringIO(), StringIO()
    call_command("issue_key", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_key_stands_alone_on_the_last_line_and_is_kept_as_a_digest() -> None:
    factories.user(username="city")
    out, err = issue("city", "--name", "市平台取数")
    key = out.removesuffix("\n")
    record = ApiKey.objects.get()
    assert "\n" not in key
    assert key.startswith("kc_")
    assert len(key) >= 40
    assert record.digest == ApiKey.digest_of(key)
    assert key not in str(vars(record)) + err
    assert key.startswith(record.prefix)
    assert (record.scope, record.name) == ("read", "市平台取数")
    assert "市平台取数" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nobody", "--name", "x"), "没有登录名为“nobody”的有效账号"),
        (("left", "--name", "x"), "没有登录名为“left”的有效账号"),
        (("city", "--name", "x", "--days", "0"), "--days 应在 1 到 3660 之间"),
        (("city", "--name", "x", "--days", "3661"), "--days 应在 1 到 3660 之间"),
        (("city", "--name", "n" * 61), "60"),
        (("city", "--name", ""), "不能为空"),
        (("city", "--name", "x", "--scope", "admin"), "admin"),
        (("city",), "--name"),
    ],
)
def test_bad_requests_issue_nothing(arguments: tuple[str, ...], sentence: str) -> None:
    factories.user(username="city")
    factories.user(username="left", is_active=False)
    with pytest.raises(CommandError, match=sentence):
        issue(*arguments)
    assert not ApiKey.objects.exists()


def test_key_lives_until_its_day_is_over_or_it_is_revoked() -> None:
    now = timezone.now()
    user = factories.user()
    key, _ = ApiKey.issue(user=user, name="a", scope="read", expires_at=now + timedelta(days=1))
    forever, _ = ApiKey.issue(user=user, name="b", scope="read")
    live = ApiKey.objects.live
    assert set(live(now)) == {key, forever}
    assert set(live(now + timedelta(days=1))) == {forever}
    forever.revoke()
    assert set(live(now)) == {key}
    user.is_active = False
    user.save()
    assert not live(now).exists()


def test_second_revocation_keeps_the_time_of_the_first() -> None:
    key, _ = ApiKey.issue(user=factories.user(), name="a", scope="read")
    key.revoke()
    first = key.revoked_at
    key.revoke()
    assert key.revoked_at == first


def test_use_is_noted_at_most_once_a_minute() -> None:
    key, _ = ApiKey.issue(user=factories.user(), name="a", scope="read")
    noon = timezone.now()
    for seconds, expected in [(0, 0), (30, 0), (61, 61)]:
        key.note_use("10.0.0.1", noon + timedelta(seconds=seconds))
        key.refresh_from_db()
        assert key.last_used_at == noon + timedelta(seconds=expected)


def test_two_keys_are_never_the_same() -> None:
    user = factories.user()
    assert len({ApiKey.issue(user=user, name="a", scope="read")[1] for _ in range(20)}) == 20
