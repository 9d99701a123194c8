"""The word with the scanner: what is sent, what each answer means, and what silence means."""

from io import BytesIO
from pathlib import Path

import pytest

from kuancheng.files import clamd
from kuancheng.files.clamd import Clamd, ScannerDown, TooLargeToScan
from tests.files.scanner import scanner


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("tcp://127.0.0.1:3310", Clamd(host="127.0.0.1", port=3310)),
        ("tcp://clamav.example.gov.cn:3310", Clamd(host="clamav.example.gov.cn", port=3310)),
        ("tcp://[::1]:3310", Clamd(host="::1", port=3310)),
        ("unix:/run/clamav/clamd.ctl", Clamd(path="/run/clamav/clamd.ctl")),
    ],
)
def test_address_is_read(address: str, known: Clamd) -> None:
    assert Clamd.at(address) == known


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:3310", "tcp:127.0.0.1:3310", "tcp://:3310", "tcp://a", "tcp://a:0", "tcp://a:99999",
     "tcp://a:x", "unix:relative", "unix:", "http://a:1", ""],
)  # fmt: skip
def test_other_addresses_are_not(address: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Clamd.at(address)


def test_whole_file_is_shown_in_pieces_and_left_at_its_beginning() -> None:
    content = bytes(range(256)) * 1_000
    stream = BytesIO(content)
    stream.seek(7)
    with scanner() as there:
        assert Clamd.at(there.address).scan(stream) == ""
    assert (there.seen, stream.tell()) == ([content], 0)


def test_scanner_on_a_unix_socket_is_asked_too(tmp_path: Path) -> None:
    with scanner(str(tmp_path / "clamd")) as there:
        assert Clamd.at(there.address).scan(BytesIO(b"x")) == ""
    assert there.seen == [b"x"]


def test_what_was_found_is_named() -> None:
    with scanner() as there:
        there.answer = b"stream: Eicar-Test-Signature FOUND\0"
        assert Clamd.at(there.address).scan(BytesIO(b"x")) == "Eicar-Test-Signature"


def test_file_that_is_too_large_for_it_is_told_apart() -> None:
    with scanner() as there:
        there.most = 100_000
        with pytest.raises(TooLargeToScan):
            Clamd.at(there.address).scan(BytesIO(bytes(3_000_000)))


@pytest.mark.parametrize("answer", [None, b"\0", b"stream: what? ERROR\0", b"no end", b"OK FINE\0"])
def test_any_other_answer_is_none(answer: bytes | None) -> None:
    with scanner() as there:
        there.answer = answer
        asked = Clamd.at(there.address)
        with pytest.raises(ScannerDown):
            asked.scan(BytesIO(b"x"))


def test_scanner_that_is_not_there_is_down(tmp_path: Path) -> None:
    with scanner() as there:
        gone = there.address
    for address in (gone, f"unix:{tmp_path}/nobody"):
        with pytest.raises(ScannerDown):
            Clamd.at(address).scan(BytesIO(b"x"))


def test_scanner_that_does_not_answer_in_time_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(clamd, "ANSWERING", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ScannerDown):
            Clamd.at(address).scan(BytesIO(b"x"))
