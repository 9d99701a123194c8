"""`manage.py createsuperuser`: Django's, and what the audit learns of it."""

from typing import Any

from django.contrib.auth.management.commands.createsuperuser import Command as Django
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.audit.choices import Act
from kuancheng.audit.recording import record


class Command(Django):
    """Makes an account that may do everything; the entry stands or falls with it."""

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            known = set(User.objects.values_list("pk", flat=True))
            super().handle(*args, **options)
            for made in User.objects.exclude(pk__in=known):
                record(Act.ACCOUNT_CREATED, subject=made, words=f"新建超级账号“{made.username}”")
