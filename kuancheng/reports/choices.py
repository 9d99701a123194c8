"""Code lists of the answers: code, label, and the sign that says the same without colour."""

from django.db.models import TextChoices

from investment.choices import ReportState
from kuancheng.reports.rules.lights import LABELS, Light


class LightChoice(TextChoices):
    RED = Light.RED, LABELS[Light.RED]
    YELLOW = Light.YELLOW, LABELS[Light.YELLOW]
    BLUE = Light.BLUE, LABELS[Light.BLUE]
    GREEN = Light.GREEN, LABELS[Light.GREEN]
    GREY = Light.GREY, LABELS[Light.GREY]


LIGHT_WORDS = {
    Light.RED: "严重滞后",
    Light.YELLOW: "滞后",
    Light.BLUE: "提醒",
    Light.GREEN: "正常",
    Light.GREY: "未研判",
}
"""What a light says in a word, shown beside its colour."""


class Unreported(TextChoices):
    """What stands in the place of a report's state where there is none."""

    MISSING = "missing", "未报送"
    NOT_OWED = "not_owed", "无须报送"


def shown_state(state: str, *, owed: bool) -> ReportState | Unreported:
    """The state of the money month's report, or why there is none."""
    if state:
        return ReportState(state)
    return Unreported.MISSING if owed else Unreported.NOT_OWED


class ProRataBasis(TextChoices):
    SEASONAL = "seasonal", "季节序时"
    LINEAR = "linear", "平均序时"


class Basis(TextChoices):
    """How a day's row came to be."""

    DAILY = "daily", "当日留存"
    RECALLED = "recalled", "按现有事实回算"
    KNOWN = "known", "按当时所知回算"


class Density(TextChoices):
    """How close the rows of a list stand."""

    COMPACT = "compact", "紧凑"
    COMFORTABLE = "comfortable", "宽松"


class ListPage(TextChoices):
    """The lists that views are kept of."""

    PROGRESS = "progress", "进展清单"
    MATTERS = "matters", "事项清单"


class Audience(TextChoices):
    """Whose a saved view is to use."""

    MINE = "mine", "仅自己"
    AGENCY = "agency", "本单位"
    EVERYONE = "everyone", "所有人"
