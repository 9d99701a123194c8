"""Fits a file's headings to a kind's columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import normalize

from kuancheng.files.refusal import Refused
from kuancheng.sheets.kinds import Column, SheetKind
from kuancheng.sheets.reading import Sheet, place
from kuancheng.sheets.rules.days import brief

EMPTY_SHEET = "工作表的第一行没有表头。请使用本页下载的模板，不要删除或移动第一行。"


@dataclass(frozen=True)
class Layout:
    """Where each column stands in a file, counted from 0, and which columns it lacks."""

    places: dict[int, Column]
    missing: tuple[Column, ...]


def layout(sheet: Sheet, kind: SheetKind, columns: Sequence[Column]) -> Layout:
    """Refused, naming each fault, for another template, merged cells and unfit headings."""
    _check_stamp(sheet, kind)
    if sheet.merged:
        raise Refused(
            f"有合并单元格（{'、'.join(sheet.merged[:5])}），无法判断内容属于哪一行。"
            "请取消合并，每行都填上内容。"
        )
    if not sheet.headings:
        raise Refused(EMPTY_SHEET)
    known = {fold(each.heading): each for each in columns}
    folded = [fold(each) for each in sheet.headings]
    present = set(folded)
    missing = tuple(each for each in columns if fold(each.heading) not in present)
    faults = [*_strange(sheet.headings, known), *_lacking(missing), *_double(sheet.headings)]
    if faults:
        raise Refused(*faults)
    return Layout({at: known[name] for at, name in enumerate(folded) if name}, missing)


def _check_stamp(sheet: Sheet, kind: SheetKind) -> None:
    stamp = sheet.stamp
    if not stamp or stamp == kind.stamp:
        return
    if stamp.partition("/")[0] == kind.name:
        raise Refused("模板是旧版的。请重新下载模板或导出，把内容粘贴过去再上传。")
    raise Refused(f"这个文件不是“{kind.label}”的模板，请在它自己那一类里上传。")


def _strange(headings: Sequence[str], known: dict[str, Column]) -> list[str]:
    names = [each for each in headings if fold(each) and fold(each) not in known]
    if not names:
        return []
    listed = "、".join(f"“{brief(each)}”" for each in names)
    expected = "、".join(each.heading for each in known.values())
    return [f"不认识表头{listed}。可以有的表头：{expected}。请改回原名，或删去多余的列。"]


def _lacking(missing: Sequence[Column]) -> list[str]:
    names = [each.heading for each in missing if each.key]
    return [f"缺少表头“{'”“'.join(names)}”，没有它认不出每行是哪一条。请补上。"] if names else []


def _double(headings: Sequence[str]) -> list[str]:
    seen: dict[str, list[int]] = {}
    for at, each in enumerate(headings, 1):
        if fold(each):
            seen.setdefault(fold(each), []).append(at)
    return [
        f"表头“{headings[at[0] - 1]}”重复（{'、'.join(place(each, 1) for each in at)}），请只留一列。"
        for at in seen.values()
        if len(at) > 1
    ]


def fold(heading: str) -> str:
    """A heading without what people change unawares: width of brackets, blanks, a star."""
    return "".join(normalize("NFKC", heading).split()).rstrip("*")
