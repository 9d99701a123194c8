"""Asked at the doors: must this one wait; and told there what went wrong, or right."""

import unicodedata
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.recording import record_failure
from kuancheng.throttles import budgets
from kuancheng.throttles.models import KnownAddress, LoginFailure, LoginFailureQuerySet
from kuancheng.throttles.rules import SLOWLY, Failure, Try, Wait, Why, network_of, wait_of

KNOWN_FOR = timedelta(days=90)
"""So long after the last login an address is known."""

KNOWN_MOST = 20
"""Addresses that are known of one account; the one that was used least lately gives way."""

RENEWED = timedelta(days=1)
"""Younger notes of a login are not written again."""

LOOKED_AT = 200
"""Failures that are read of one address, or one name: more than any rule asks for."""

WORDS = {
    Why.ADDRESS: "同一地址试了很多登录名",
    Why.NAME: "同一登录名在很多地址登录失败",
    Why.ALL: "全站登录失败太多",
}


def login_wait(*, name: str, address: str | None, at: datetime) -> Wait | None:
    """What a login must wait for, whether there is such an account or not. Five queries."""
    digest, network = _digest(name), network_of(address)
    failures = LoginFailure.objects.counting(at).order_by("-at")
    known_names = KnownAddress.objects.filter(network=network, last_at__gt=at - KNOWN_FOR)
    tried = Try(
        name=digest,
        at=at,
        here=_read(failures.filter(network=network)),
        of_name=_read(failures.filter(name=digest)),
        last_minute=failures.filter(at__gt=at - SLOWLY).count(),
        known=known_names.filter(name=digest).exists(),
        familiar=known_names.exists(),
    )
    wait = wait_of(tried)
    if wait:
        # By what the rule looks at: an attack from everywhere is one thing, and no entry an address.
        about = {Why.ADDRESS: network, Why.NAME: digest, Why.ALL: ""}[wait.why]
        _note(f"login.{wait.why}", about, name, WORDS[wait.why], wait.seconds)
    return wait


def note_failure(*, name: str, address: str | None, at: datetime) -> None:
    """Counts a login that failed, and forgets those that count no longer. Two queries."""
    LoginFailure.objects.spent(at).delete()
    LoginFailure.objects.create(at=at, name=_digest(name), network=network_of(address))


@transaction.atomic
def note_success(*, name: str, address: str | None, at: datetime) -> None:
    """Remembers where an account came in, once a day, and forgives its failures there."""
    digest, network = _digest(name), network_of(address)
    LoginFailure.objects.filter(name=digest, network=network).delete()
    known = KnownAddress.objects.filter(name=digest)
    if known.filter(network=network, last_at__gt=at - RENEWED, last_at__lte=at).exists():
        return
    KnownAddress.objects.update_or_create(name=digest, network=network, defaults={"last_at": at})
    KnownAddress.objects.filter(last_at__lt=at - KNOWN_FOR).delete()
    kept = known.order_by("-last_at").values_list("pk", flat=True)[:KNOWN_MOST]
    known.exclude(pk__in=list(kept)).delete()


def forget(*, name: str) -> None:
    """Forgives a name all its failures: an administrator unlocks it."""
    LoginFailure.objects.filter(name=_digest(name)).delete()


def api_wait(asker: object, *, is_costly: bool) -> int:
    """Seconds that a key or account must wait before it may ask the API; 0 for now."""
    wait = budgets.requests.take(asker, settings.KUANCHENG_API_RATE)
    if not wait and is_costly:
        wait = budgets.costly.take(asker, settings.KUANCHENG_COSTLY_RATE)
    return _noted("api", asker, "接口请求太频繁", wait)


def costly_wait(asker: object) -> int:
    """Seconds that an account must wait before the next export or search; 0 for now."""
    wait = budgets.costly.take(asker, settings.KUANCHENG_COSTLY_RATE)
    return _noted("costly", asker, "导出、搜索太频繁", wait)


def stranger_wait(address: str | None) -> int:
    """Seconds that an address must wait that was just refused, for want of a key or a token."""
    network = network_of(address)
    wait = budgets.strangers.take(network, settings.KUANCHENG_STRANGER_RATE)
    return _noted("stranger", network, "没有有效密钥的请求太多", wait)


def _read(failures: LoginFailureQuerySet) -> list[Failure]:
    return [Failure(*row) for row in failures.values_list("at", "name")[:LOOKED_AT]]


def _digest(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    return salted_hmac("kuancheng.throttles", plain).hexdigest()


def _noted(rule: str, asker: object, words: str, wait: float) -> int:
    if not wait:
        return 0
    seconds = max(1, ceil(wait))
    _note(rule, asker, "", words, seconds)
    return seconds


def _note(rule: str, asker: object, name: str, words: str, seconds: int) -> None:
    """One entry a minute of one asker: an attack does not fill the log with itself."""
    if budgets.noted.take((rule, asker), 1):
        return
    record_failure(
        Act.THROTTLED,
        name=name,
        words=f"{words}，请其 {seconds} 秒后再试。",
        detail={"rule": rule, "seconds": seconds},
        outcome=Outcome.REFUSED,
    )
