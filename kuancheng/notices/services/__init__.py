"""The only way to write notices, how they are wanted, and who sends them."""

from kuancheng.notices.services.bots import save_bot, try_bot
from kuancheng.notices.services.deliveries import NotNow, delete_old, recover, send_again, tidy
from kuancheng.notices.services.preferences import modes_for, modes_of, save_preferences
from kuancheng.notices.services.reading import mark_all_read, mark_read
from kuancheng.notices.services.settling import settle
from kuancheng.notices.services.telling import Note, notify, notify_all

__all__ = [
    "NotNow",
    "Note",
    "delete_old",
    "mark_all_read",
    "mark_read",
    "modes_for",
    "modes_of",
    "notify",
    "notify_all",
    "recover",
    "save_bot",
    "save_preferences",
    "send_again",
    "settle",
    "tidy",
    "try_bot",
]
