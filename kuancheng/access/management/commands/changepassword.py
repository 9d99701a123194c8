"""`manage.py changepassword`: Django's, and what the audit learns of it."""

from typing import Any

from django.contrib.auth.management.commands.changepassword import Command as Django

from kuancheng.access.auditing import note_password
from kuancheng.access.models import User


class Command(Django):
    """Sets somebody's password at the machine."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        said = super().handle(*args, **options)
        if said and (user := User.objects.filter(username=options["username"]).first()):
            note_password(user, by=None)
        return said
