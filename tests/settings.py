"""The site's settings under test: development's, on the pinned day, with cheap password hashes."""

import os
from tempfile import TemporaryDirectory

os.environ["DEBUG"] = "1"
os.environ["KUANCHENG_TODAY"] = "2024-10-15"

from kuancheng.settings import *  # noqa: F403

# A suite asks in minutes what people ask in a day; tests of the limits set their own.
KUANCHENG_API_RATE = KUANCHENG_COSTLY_RATE = KUANCHENG_STRANGER_RATE = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

_EVIDENCE = TemporaryDirectory(prefix="kuancheng-evidence-")
STORAGES["evidence"]["OPTIONS"]["location"] = _EVIDENCE.name  # type: ignore[index] # noqa: F405

_JOBS = TemporaryDirectory(prefix="kuancheng-jobs-")
KUANCHENG_JOBS = _JOBS.name

_AUDIT = TemporaryDirectory(prefix="kuancheng-audit-")
KUANCHENG_AUDIT = _AUDIT.name
KUANCHENG_SYSLOG = None
