"""A kind of notice of the tests' own, and people who are told."""

from typing import Any

import pytest

from kuancheng.access.models import User
from kuancheng.access.roles import READER
from kuancheng.notices import kinds
from kuancheng.notices.kinds import NoticeKind
from tests import factories
from tests.notices.telling import LETTER, PLAIN


@pytest.fixture(autouse=True)
def _kinds_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, NoticeKind] = dict(kinds._kinds)
    monkeypatch.setattr(kinds, "_kinds", known)
    kinds.register(PLAIN, LETTER)


@pytest.fixture
def post(settings: Any) -> list[Any]:
    """The site sends mails; what it sent."""
    from django.core import mail

    settings.EMAIL_HOST = "mail.example.gov.cn"
    settings.KUANCHENG_URL = "https://zd.example.gov.cn"
    return mail.outbox


@pytest.fixture
def person(db: None) -> User:
    """With an address."""
    return factories.user(READER, email="jia@example.gov.cn", full_name="甲")
