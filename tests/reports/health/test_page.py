"""运行状况: probes learn names and codes, whoever looks after the machine what to do."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.readiness import registry
from kuancheng.readiness.registry import Check, Finding, State
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = "磁盘满了，请清理。"


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    registry.look_again()
    yield
    registry.look_again()


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Any:
    def put(state: State, code: str = "full") -> None:
        def look(now: datetime) -> Finding:
            return Finding(state, code, WORDS)

        monkeypatch.setattr(registry, "_checks", {"disk": Check("disk", "存储空间", look)})
        registry.look_again()

    return put


class TestProbes:
    """`/healthz` and `/readyz`, for anybody."""

    def test_process_answers_without_asking_the_database(
        self, client: Client, django_assert_num_queries: Any
    ) -> None:
        client.force_login(factories.user(READER))
        with django_assert_num_queries(0):
            answer = client.get("/healthz?probe=1")
        assert (answer.status_code, answer.content) == (200, b"ok")
        assert not answer.cookies

    @pytest.mark.parametrize("address", ["/healthz", "/readyz"])
    def test_health_has_no_past_and_says_so(self, client: Client, address: str) -> None:
        answer = client.get(address, {"as_of": "2024-08-31"})
        assert answer.status_code == 400
        assert answer.text == "健康检查只回答此刻，不能问 as_of。"
        assert client.post(address).status_code == 405

    def test_every_check_of_the_house_is_there(self, client: Client) -> None:
        body = client.get("/readyz").json()
        names = [each["name"] for each in body["checks"]]
        assert names == [
            "database",
            "disk",
            "backup",
            "queue",
            "clock",
            "writers",
            "daily_run",
            "audit",
        ]
        assert body["checks"][0]["state"] == "ok"

    @pytest.mark.parametrize(
        ("state", "status", "strict"),
        [
            (State.OK, 200, 200),
            (State.UNKNOWN, 200, 200),
            (State.WARNING, 200, 503),
            (State.DOWN, 503, 503),
        ],
    )
    def test_status_says_whether_to_send_requests(
        self, client: Client, found: Any, state: State, status: int, strict: int
    ) -> None:
        found(state)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["ready"]) == (status, state is not State.DOWN)
        assert client.get("/readyz?strict=1").status_code == strict
        assert not answer.cookies

    @pytest.mark.parametrize(
        ("address", "said", "told"),
        [
            ("127.0.0.1", {}, True),
            ("::1", {}, True),
            ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, False),
            ("127.0.0.1", {"x-forwarded-proto": "https"}, False),
            ("203.0.113.9", {}, False),
        ],
    )
    def test_what_to_do_is_told_at_the_machine_only(
        self, client: Client, found: Any, address: str, said: dict[str, str], told: bool
    ) -> None:
        found(State.DOWN)
        answer = client.get("/readyz", headers=said, REMOTE_ADDR=address)
        assert (WORDS in answer.content.decode()) is told
        assert answer.json()["checks"][0]["code"] == "full"

    @pytest.mark.parametrize(
        ("role", "told"), [(SYSTEM_ADMIN, True), (AUDITOR, True), (REVIEWER, False)]
    )
    def test_and_to_whoever_looks_after_it(
        self, client: Client, found: Any, role: str, told: bool
    ) -> None:
        found(State.DOWN)
        client.force_login(factories.user(role))
        answer = client.get("/readyz", REMOTE_ADDR="203.0.113.9")
        assert (WORDS in answer.content.decode()) is told

    def test_probe_is_not_sent_to_https_and_the_host_is_checked(
        self, client: Client, settings: Any
    ) -> None:
        settings.SECURE_SSL_REDIRECT = True
        settings.ALLOWED_HOSTS = ["testserver"]
        for address in ("/healthz", "/readyz"):
            assert client.get(address).status_code in {200, 503}
        assert client.get("/status/").status_code == 301

    def test_without_a_database_it_answers_503_all_the_same(
        self, client: Client, found: Any
    ) -> None:
        client.force_login(factories.user(SYSTEM_ADMIN))
        registry._checks.clear()
        found(State.DOWN, "unreachable")
        registry._checks["database"] = registry._checks.pop("disk").__class__(
            "database", "数据库", lambda now: Finding(State.DOWN, "unreachable", WORDS)
        )
        registry.look_again()
        answer = client.get("/readyz", REMOTE_ADDR="203.0.113.9")
        assert answer.status_code == 503
        assert WORDS not in answer.content.decode()


class TestPage:
    """The same for people."""

    @pytest.mark.parametrize(
        ("role", "status"),
        [(SYSTEM_ADMIN, 200), (AUDITOR, 200), (REVIEWER, 403), (REPORTER, 403), (READER, 403)],
    )
    def test_is_for_whoever_looks_after_the_machine(
        self, client: Client, role: str, status: int
    ) -> None:
        client.force_login(factories.user(role))
        assert client.get("/status/").status_code == status
        assert ("运行状况" in client.get("/help/terms/").text) is (status == 200)

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (State.OK, "正常"),
            (State.WARNING, "系统可以使用，有需要处理的地方"),
            (State.DOWN, "有不可用的地方"),
            (State.UNKNOWN, "不清楚"),
        ],
    )
    def test_says_what_to_do(self, client: Client, found: Any, state: State, words: str) -> None:
        found(state)
        client.force_login(factories.user(SYSTEM_ADMIN))
        text = client.get("/status/").text
        assert words in text
        assert WORDS in text

    def test_has_no_past(self, client: Client) -> None:
        client.force_login(factories.user(SYSTEM_ADMIN))
        answer = client.get("/status/?as_of=2024-08-31")
        assert answer.status_code == 400
        assert "运行状况只说此刻" in answer.text
