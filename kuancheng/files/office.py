"""What an Office file carries that acts when it is opened: macros, objects, templates from elsewhere."""

import re
from dataclasses import dataclass

from kuancheng.files.elements import FOREIGN_DATA, OBJECTS
from kuancheng.files.package import Package

EMBEDDING = re.compile(r"oleObject|/embeddings/|/activeX/|afchunk", re.IGNORECASE)
MACRO_NAMES = re.compile(
    r"vba(project|data)?[^/]*\.(bin|xml)$|/macrosheets/|/attachedToolbars", re.I
)
MACRO_TYPES = re.compile(r"macroEnabled|vbaProject|macrosheet", re.IGNORECASE)
CLICKED = ("/hyperlink",)
"""Relations that lead out of a file only when somebody clicks on them."""

FETCHES = re.compile(
    r"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|RD)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Carried:
    """What there is of each, in the file's own words; empty where there is none."""

    macros: bool = False
    objects: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    """Where relations lead that are followed without a click."""

    fields: tuple[str, ...] = ()
    """Fields that read from elsewhere, such as DDE."""

    asks_programs: bool = False
    """Whether a formula or a link asks another program (DDE)."""

    @property
    def acts(self) -> bool:
        """Whether it has macros or objects of other programs."""
        return self.macros or bool(self.objects)

    @property
    def reaches_out(self) -> bool:
        """Whether it reads from elsewhere when it is opened."""
        return bool(self.outside or self.fields or self.asks_programs)


def carried(package: Package) -> Carried:
    """What the package carries, by its names, its declared types, and what its parts say."""
    parts = package.parts.values()
    objects = [name for name in package.names if EMBEDDING.search(name)]
    objects += [name for part in parts for name in sorted(part.objects & OBJECTS)]
    outside = [
        target[:120]
        for part in parts
        for kind, target, leads_out in part.relations
        if leads_out and not kind.endswith(CLICKED)
    ]
    starts = [
        match for part in parts for each in part.instructions if (match := FETCHES.match(each))
    ]
    return Carried(
        macros=_has_macros(package),
        objects=tuple(dict.fromkeys(objects)),
        outside=tuple(dict.fromkeys(outside)),
        fields=tuple(dict.fromkeys(each.group(1).upper() for each in starts)),
        asks_programs=any(part.asks_programs or part.objects & FOREIGN_DATA for part in parts),
    )


def _has_macros(package: Package) -> bool:
    declared = any(MACRO_TYPES.search(kind) for kind in package.types.values())
    return declared or any(MACRO_NAMES.search(name) for name in package.names)
