"""How group bots sign what they are sent: HMAC-SHA256 over the time, each vendor in its own way."""

import base64
import hashlib
import hmac


def dingtalk_sign(secret: str, milliseconds: int) -> str:
    """The parameter `sign`, not escaped yet: the secret is the key, time and secret the message."""
    return _hmac(secret, f"{milliseconds}\n{secret}")


def feishu_sign(secret: str, seconds: int) -> str:
    """The field `sign`: time and secret are the key, and the message is empty."""
    return _hmac(f"{seconds}\n{secret}", "")


def _hmac(key: str, message: str) -> str:
    digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
