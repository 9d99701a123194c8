"""What goes with a file that is handed out, and what its name cannot do."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client

from kuancheng.access.roles import READER
from projects.models import MilestoneEvidence
from projects.services.evidence import attach_evidence
from tests import factories
from tests.projects import uploads

pytestmark = pytest.mark.django_db

WORD = uploads.office(uploads.WORD)


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


def kept(name: str, data: bytes) -> MilestoneEvidence:
    milestone = factories.milestone(project=factories.project())
    [made] = attach_evidence(
        milestone=milestone, files=[uploads.upload(name, data)], actor=factories.system()
    )
    return made


@pytest.mark.parametrize(
    ("name", "data", "how"),
    [
        ("现场.jpg", uploads.picture(), "inline"),
        ("批复.pdf", uploads.PDF, "attachment"),
        ("纪要.docx", WORD, "attachment"),
    ],
)
def test_pictures_are_shown_the_rest_is_saved(
    reader: Client, name: str, data: bytes, how: str
) -> None:
    made = kept(name, data)
    found: Any = reader.get(f"/evidence/{made.token}/")
    assert found["Content-Type"] == made.content_type
    assert found["Content-Disposition"] == f"{how}; filename*=utf-8''{quote(name)}"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Cache-Control"] == "no-store"
    assert "sandbox" in found["Content-Security-Policy"]
    head: Any = reader.head(f"/evidence/{made.token}/")
    assert (head.status_code, head["Content-Length"]) == (200, str(made.size))
    assert b"".join(head.streaming_content) == b""


def test_name_cannot_write_headers_or_leave_its_folder(reader: Client) -> None:
    made = kept('../../a"\r\nSet-Cookie: x=1; b.pdf', uploads.PDF)
    found: Any = reader.get(f"/evidence/{made.token}/")
    assert "Set-Cookie" not in found
    assert not {"\r", "\n"} & set(found["Content-Disposition"])
    assert found["Content-Disposition"] == 'attachment; filename="a Set-Cookie x=1 b.pdf"'
    assert made.file.name == f"{made.token.hex[:2]}/{made.token.hex}"


def test_document_has_no_small_copy(reader: Client) -> None:
    made = kept("批复.pdf", uploads.PDF)
    assert reader.get(f"/evidence/{made.token}/?size=thumb").status_code == 404


def test_file_that_is_gone_from_the_disk_is_not_found(reader: Client) -> None:
    made = kept("批复.pdf", uploads.PDF)
    made.file.storage.delete(str(made.file.name))
    assert reader.get(f"/evidence/{made.token}/").status_code == 404


def test_account_without_the_right_learns_nothing(client: Client) -> None:
    made = kept("批复.pdf", uploads.PDF)
    client.force_login(factories.user())
    assert client.get(f"/evidence/{made.token}/").status_code == 404


class TestApi:
    def test_milestone_leads_to_its_file_whatever_is_accepted(self, api: Client) -> None:
        made = kept("批复.pdf", uploads.PDF)
        [row] = api.get("/api/v1/milestones/").json()["results"]
        [told] = row["evidence"]
        assert told["url"] == f"http://testserver/api/v1/evidence/{made.token}/"
        found: Any = api.get(told["url"], headers={"accept": "image/*"})
        assert (found.status_code, b"".join(found.streaming_content)) == (200, uploads.PDF)

    def test_nobody_fetches_without_a_key_or_what_is_not_there(
        self, client: Client, api: Client
    ) -> None:
        made = kept("批复.pdf", uploads.PDF)
        assert client.get(f"/api/v1/evidence/{made.token}/").status_code == 401
        assert api.get(f"/api/v1/evidence/{uuid4()}/").status_code == 404
        assert api.get("/api/v1/evidence/1/").status_code == 404

    @pytest.mark.parametrize("count", [1, 30])
    def test_rows_with_evidence_ask_the_same_number_of_questions(
        self, api: Client, count: int, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(count):
            kept("批复.pdf", uploads.PDF)
        with django_assert_max_num_queries(16):
            rows = api.get("/api/v1/milestones/").json()["results"]
        assert all(len(row["evidence"]) == 1 for row in rows)
