"""`python -m tests.guard`: tries every address as every account on the demo, and writes the table anew.

`make soak` runs the long form: several records of a kind, every step, each method. Read the difference before committing it: each cell that changed is a right that somebody got or lost.
"""

import json
import logging
import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """0 when nothing leaked."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.test.utils import setup_test_environment

    from tests import databases

    setup_test_environment(debug=False)
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    with (
        tempfile.TemporaryDirectory(prefix="kuancheng-guard-") as folder,
        databases.of_the_run(Path(folder), "guard", 1),
        databases.demo(),
    ):
        from tests.guard import matrix

        found = matrix.all_tried()
        matrix.TABLE.write_text(
            json.dumps(matrix.rows(found), ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        leaks = [leak for each in found.values() for leak in each.leaks]
        print(*leaks, sep="\n")
        print(matrix.summary(found), f"→ {matrix.TABLE}", sep="\n")
        return min(1, len(leaks))


if __name__ == "__main__":
    sys.exit(main())
