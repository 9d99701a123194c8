"""Reads a served form the way a browser would send it back."""

from html.parser import HTMLParser
from typing import Any


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str | list[str]] = {}
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "input" and name and found.get("type") not in {"submit", "button"}:
            ticked = found.get("type") not in {"checkbox", "radio"} or "checked" in found
            if ticked:
                self._tick(name, found.get("value") or "", found.get("type") == "checkbox")
        elif tag == "select":
            self._select = name
            self.values[name] = [] if "multiple" in found else ""
        elif tag == "option" and self._select and "selected" in found:
            self._choose(found.get("value") or "")
        elif tag == "textarea":
            self._text = name
            self.values[name] = ""

    def _tick(self, name: str, value: str, several: bool) -> None:
        """Boxes of one name are sent as a list; other inputs of one name belong to other forms."""
        before = self.values.get(name)
        if not several or before is None:
            self.values[name] = value
        else:
            self.values[name] = [*([before] if isinstance(before, str) else before), value]

    def _choose(self, value: str) -> None:
        chosen = self.values[self._select]
        if isinstance(chosen, list):
            chosen.append(value)
        else:
            self.values[self._select] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.values[self._text] = str(self.values[self._text]) + data.lstrip("\r\n")


def form_values(response: Any) -> dict[str, str | list[str]]:
    """What the page's forms hold, by name; rows that only wait to be added are left out."""
    reader = _Form()
    reader.feed(response.content.decode())
    return {name: value for name, value in reader.values.items() if "__prefix__" not in name}
