"""Model fields that the register needs and Django does not have."""

from typing import Any

from django.db import models
from pypinyin import Style, lazy_pinyin


class SearchKeyField(models.TextField):
    """Keeps the words by which people look a record up: text, pinyin and pinyin initials.

    `SearchKeyField(sources=("name", "aliases"))` on “中粮油脂” holds
    “中粮油脂 zhongliangyouzhi zlyz”, in lower case, so one `icontains` finds all three spellings.
    A source with choices is found by its label. Computed whenever the row is written, bulk writes
    included.
    """

    def __init__(self, *args: Any, sources: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.sources = sources
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for implied in ("editable", "blank", "default"):
            kwargs.pop(implied, None)
        return name, path, list(args), {**kwargs, "sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        texts: list[str] = []
        for source in self.sources:
            value = getattr(model_instance, source) or ""
            labels: Any = getattr(model_instance._meta.get_field(source), "flatchoices", ())
            value = dict(labels).get(value, value) if isinstance(value, str) else value
            texts.extend(value if isinstance(value, list) else [str(value)])
        key = search_key(texts)
        setattr(model_instance, self.attname, key)
        return key


def search_key(texts: list[str]) -> str:
    """The texts, their full pinyin and their initials, lower case, separated by blanks."""
    words: list[str] = []
    for text in filter(None, texts):
        words.append(text)
        if not text.isascii():
            words.append("".join(lazy_pinyin(text)))
            words.append("".join(lazy_pinyin(text, style=Style.FIRST_LETTER)))
    return " ".join(words).lower()
