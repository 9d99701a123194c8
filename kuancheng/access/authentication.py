"""How an API request says who it is: `Authorization: Bearer <key>`."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from kuancheng.access.models import ApiKey, User


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
        record = ApiKey.objects.live(now).select_related("user").filter(digest=digest).first()
        if record is None and ApiKey.objects.filter(digest=digest, waiting=True).exists():
            raise AuthenticationFailed("密钥还没有经第二人确认，请联系系统管理员。")
        if record is None:
            raise AuthenticationFailed("密钥无效、已到期或已吊销，请向系统管理员申请新的密钥。")
        record.note_use(request.META.get("REMOTE_ADDR"), now)
        return record.user, record

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
