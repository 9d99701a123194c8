"""Elements of WordprocessingML, written as they nest."""

import re
from functools import cache
from typing import Any

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser

Element = Any
"""An lxml element; lxml has no types."""

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def tag(name: str, /, *children: Element | None, **attributes: str | int) -> Element:
    """`tag("w:jc", val="center")`: attributes are of the element's own namespace."""
    prefix = name.partition(":")[0]
    made = oxml_parser.makeelement(_full(name), nsmap={prefix: nsmap[prefix]})
    for key, value in attributes.items():
        made.set(_full(f"{prefix}:{key}"), str(value))
    made.extend(each for each in children if each is not None)
    return made


@cache
def _full(name: str) -> str:
    return qn(name)


def printable(text: str) -> str:
    """A text without what no XML may hold."""
    return UNPRINTABLE.sub("", text)
