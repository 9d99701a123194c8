"""Whether a bulletin's text says what its figures say: every number is one of them, or confirmed."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from kuancheng.reports.rules.bulletin.figures import Figure, Kind, Ratio, Snapshot, Sum, Table

TOKEN = re.compile(r"⟦([^⟦⟧]*)⟧")
NUMBER = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")
UNIT = re.compile(r"亿元|万元|个百分点|个|件|%|分|元|天|家|名")
SENTENCE = re.compile(r"[^。！？\n]+")
HUNDRED = Decimal(100)
RATE = re.compile("^[^占]*[率的为达]$")
"""What leads to a rate of the two numbers before it."""
AMONG, AND_OTHERS = "其中", "等"


@dataclass(frozen=True)
class Finding:
    """What is wrong, in Chinese. What is `hard` stops the bulletin; the rest may be explained."""

    code: str
    text: str
    hard: bool = True
    subject: str = ""


@dataclass(frozen=True)
class Number:
    """A number as it stands in a text: with its unit, unrounded where it is a figure's.

    `at` is its place in the text as printed, `key` that of the figure, empty for a typed one.
    """

    at: int
    printed: str
    value: Decimal
    unit: str
    key: str = ""

    @property
    def places(self) -> int:
        """How many decimals are printed."""
        return len(self.printed.partition(".")[2])


@dataclass(frozen=True)
class Change:
    """A figure of a paragraph that is another than when the paragraph was edited."""

    key: str
    label: str
    old: str
    new: str


def tokens(text: str) -> list[str]:
    """The keys of the figures in a text, in their order."""
    return TOKEN.findall(text)


def printed_text(text: str, figures: Mapping[str, Figure]) -> str:
    """The text with each token replaced by its figure as printed; “—” where there is none."""
    return TOKEN.sub(lambda found: _printed(figures.get(found[1])), text)


def printed_figures(text: str, figures: Mapping[str, Figure]) -> dict[str, str]:
    """The figures of a text as they are printed, by key: what is kept at an edit."""
    return {key: figures[key].printed for key in tokens(text) if key in figures}


def changes(kept: Mapping[str, str], figures: Mapping[str, Figure]) -> list[Change]:
    """Which figures of a paragraph are others than when it was edited."""
    found = []
    for key, old in kept.items():
        figure = figures.get(key)
        new = _printed(figure)
        if new != old:
            found.append(Change(key, figure.label if figure else key, old, new))
    return found


def typed_numbers(text: str) -> list[str]:
    """The numbers that somebody typed, as they stand in the text."""
    return NUMBER.findall(_plain(TOKEN.sub("⟦⟧", text)))


def check_text(text: str, figures: Mapping[str, Figure], typed: Iterable[str]) -> list[Finding]:
    """What is wrong with one paragraph; `typed` are the typed numbers that somebody confirmed."""
    if "⟦" in TOKEN.sub("", text) or "⟧" in TOKEN.sub("", text):
        return [Finding("token_broken", "数据标记不完整，请删去残留的“⟦”或“⟧”，重新插入数据。")]
    return [
        *_check_tokens(text, figures),
        *_check_typed(text, typed),
        *check_numbers(text, figures),
    ]


def check_numbers(text: str, figures: Mapping[str, Figure]) -> list[Finding]:
    """Whether the ratios and the 其中 of a text follow from the numbers printed beside them."""
    shown = printed_text(text, figures)
    found = numbers(text, figures)
    findings: list[Finding] = []
    for sentence in SENTENCE.finditer(_plain(shown)):
        inside = [each for each in found if sentence.start() <= each.at < sentence.end()]
        findings += _check_rates(shown, inside)
        findings += _check_among(sentence, inside)
    return findings


def numbers(text: str, figures: Mapping[str, Figure]) -> list[Number]:
    """The numbers of a text in their order, typed and figures' alike. Words of figures hold none."""
    found: list[Number] = []
    shown, last = "", 0
    for token in [*TOKEN.finditer(text), None]:
        before = text[last : token.start() if token else len(text)]
        rest = text[token.end() :] if token else ""
        for typed in NUMBER.finditer(_plain(before)):
            value = Decimal(typed[0].replace(",", ""))
            unit = _unit(before[typed.end() :] or rest)
            found.append(Number(len(shown) + typed.start(), typed[0], value, unit))
        shown += before
        if token is None:
            break
        figure = figures.get(token[1])
        if figure is not None and figure.exact is not None:
            exact = abs(figure.exact) if figure.printed[0] != "-" else figure.exact
            found.append(Number(len(shown), figure.printed, exact, _unit(rest), figure.key))
        shown += _printed(figure)
        last = token.end()
    return found


def check_snapshot(snapshot: Snapshot) -> list[Finding]:
    """Whether parts make their totals and ratios follow from what they are made of."""
    figures = snapshot.figures
    return [
        *(each for total in snapshot.sums for each in check_sum(total, figures)),
        *(each for ratio in snapshot.ratios for each in _check_ratio(ratio, figures)),
        *(each for table in snapshot.tables for each in check_table(table)),
    ]


def check_sum(total: Sum, figures: Mapping[str, Figure]) -> list[Finding]:
    """Whether known parts make the total, to the last cent."""
    whole = figures[total.total]
    parts = [figures[key].value for key in total.parts]
    known = [each for each in parts if each is not None]
    added = sum(known, Decimal(0)) if known else None
    if added == whole.value:
        return []
    shown = "没有报送" if added is None else str(added)
    text = f"{total.label}各部分合计 {shown}，与“{whole.label}”{whole.value} 不等。"
    return [Finding("sum", text, hard=False, subject=total.total)]


def check_table(table: Table) -> list[Finding]:
    """Whether a table's rows make its total, and its rates follow from the columns beside them."""
    found: list[Finding] = []
    if table.total:
        for place, column in enumerate(table.columns):
            if column.kind in (Kind.COUNT, Kind.ITEMS, Kind.YI, Kind.WAN):
                found += _check_column(table, place)
    if table.ratio:
        part, whole, rate = table.ratio
        for number, line in enumerate(table.lines):
            given = table.value(number, rate)
            right = _rate(table.value(number, part), table.value(number, whole))
            if given is not None and right is not None and not _same(given, right, 1):
                text = f"《{table.title}》“{line[0]}”的比率应为 {_round(right, 1)}%，表中是 {_round(given, 1)}%。"
                found.append(Finding("ratio", text, hard=False, subject=table.key))
    return found


def ratio_fault(part: Decimal, whole: Decimal, rate: str) -> str:
    """What a printed rate should be where it is not part over whole; empty where it is right.

    As many decimals as are printed, and one at least: 16 of 26 printed 58 should be 61.5.
    """
    right = _rate(part, whole)
    if right is None:
        return ""
    places = len(rate.partition(".")[2])
    if _round(right, places) == Decimal(rate):
        return ""
    return str(_round(right, max(places, 1)))


def _check_tokens(text: str, figures: Mapping[str, Figure]) -> Iterator[Finding]:
    for token in TOKEN.finditer(text):
        figure = figures.get(token[1])
        if figure is None:
            said = f"没有数据“{token[1] or '（空）'}”，请删去它，或换成数据清单里有的。"
            yield Finding("token_unknown", said, subject=token[1])
        elif not figure.is_known:
            yield Finding(
                "token_empty",
                f"“{figure.label}”没有报送，不能写进正文；请改写这一句。",
                subject=figure.key,
            )
        elif figure.unit and not text[token.end() :].startswith(figure.unit):
            yield Finding(
                "unit",
                f"“{figure.label}”后面应写单位“{figure.unit}”。",
                subject=figure.key,
            )


def _check_typed(text: str, confirmed: Iterable[str]) -> Iterator[Finding]:
    unconfirmed = Counter(typed_numbers(text)) - Counter(confirmed)
    for number in unconfirmed:
        yield Finding(
            "typed",
            f"“{number}”是手工填写的数字，请换成数据，或确认它无误。",
            subject=number,
        )


def _check_rates(shown: str, inside: Sequence[Number]) -> Iterator[Finding]:
    """A percent behind 率, or 占 with its whole, after two numbers of one unit is one over the other.

    Where the whole stands there without its number (占年度计划的58%), nothing can be recomputed.
    """
    for place, rate in enumerate(inside):
        if place < 2 or rate.unit != "%":
            continue
        first, second = inside[place - 2 : place]
        between = shown[second.at + len(second.printed) : rate.at]
        if first.unit != second.unit or first.unit == "%" or not RATE.search(between):
            continue
        wrong = [
            ratio_fault(part, whole, rate.printed)
            for part, whole in ((second.value, first.value), (first.value, second.value))
        ]
        if all(wrong):
            # Plan before done, unless the rate is a share of what stands right before it.
            right = wrong[1] if re.search("^[^，；]*的$", between) else wrong[0]
            yield Finding(
                "ratio",
                f"{first.printed}和{second.printed}的比率应为 {right}%，文中是 {rate.printed}%。",
                hard=False,
                subject=rate.key or rate.printed,
            )


def _check_among(sentence: re.Match[str], inside: Sequence[Number]) -> Iterator[Finding]:
    """What follows 其中 makes up what stands before it, unless 等 says that it is not all."""
    start = sentence[0].find(AMONG)
    if start < 0 or AND_OTHERS in sentence[0][start:]:
        return
    place = sentence.start() + start
    before = {each.unit: each for each in inside if each.at < place}
    after = [each for each in inside if each.at > place]
    for unit in dict.fromkeys(each.unit for each in after):
        parts = [each for each in after if each.unit == unit]
        whole = before.get(unit)
        if whole is None or unit in ("", "%", "个百分点"):
            continue
        added = sum((each.value for each in parts), Decimal(0))
        if abs(added - whole.value) > _slack([whole, *parts]):
            yield Finding(
                "among",
                f"“其中”各部分合计 {_short(added)}{unit}，与 {whole.printed}{unit} 不等；"
                "请写全各部分，或在末尾加“等”。",
                hard=False,
                subject=whole.key or whole.printed,
            )


def _slack(parts: Sequence[Number]) -> Decimal:
    """What rounding alone can put between a sum and its parts; nothing where all are exact."""
    rounded = [each for each in parts if not each.key and each.places]
    return sum((Decimal(5).scaleb(-each.places - 1) for each in rounded), Decimal(0))


def _check_ratio(ratio: Ratio, figures: Mapping[str, Figure]) -> Iterator[Finding]:
    part, whole, rate = (figures[key] for key in (ratio.part, ratio.whole, ratio.rate))
    right = _rate(part.value, whole.value)
    if rate.value is not None and right is not None and not _same(rate.value, right, 1):
        said = f"“{rate.label}”应为 {_round(right, 1)}%，现为 {rate.printed}%。"
        yield Finding("ratio", said, hard=False, subject=rate.key)


def _check_column(table: Table, place: int) -> Iterator[Finding]:
    cells = [row[place] for row in table.rows]
    known = [Decimal(each) for each in cells if each is not None]
    given = table.total[place]
    if given is not None and known and sum(known, Decimal(0)) != Decimal(given):
        column = table.columns[place].label
        said = f"《{table.title}》“{column}”各行合计与合计行不等。"
        yield Finding("sum", said, hard=False, subject=table.key)


def _rate(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else part * HUNDRED / whole


def _same(one: Decimal, other: Decimal, places: int) -> bool:
    return _round(one, places) == _round(other, places)


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _short(value: Decimal) -> str:
    return f"{_round(value, 2):f}".rstrip("0").rstrip(".")


def _printed(figure: Figure | None) -> str:
    return figure.printed if figure else "—"


def _unit(rest: str) -> str:
    found = UNIT.match(rest.lstrip())
    return found[0] if found else ""


def _plain(text: str) -> str:
    """Full-width digits, points and percents as plain ones, each in its place."""
    return "".join(
        folded
        if len(folded := unicodedata.normalize("NFKC", each)) == 1 and folded in "0123456789.%"
        else each
        for each in text
    )
