"""The sealed log reaches the collector in order, through its outages, and is never left out."""

import re
import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kuancheng.audit.chain import forwarding, keeping
from kuancheng.audit.chain.forwarding import Forwarder, forward
from kuancheng.audit.chain.links import chain_end
from kuancheng.audit.chain.sealing import seal
from kuancheng.audit.chain.standing import standing
from kuancheng.audit.chain.syslog import Collector
from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.recording import record_failure
from tests.audit.chain.chains import entries, sealed
from tests.audit.chain.collectors import Certificates, Heard, listening, make_certificates

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: `apt install openssl`")
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def heard() -> Iterator[Heard]:
    """A collector on this machine, not over TLS."""
    with listening() as collector:
        yield collector


def plain(heard: Heard) -> Collector:
    return Collector("127.0.0.1", heard.port, tls=False)


def places(heard: Heard) -> list[int]:
    return [int(re.findall(r' place="(\d+)"', each)[0]) for each in heard.messages]


def serving(certificates: Certificates, *, asks: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.collector)
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(certificates.authority)
    return context


def test_the_log_goes_over_tls_with_its_places_and_digests(certificates: Certificates) -> None:
    sealed(3)
    with listening(serving(certificates)) as heard:
        collector = Collector("127.0.0.1", heard.port, authority=certificates.authority)
        assert (forward(collector), forward(collector)) == (3, 0)
    assert places(heard) == [1, 2, 3]
    last = heard.messages[-1]
    assert f'digest="{chain_end().digest}"' in last
    assert 'act="file.exported"' in last
    assert r'detail="{\"rows\": 3, \"filter\": {\"light\": \"red\"}}"' in last
    assert last.endswith("\ufeff周敏 导出 周敏 成功：导出第 3 份")


def test_a_collector_that_asks_is_shown_our_certificate(certificates: Certificates) -> None:
    sealed(1)
    with listening(serving(certificates, asks=True)) as heard:
        collector = Collector(
            "127.0.0.1", heard.port, True, certificates.authority, certificates.client
        )
        assert forward(collector) == 1
    assert "client" in heard.clients[0]


def test_a_collector_that_nobody_vouches_for_hears_nothing(
    certificates: Certificates, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    sealed(1)
    with listening(serving(certificates)) as heard:
        settings.KUANCHENG_SYSLOG = Collector("127.0.0.1", heard.port)
        assert Forwarder().turn() == 0
    assert heard.stream == b""
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
    assert standing().waiting == 1


def test_what_was_sealed_since_follows(heard: Heard) -> None:
    sealed(2)
    forward(plain(heard))
    entries(1)
    seal()
    assert forward(plain(heard)) == 1
    assert places(heard) == [1, 2, 3]


def test_many_go_in_batches_and_a_turn_has_an_end(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarding, "BATCH", 2)
    sealed(5)
    assert forward(plain(heard)) == 5
    assert heard.connections == 3
    monkeypatch.setattr(forwarding, "LONGEST", -1)
    entries(1)
    seal()
    assert forward(plain(heard)) == 0


def test_what_a_collector_did_not_read_to_its_end_is_sent_again(heard: Heard) -> None:
    sealed(200)
    heard.reset_after = 1
    with pytest.raises(OSError, match=r"."):
        forward(plain(heard))
    assert keeping.read_head(keeping.FORWARDED) == keeping.NOTHING
    heard.stream = b""
    assert forward(plain(heard)) == 200
    assert places(heard) == list(range(1, 201))


def test_an_outage_is_waited_out_and_told_of_once(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    moment = [1000.0]
    monkeypatch.setattr(forwarding.time, "monotonic", lambda: moment[0])
    with listening() as gone:
        pass
    settings.KUANCHENG_SYSLOG = plain(gone)
    forwarder = Forwarder()
    sealed(2)
    pauses = []
    for _ in range(8):
        assert forwarder.turn() == 0
        pauses.append(forwarder._pause)
        moment[0] += 1
        assert forwarder.turn() == 0, "not tried before its time"
        moment[0] += forwarder._pause
    assert pauses == [10, 20, 40, 80, 160, 300, 300, 300]
    assert [each.levelname for each in caplog.records] == ["ERROR"]
    with listening(port=gone.port) as back:
        assert forwarder.turn() == 2
    assert places(back) == [1, 2]
    assert "重新开始转发" in caplog.text


def test_after_a_restore_the_whole_chain_is_sent_again(heard: Heard) -> None:
    sealed(3)
    keeping.write(keeping.FORWARDED, {"place": 2, "digest": "0" * 64})
    assert forward(plain(heard)) == 3
    assert keeping.read_head(keeping.FORWARDED) == chain_end()


def test_one_process_forwards_at_a_time(heard: Heard) -> None:
    sealed(1)
    with keeping.locked("forwarding"):
        assert forward(plain(heard)) == 0
    assert forward(plain(heard)) == 1


def test_a_failure_is_a_warning_and_names_what_was_tried(heard: Heard) -> None:
    record_failure(Act.LOGIN_FAILED, name='x"]')
    record_failure(Act.DECIDED, outcome=Outcome.REFUSED)
    seal()
    forward(plain(heard))
    assert all(each.startswith("<108>1 ") for each in heard.messages)
    assert r'tried="x\"\]"' in heard.messages[0]
    assert heard.messages[0].endswith('x"] 登录失败 失败')


def test_nothing_is_forwarded_where_nothing_is_set(settings: Any, tmp_path: Path) -> None:
    sealed(1)
    assert Forwarder().turn() == 0
    assert standing().waiting is None
