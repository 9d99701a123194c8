#!/usr/bin/env python
"""Django's command line for the key-project tracking system."""

import os
import sys

from django.core.management import execute_from_command_line

from kuancheng.audit.origin import commanded
from kuancheng.audit.waiting import holding

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kuancheng.settings")
    with holding(), commanded():
        execute_from_command_line(sys.argv)
