"""The test site's settings for a process beside the tests: their folders instead of its own."""

import os

from tests.settings import *  # noqa: F403

KUANCHENG_JOBS = os.environ["KUANCHENG_JOBS"]
KUANCHENG_JOB_LEASE = float(os.environ["TEST_JOB_LEASE"])
STORAGES["sheets"]["OPTIONS"]["location"] = os.environ["TEST_UPLOADS"]  # type: ignore[index] # noqa: F405
