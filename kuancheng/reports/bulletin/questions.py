"""What can be asked of bulletins."""

from kuancheng.asking.filters import CodesFilter, NumberFilter, YearsFilter
from kuancheng.asking.parameters import ListParameters, Parameters
from kuancheng.reports.choices import BulletinState

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
