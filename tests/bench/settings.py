"""The site's settings under the bench: as in use, but for plain static file names."""

import warnings

from tests.settings import *  # noqa: F403

warnings.filterwarnings("ignore", "No directory at")  # static files are not collected here
DEBUG = False
ALLOWED_HOSTS = ["testserver"]
