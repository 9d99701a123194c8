"""The one place that every uploaded file passes: scanned for viruses, and noted where it is refused."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.conf import settings

from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.recording import record_failure
from kuancheng.files.clamd import Clamd, ScannerDown, TooLargeToScan
from kuancheng.files.refusal import Refused

log = logging.getLogger("kuancheng.files")

INFECTED = "文件里查出病毒（{}），没有保存。请先在本机杀毒，再上传。"
SCANNER_DOWN = "没有保存：病毒检查暂时不可用，请稍后再试；一直不行请告诉系统管理员。"
TOO_LARGE_TO_SCAN = "文件超过病毒检查能处理的大小，没有保存。请压缩或拆分后再上传。"


@contextmanager
def at_gate(stream: IO[bytes], *, what: str, name: str, actor: Any) -> Iterator[None]:
    """Scans a file, then lets it be looked at; a refusal from either is noted in the audit log.

    `what` says what it was to be (“佐证”), `name` what it was called.
    """
    try:
        _scan(stream)
        yield
    except Refused as refused:
        record_failure(
            Act.FILE_REFUSED,
            actor=actor,
            subject=f"{what} {name}"[:200],
            words=str(refused),
            detail=_traces(stream),
            outcome=Outcome.REFUSED,
        )
        raise


def _scan(stream: IO[bytes]) -> None:
    if not settings.KUANCHENG_CLAMD:
        return
    try:
        found = Clamd.at(settings.KUANCHENG_CLAMD).scan(stream)
    except ScannerDown as error:
        log.error("病毒检查（%s）没有答复：%s", settings.KUANCHENG_CLAMD, error)
        raise Refused(SCANNER_DOWN) from error
    except TooLargeToScan:
        raise Refused(TOO_LARGE_TO_SCAN) from None
    if found:
        raise Refused(INFECTED.format(found[:100]))


def _traces(stream: IO[bytes]) -> dict[str, Any]:
    """By what the file can be known again, though it was not kept."""
    stream.seek(0)
    size, digest = 0, hashlib.sha256()
    while piece := stream.read(2**20):
        size += len(piece)
        digest.update(piece)
    stream.seek(0)
    return {"size": size, "sha256": digest.hexdigest()}
