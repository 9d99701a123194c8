"""Columns that every record may have."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from kuancheng import clock


class ClockField(models.DateTimeField):
    """A moment that is written on creation (`auto_now_add`) or on every save (`auto_now`).

    It is the site's moment, on the pinned day where one is pinned; Django's own field would write
    the computer's. What is written on every save grows with each of them.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime | None:
        if not (self.auto_now or (self.auto_now_add and add)):
            moment: datetime | None = super().pre_save(model_instance, add)
            return moment
        before: datetime | None = None if add else getattr(model_instance, self.attname)
        now = clock.not_before(before + datetime.resolution) if before else clock.now()
        setattr(model_instance, self.attname, now)
        return now

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """To the database and to migrations it is a plain one."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.DateTimeField", arguments, options


def account_field(label: str, **more: Any) -> Any:
    """Whose act it was: nobody edits it, and the account stays while it is named."""
    usual: dict[str, Any] = {
        "on_delete": models.PROTECT,
        "editable": False,
        "related_name": "+",
    }
    return models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=label, **usual | more)
