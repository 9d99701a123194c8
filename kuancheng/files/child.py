"""The other side of `isolated`, run as a program: limits itself, reads one file, says what it found.

Standard input is the file, standard output a file of lines. Nothing but the standard library is
loaded before the limits hold, and nothing of Django at all.
"""

import errno
import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

END, REFUSED = "end", "refused"
"""What the last line says: it is the whole, or there are sentences instead."""

OUT_OF_MEMORY, TOO_LONG_OUTPUT, STUMBLED, UNLIMITED = 71, 72, 73, 74
"""How the program ends when it could not say."""


def limit(order: Mapping[str, Any]) -> None:
    """Holds this process to its order for good: memory, CPU, output, no new processes, no core."""
    import resource

    seconds = order["cpu"]
    for kind, soft, hard in (
        (resource.RLIMIT_AS, order["memory"], order["memory"]),
        (resource.RLIMIT_CPU, seconds, seconds + 1),
        (resource.RLIMIT_FSIZE, order["output"], order["output"]),
        (resource.RLIMIT_NOFILE, 64, 64),
        (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(kind, (soft, hard))


def main(given: str) -> int:
    """Reads the file by the task that the order names; the exit code."""
    order = json.loads(given)
    try:
        limit(order)
    except (ImportError, OSError, ValueError) as error:
        sys.stderr.write(f"no limits on this system: {error!r}\n")
        return UNLIMITED
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    try:
        _read(order)
    except MemoryError:
        return OUT_OF_MEMORY
    except OSError as error:
        if error.errno == errno.ENOMEM:
            return OUT_OF_MEMORY
        if error.errno == errno.EFBIG:
            return TOO_LONG_OUTPUT
        raise
    return 0


def _read(order: Mapping[str, Any]) -> None:
    from kuancheng.files.plain import to_line
    from kuancheng.files.refusal import Refused

    module, _, name = order["task"].partition(":")
    task = getattr(importlib.import_module(module), name)
    with open(0, "rb") as source, open(1, "wb") as target:
        try:
            for each in task(source, **order["arguments"]):
                target.write(to_line(each))
            target.write(to_line({END: True}))
        except Refused as refused:
            target.write(to_line({REFUSED: list(refused.sentences)}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
