"""How an API request says who it is: `Authorization: Bearer <key>`."""

from datetime import datetime, timedelta

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from kuancheng.access.models import ApiKey, User
from kuancheng.audit.choices import Act
from kuancheng.audit.models import AuditEntry
from kuancheng.audit.recording import record, record_failure

TOLD_EVERY = timedelta(hours=1)


class ApiKeyAuthentication(BaseAuthentication):
    """Finds the account behind a key. `request.auth` is then the ApiKey."""

    keyword = b"bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Authorization 头应为“Bearer <密钥>”。")
        return self._account(parts[1].decode("latin-1"), request)

    def _account(self, key: str, request: Request) -> tuple[User, ApiKey]:
        now = timezone.now()
        digest = ApiKey.digest_of(key)
        found = ApiKey.objects.live(now).select_related("user").filter(digest=digest).first()
        if found is None and ApiKey.objects.filter(digest=digest, waiting=True).exists():
            raise AuthenticationFailed("密钥还没有经第二人确认，请联系系统管理员。")
        if found is None:
            _note_dead_key(digest, now)
            raise AuthenticationFailed("密钥无效、已到期或已吊销，请向系统管理员申请新的密钥。")
        # What is recorded from here on names the key, as it does once the request is let in.
        request._request.auth = found  # type: ignore[attr-defined]
        found.note_use(request.META.get("REMOTE_ADDR"), now)
        if request.method not in SAFE_METHODS:
            detail = {"method": request.method, "path": request.path}
            record(Act.KEY_USED, actor=found.user, subject=found, words="用密钥写入", detail=detail)
        return found.user, found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _note_dead_key(digest: str, now: datetime) -> None:
    """A key that was good once and is still tried, told once an hour: some system asks every second.

    One that never was is not told of: it cannot be guessed, and would only fill the log.
    """
    dead = ApiKey.objects.filter(digest=digest).first()
    if dead is None:
        return
    told = AuditEntry.objects.filter(
        subject_type=ApiKey._meta.label_lower,
        subject_id=str(dead.pk),
        act=Act.LOGIN_FAILED,
        at__gt=now - TOLD_EVERY,
    )
    if not told.exists():
        words = "密钥已到期、已吊销或账号已停用，仍有系统在用"
        record_failure(Act.LOGIN_FAILED, subject=dead, words=words)
