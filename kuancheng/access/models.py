"""Accounts and the keys by which other systems come in."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, AnonymousUser, UserManager
from django.db import models, transaction
from django.utils import timezone
from simple_history.models import HistoricalRecords

from kuancheng.access.secrets import DISPLAY_MARK, KEY_MARK, SHOWN
from kuancheng.audit.choices import Act
from kuancheng.audit.models import AuditEntry
from kuancheng.audit.recording import record
from kuancheng.clock import DRIFT
from kuancheng.database.faults import dispensable
from kuancheng.records.base import SiteHistory
from kuancheng.records.classes import DataClass


class AccountManager(UserManager["User"]):
    """Accounts of people, and the one of the system itself."""

    def system(self) -> "User":
        """In whose name loads and timed runs write. One query."""
        return self.get(is_system=True)


class User(SiteHistory, AbstractUser):
    """A person's account; what the account may do comes from its roles (groups).

    One account is nobody's: the system's own. It may do whatever a service lets anyone do, and
    nobody can be logged in as it: it is not active, has no password, and takes no key.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField("姓名", max_length=40, help_text="页面与留痕中显示的名字。")
    is_system = models.BooleanField("系统账号", default=False, editable=False)
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    _change_reason: str | None = None

    objects: ClassVar[AccountManager] = AccountManager()

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        ordering = ["username"]
        permissions = [("export_sensitive", "可导出敏感信息")]
        constraints = [
            models.UniqueConstraint(
                fields=["is_system"],
                condition=models.Q(is_system=True),
                name="user_one_system_account",
            ),
            models.CheckConstraint(
                condition=models.Q(is_system=False) | models.Q(is_active=False),
                name="user_system_account_never_logs_in",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def save(self, *args: Any, **options: Any) -> None:
        """A login alone is no change of the account, and makes no row of its history."""
        if options.get("update_fields") != ["last_login"]:
            return super().save(*args, **options)
        self.skip_history_when_saving = True
        try:
            return super().save(*args, **options)
        finally:
            del self.skip_history_when_saving

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return self.is_system or super().has_perm(perm, obj)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


def names_of_accounts() -> set[str]:
    """What every account is or was called. One query."""
    now = User.objects.order_by().values_list("full_name", flat=True)
    return set(now.union(User.history.order_by().values_list("full_name", flat=True)))


Visitor = User | AnonymousUser
"""Whoever asks: somebody with an account, or nobody yet, who may do nothing."""


class CredentialQuerySet(models.QuerySet[Any]):
    """Secrets by what they can still do."""

    def live(self, at: datetime) -> "CredentialQuerySet":
        """Those that are neither revoked nor expired at that moment."""
        unexpired = models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=at)
        # Used at a time that is yet to come: the clock was set back, and what had expired would open.
        past = models.Q(last_used_at__isnull=True) | models.Q(last_used_at__lte=at + DRIFT)
        return self.filter(unexpired, past, revoked_at__isnull=True)


class ApiKeyQuerySet(CredentialQuerySet):
    """Keys by what they can still do."""

    def live(self, at: datetime) -> CredentialQuerySet:
        """The same, of users that are active; not those that a second person has not confirmed."""
        return super().live(at).filter(user__is_active=True, waiting=False)


class Credential(models.Model):
    """A named secret that opens a door; only its digest is stored.

    It is 256 random bits, so one round of SHA-256 is enough: there is nothing to guess. All its
    times are the computer's own: on a site whose day is pinned it expires all the same.
    """

    name = models.CharField("名称", max_length=60)
    prefix = models.CharField("开头", max_length=12, editable=False)
    digest = models.CharField("摘要", max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("签发时间", auto_now_add=True)
    expires_at = models.DateTimeField("到期时间", null=True, blank=True)
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True, editable=False)
    last_used_ip = models.GenericIPAddressField("最近来源", null=True, blank=True, editable=False)
    history = HistoricalRecords(
        inherit=True, excluded_fields=["digest", "last_used_at", "last_used_ip"]
    )

    mark: ClassVar[str]
    """What it begins with, so that it is known by sight, and kept out of logs."""

    issued_act: ClassVar[Act] = Act.KEY_ISSUED
    revoked_act: ClassVar[Act] = Act.KEY_REVOKED

    issued: str = ""
    """The secret itself, until the page that shows it once is made."""

    class Meta:
        abstract = True
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name}（{self.prefix}…）"

    @staticmethod
    def digest_of(secret: str) -> str:
        """The form in which a secret is stored."""
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def _issue(cls, **fields: object) -> tuple[Self, str]:
        """Makes one. Returns the record and the secret, which cannot be read again."""
        secret = f"{cls.mark}{secrets.token_urlsafe(32)}"
        made = cls(**fields, prefix=secret[:SHOWN], digest=cls.digest_of(secret))
        made.full_clean()
        with transaction.atomic():
            made.save()
            record(cls.issued_act, subject=made, words=made.issued_words())
        return made, secret

    def revoke(self) -> None:
        """Ends it at once; a second call changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            with transaction.atomic():
                self.save(update_fields=["revoked_at"])
                record(self.revoked_act, subject=self, words=f"吊销{self._meta.verbose_name}")

    def note_use(self, ip: str | None, at: datetime) -> None:
        """Records when and from where it was used, at most once a minute, and each new address."""
        moved = ip != self.last_used_ip
        if moved or self.last_used_at is None or at - self.last_used_at > timedelta(minutes=1):
            own = type(self)._default_manager.filter(pk=self.pk)
            with dispensable():
                own.update(last_used_at=at, last_used_ip=ip)
        if moved and ip:
            with dispensable():
                self._note_address(ip, is_first=self.last_used_ip is None)

    def issued_words(self) -> str:
        """What the audit says of its issue."""
        ends = timezone.localtime(self.expires_at) if self.expires_at else None
        return f"签发{self._meta.verbose_name}，{f'{ends:%Y-%m-%d} 到期' if ends else '不到期'}"

    def _note_address(self, ip: str, *, is_first: bool) -> None:
        """Who holds it now may be another: the audit is told of an address that it has not seen."""
        seen = AuditEntry.objects.filter(
            subject_type=self._meta.label_lower,
            subject_id=str(self.pk),
            act=Act.KEY_NEW_ADDRESS,
            address=ip,
        )
        if is_first or not seen.exists():
            words = f"{self._meta.verbose_name}首次从这个地址使用"
            record(Act.KEY_NEW_ADDRESS, subject=self, words=words)


class ApiKey(Credential):
    """A named key of an account for `Authorization: Bearer`."""

    class Scope(models.TextChoices):
        READ = "read", "只读"
        WRITE = "write", "读写"

    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys", verbose_name="账号")
    name = models.CharField("名称", max_length=60, help_text="用在哪个系统，例如“市平台取数”。")
    scope = models.CharField("范围", max_length=8, choices=Scope, default=Scope.READ)
    waiting = models.BooleanField("待确认", default=False, editable=False)
    """Whether a second person has yet to confirm it; until then it opens nothing."""
    reads = models.CharField(
        "可读到",
        max_length=9,
        choices=DataClass,
        default=DataClass.INTERNAL,
        help_text="公开：名称、编号、地址、阶段；内部：加上金额、亮灯、节点、事项等，人名只留姓；"
        "敏感：再加上人名、佐证和通报文件。够用就好。",
    )

    mark = KEY_MARK

    objects = ApiKeyQuerySet.as_manager()

    class Meta(Credential.Meta):
        verbose_name = "接口密钥"
        verbose_name_plural = "接口密钥"

    def issued_words(self) -> str:
        return f"以“{self.user}”的名义{super().issued_words()}，{self.get_scope_display()}"

    @classmethod
    def issue(
        cls,
        *,
        user: User,
        name: str,
        scope: str,
        reads: str = DataClass.INTERNAL,
        expires_at: datetime | None = None,
    ) -> tuple["ApiKey", str]:
        """Makes a key. Returns the record and the key itself, which cannot be read again."""
        return cls._issue(user=user, name=name, scope=scope, reads=reads, expires_at=expires_at)


class DisplayToken(Credential):
    """The secret in a wall display's address: it opens the big screen, and nothing else.

    It is nobody's session: no account stands behind it, and it lasts until it is revoked or
    expires.
    """

    name = models.CharField("名称", max_length=60, help_text="挂在哪里，例如“三楼值班室大屏”。")

    mark = DISPLAY_MARK
    issued_act, revoked_act = Act.DISPLAY_ISSUED, Act.DISPLAY_REVOKED

    objects = CredentialQuerySet.as_manager()

    class Meta(Credential.Meta):
        verbose_name = "大屏地址"
        verbose_name_plural = "大屏地址"

    @classmethod
    def issue(cls, *, name: str, expires_at: datetime | None = None) -> tuple["DisplayToken", str]:
        """Makes a token. Returns the record and the token itself, which cannot be read again."""
        return cls._issue(name=name, expires_at=expires_at)

    @classmethod
    def opened_by(cls, token: str, ip: str | None) -> bool:
        """Whether a token opens the screen now; notes its use. One query, and one a minute more."""
        now = timezone.now()
        found = cls.objects.live(now).filter(digest=cls.digest_of(token)).first()
        if found is None:
            return False
        found.note_use(ip, now)
        return True
