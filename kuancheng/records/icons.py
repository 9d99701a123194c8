"""Pictures that stand for a value, each with its word."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

ICONS = {True: ("yes", "是"), False: ("no", "否"), None: ("unknown", "未知")}


def yes_or_no(value: bool | None) -> SafeString:
    """The tick or the cross of the admin; Django's own are called “True” and “False” aloud."""
    name, word = ICONS[value]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), word)
