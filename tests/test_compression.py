"""Pages travel compressed and are the same when unpacked; the API's answers are left alone."""

import gzip

import pytest
from django.test import Client

from kuancheng.access.roles import READER
from tests import factories

pytestmark = pytest.mark.django_db
PACKED = {"accept-encoding": "gzip, br"}


def test_page_is_compressed_where_the_browser_takes_it(client: Client) -> None:
    client.force_login(factories.user(READER))
    plain, packed = client.get("/rules/"), client.get("/rules/", headers=PACKED)
    assert not plain.has_header("Content-Encoding")
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert "亮灯规则" in gzip.decompress(packed.content).decode()


def test_length_of_the_same_page_differs(client: Client) -> None:
    """What is guessed into a page cannot be read off its compressed length."""
    answers = [client.get("/login/", headers=PACKED) for _ in range(12)]
    assert all(each["Content-Encoding"] == "gzip" for each in answers)
    assert len({len(each.content) for each in answers}) > 3


def test_api_answer_is_plain_and_its_validator_strong(api: Client) -> None:
    answer = api.get("/api/v1/projects/", headers=PACKED)
    assert answer.status_code == 200
    assert not answer.has_header("Content-Encoding")
    assert answer["ETag"].startswith('"')
    again = api.get("/api/v1/projects/", headers={**PACKED, "if-none-match": answer["ETag"]})
    assert again.status_code == 304
