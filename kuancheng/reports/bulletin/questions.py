"""What can be asked of bulletins."""

from kuancheng.asking.filters import CodesFilter, NumberFilter, YearsFilter
from kuancheng.asking.parameters import ListParameters, Parameters
from kuancheng.reports.choices import BulletinState
from kuancheng.reports.rules.bulletin.figures import Kind

FIGURE_KINDS = [
    (Kind.YI, "金额，印亿元"),
    (Kind.WAN, "金额，印万元"),
    (Kind.COUNT, "个数"),
    (Kind.ITEMS, "件数"),
    (Kind.PERCENT, "百分率"),
    (Kind.CHANGE, "增减（%）"),
    (Kind.POINTS, "百分点"),
    (Kind.SCORE, "得分"),
    (Kind.WORD, "比较词"),
    (Kind.NAME, "名称"),
    (Kind.TEXT, "文字"),
]
"""What kinds of figures there are, for other systems."""

NO_PAST = "月通报发布后不再改动，按月份打开那一期就是当时的内容。"


class BulletinParameters(Parameters):
    """A bulletin, or something that is done with it."""

    no_past = NO_PAST


class BulletinListParameters(BulletinParameters):
    """The list."""

    page = NumberFilter(minimum=1, label="页码，从 1 起")


class BulletinFilter(ListParameters):
    """What a list of bulletins is narrowed to, for other systems."""

    no_past = NO_PAST

    year = YearsFilter("month__year", label="哪一年的月份")
    state = CodesFilter(choices=BulletinState.choices, label="状态；没有起草权限的只能看到已发的")
