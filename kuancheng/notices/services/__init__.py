"""The only way to write notices, how they are wanted, and who sends them."""

from kuancheng.notices.services.bots import save_bot, try_bot
from kuancheng.notices.services.deliveries import NotNow, delete_old, recover, send_again, tidy
from kuancheng.notices.services.preferences import modes_for, modes_of, save_preferences
from kuancheng.notices.services.reading import mark_all_read, mark_read
from kuancheng.notices.services.telling import notify

__all__ = [
    "NotNow",
    "delete_old",
    "mark_all_read",
    "mark_read",
    "modes_for",
    "modes_of",
    "notify",
    "recover",
    "save_bot",
    "save_preferences",
    "send_again",
    "tidy",
    "try_bot",
]
