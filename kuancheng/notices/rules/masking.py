"""Mail addresses as those see them who need not write to them."""

import re

MAIL = re.compile(r"([^\s@<>()\[\],;:\"]+)(@[^\s@<>()\[\],;:\"]+)")


def masked(text: str) -> str:
    """The text with each mail address's name cut short: `zhang.san@x.cn` is `z…@x.cn`."""
    return MAIL.sub(lambda found: f"{found[1][0]}…{found[2]}", text)
