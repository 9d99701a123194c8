"""Mail: by Django, from the site's address to the account's."""

import smtplib
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from kuancheng.notices.channels.outcome import SENT, Claim, Outcome, failed, later, unknown
from kuancheng.notices.models import Notice


def send(notices: Sequence[Notice], claim: Claim) -> Outcome:
    """Sends what one person is told, alone or as a list.

    Connected first, so that a server that is away leaves nothing in doubt.
    """
    message = _message(notices)
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return later(f"邮件服务器连接不上：{_said(error)}")
    try:
        claim()
        return _send(message, connection)
    finally:
        connection.close()


def _send(message: EmailMessage, connection: BaseEmailBackend) -> Outcome:
    message.connection = connection
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        (code, said), *_ = error.recipients.values()
        return _refused(code, said)
    except smtplib.SMTPResponseException as error:
        return _refused(error.smtp_code, error.smtp_error)
    except ValueError as error:  # an address or a heading that no mail can have
        return failed(f"邮件不合规范：{_said(error)}")
    except (OSError, smtplib.SMTPException) as error:
        return unknown(f"发送中断，不能确定邮件服务器是否收下：{_said(error)}")
    return SENT


def _refused(code: int, said: bytes | str) -> Outcome:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    words = f"邮件服务器拒收（{code}）：{text}"[:200]
    return failed(words) if code >= 500 else later(words)


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}"[:120]


def _message(notices: Sequence[Notice]) -> EmailMessage:
    first = notices[0]
    alone = len(notices) == 1
    subject = first.title if alone else f"【重点项目调度】{len(notices)} 条通知：{first.title} 等"
    body = render_to_string(
        "notices/mail.txt",
        {"person": first.recipient, "notices": notices, "site": settings.KUANCHENG_URL},
    )
    # Whoever gets the same notice twice (再发一次) is shown it once by many mail programs.
    host = urlsplit(settings.KUANCHENG_URL).hostname or "localhost"
    headers = {"Message-ID": f"<notice-{first.pk}-{len(notices)}@{host}>"}
    return EmailMessage(subject, body, to=[first.recipient.email], headers=headers)
