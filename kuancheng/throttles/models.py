"""Failed logins of the last half hour, and addresses from which accounts have come in."""

from datetime import datetime
from typing import Self

from django.db import models

from kuancheng.throttles.rules import SKEW, WINDOW


class LoginFailureQuerySet(models.QuerySet["LoginFailure"]):
    """Failures by when they happened."""

    def counting(self, at: datetime) -> Self:
        """Those that count at a moment: of the last half hour, and of no other clock's future."""
        return self.filter(at__gt=at - WINDOW, at__lte=at + SKEW)

    def spent(self, at: datetime) -> Self:
        """Those that count no longer."""
        return self.exclude(at__gt=at - WINDOW, at__lte=at + SKEW)


class LoginFailure(models.Model):
    """A login that failed. The name is a digest: people type their passwords into its field."""

    at = models.DateTimeField("时间", db_index=True)
    name = models.CharField("登录名摘要", max_length=64, db_index=True)
    network = models.CharField("来源", max_length=50, db_index=True)

    objects = LoginFailureQuerySet.as_manager()

    class Meta:
        verbose_name = "登录失败"
        verbose_name_plural = "登录失败"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.network} {self.at:%Y-%m-%d %H:%M:%S}"


class KnownAddress(models.Model):
    """An address from which an account has come in with its password."""

    name = models.CharField("登录名摘要", max_length=64)
    network = models.CharField("来源", max_length=50, db_index=True)
    last_at = models.DateTimeField("最近登录")

    class Meta:
        verbose_name = "登录过的地址"
        verbose_name_plural = "登录过的地址"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["name", "network"], name="known_address_once"),
        ]

    def __str__(self) -> str:
        return self.network
