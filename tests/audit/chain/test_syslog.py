"""A line of syslog as RFC 5424 writes it, and addresses of collectors."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kuancheng.audit.chain.syslog import Collector, Message, Severity, parse_collector

AT = datetime(2024, 10, 15, 1, 2, 3, 45, tzinfo=UTC)


def test_a_message_is_as_the_rfc_writes_it() -> None:
    message = Message(
        AT, Severity.INFORMATIONAL, "entry.login", {"actor": "周敏"}, "周敏 登录 成功"
    )
    assert message.encoded("zd.example").decode() == (
        "<110>1 2024-10-15T01:02:03.000045Z zd.example kuancheng - entry.login "
        '[kuancheng@32473 actor="周敏"] \ufeff周敏 登录 成功'
    )


def test_values_are_escaped_and_names_of_hosts_printable() -> None:
    values = {"tried": 'a"b\\c]d'}
    message = Message(AT, Severity.WARNING, "登录", values, "").encoded("主 机").decode()
    assert message.startswith("<108>1 ")
    assert " ___ kuancheng - __ " in message
    assert r'tried="a\"b\\c\]d"]' in message


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("tls://log.example.gov.cn:7000", Collector("log.example.gov.cn", 7000)),
        ("tls://10.1.2.3", Collector("10.1.2.3", 6514)),
        ("tcp://127.0.0.1:1514", Collector("127.0.0.1", 1514, tls=False)),
        ("tcp://[::1]", Collector("::1", 514, tls=False)),
        ("tcp://localhost", Collector("localhost", 514, tls=False)),
    ],
)
def test_addresses_of_collectors(address: str, found: Collector) -> None:
    assert parse_collector(address) == found


def test_files_of_certificates_go_with_the_address() -> None:
    found = parse_collector("tls://a", "/etc/ca.pem", "/etc/own.pem")
    assert (found.authority, found.certificate) == (Path("/etc/ca.pem"), Path("/etc/own.pem"))


@pytest.mark.parametrize(
    "address",
    [
        "tcp://10.1.2.3:514",
        "udp://127.0.0.1:514",
        "tls://",
        "tls://a:port",
        "tls://a:99999",
        "tls://a/path",
        "tls://user@a",
        "log.example.gov.cn:6514",
    ],
)
def test_what_is_no_address_of_a_collector_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_collector(address)
