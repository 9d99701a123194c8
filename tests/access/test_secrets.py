"""No secret stands in a log in full."""

import io
import logging
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from kuancheng.access.models import ApiKey, DisplayToken
from kuancheng.access.roles import READER
from kuancheng.access.secrets import SHOWN, MaskedFormatter, masked
from tests import factories


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Forbidden: /screen/kd_aB3-5_7890/now/", "Forbidden: /screen/kd_aB3-5…/now/"),
        ("Bearer kc_abcdefghij", "Bearer kc_abcde…"),
        ("kd_abcdefgh kd_12345678", "kd_abcde… kd_12345…"),
        ("/screen/now/", "/screen/now/"),
        ("kd_abcde", "kd_abcde"),
    ],
)
def test_secret_is_masked_but_for_its_beginning(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.django_db
def test_every_secret_that_is_issued_is_masked() -> None:
    record, token = DisplayToken.issue(name="大屏")
    _, key = ApiKey.issue(user=factories.user(READER), name="取数", scope="read")
    assert masked(f"{token} {key}") == f"{record.prefix}… {key[:SHOWN]}…"


@pytest.mark.django_db
def test_refused_address_is_logged_without_its_token(client: Client) -> None:
    record, token = DisplayToken.issue(name="大屏")
    record.revoke()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(MaskedFormatter("{message}", style="{"))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        client.get(f"/screen/{token}/now/")
        client.get(f"/screen/{token}/elsewhere/")
    finally:
        logger.removeHandler(handler)
    lines = stream.getvalue().splitlines()
    assert lines[0] == f"Forbidden: /screen/{token[:SHOWN]}…/now/"
    assert len(lines) == 2
    assert token not in stream.getvalue()


def test_traceback_is_masked_too() -> None:
    try:
        raise ValueError("kd_abcdefghijk")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "broke", (), None)
        record.exc_info = sys.exc_info()
    text = MaskedFormatter("%(message)s").format(record)
    assert "ValueError: kd_abcde…" in text


def test_every_handler_of_the_site_masks() -> None:
    log: dict[str, Any] = settings.LOGGING
    for handler in log["handlers"].values():
        formatter = log["formatters"][handler["formatter"]]
        assert formatter["()"] == "kuancheng.access.secrets.MaskedFormatter"
