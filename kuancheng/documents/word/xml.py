"""Elements of WordprocessingML, written as they nest."""

import re
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

Element = Any
"""An lxml element; lxml has no types."""

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def tag(name: str, /, *children: Element | None, **attributes: str | int) -> Element:
    """`tag("w:jc", val="center")`: attributes are of the element's own namespace."""
    made = OxmlElement(name)
    prefix = name.partition(":")[0]
    for key, value in attributes.items():
        made.set(qn(f"{prefix}:{key}"), str(value))
    made.extend(each for each in children if each is not None)
    return made


def printable(text: str) -> str:
    """A text without what no XML may hold."""
    return UNPRINTABLE.sub("", text)
