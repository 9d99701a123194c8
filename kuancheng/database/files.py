"""Files beside the database: each is there whole, or not at all."""

from contextlib import suppress
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Leaves nothing of a file that could not be written to its end, the disk being full."""

    def _save(self, name: str, content: File) -> str:
        there_before = self.exists(name)
        try:
            return super()._save(name, content)  # type: ignore[misc]
        except OSError:
            if not there_before:
                with suppress(OSError):
                    Path(self.path(name)).unlink(missing_ok=True)
            raise
