"""Code lists of the answers: code, label, and the sign that says the same without colour."""

from django.db.models import TextChoices

from investment.choices import ReportState
from kuancheng.reports.rules.bulletin.sections import SECTION_NAMES, Section
from kuancheng.reports.rules.league.formulas import KIND_NAMES, FormulaKind, Without
from kuancheng.reports.rules.league.measures import MEANINGS, Measure
from kuancheng.reports.rules.league.ranking import TieRule
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
    CLOSING = "closing", "月末结算"


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


class LeagueSubject(TextChoices):
    """Whose projects are taken together in a league."""

    LEAD_AGENCY = "lead_agency", "责任单位"
    SUBDISTRICT = "subdistrict", "属地（街道/镇）"
    LEAD_OFFICIAL = "lead_official", "包保领导"
    INDUSTRY = "industry", "行业门类"


class LeagueSpan(TextChoices):
    """The period of a league."""

    MONTH = "month", "当月"
    YEAR = "year", "本年累计"


class MeasureChoice(TextChoices):
    """What a league measures; labels are those of the rules."""

    YEAR_PLAN = Measure.YEAR_PLAN, MEANINGS[Measure.YEAR_PLAN].label
    PLAN_TO_DATE = Measure.PLAN_TO_DATE, MEANINGS[Measure.PLAN_TO_DATE].label
    STARTS = Measure.STARTS, MEANINGS[Measure.STARTS].label
    ENROLMENTS = Measure.ENROLMENTS, MEANINGS[Measure.ENROLMENTS].label
    COMPLETIONS = Measure.COMPLETIONS, MEANINGS[Measure.COMPLETIONS].label
    SITING = Measure.SITING, MEANINGS[Measure.SITING].label
    PERMITS = Measure.PERMITS, MEANINGS[Measure.PERMITS].label
    MATURITY = Measure.MATURITY, MEANINGS[Measure.MATURITY].label
    MILESTONES = Measure.MILESTONES, MEANINGS[Measure.MILESTONES].label
    MATTERS = Measure.MATTERS, MEANINGS[Measure.MATTERS].label
    REPORTS = Measure.REPORTS, MEANINGS[Measure.REPORTS].label
    EVIDENCE = Measure.EVIDENCE, MEANINGS[Measure.EVIDENCE].label
    LATE_STARTS = Measure.LATE_STARTS, MEANINGS[Measure.LATE_STARTS].label
    LATE_ENROLMENTS = Measure.LATE_ENROLMENTS, MEANINGS[Measure.LATE_ENROLMENTS].label


class FormulaChoice(TextChoices):
    """How a measure becomes points."""

    PROPORTION = FormulaKind.PROPORTION, KIND_NAMES[FormulaKind.PROPORTION]
    LADDER = FormulaKind.LADDER, KIND_NAMES[FormulaKind.LADDER]
    COEFFICIENT = FormulaKind.COEFFICIENT, KIND_NAMES[FormulaKind.COEFFICIENT]
    EACH = FormulaKind.EACH, KIND_NAMES[FormulaKind.EACH]


class WithoutChoice(TextChoices):
    """What becomes of an indicator without a denominator."""

    REWEIGH = Without.REWEIGH, "不计，其余折算"
    FIXED = Without.FIXED, "给固定分"


class TieChoice(TextChoices):
    """How ties are ranked."""

    COMPETITION = TieRule.COMPETITION, "1、2、2、4"
    DENSE = TieRule.DENSE, "1、2、2、3"


class EntryState(TextChoices):
    """Where an addition, a deduction or an exemption stands."""

    PROPOSED = "proposed", "待确认"
    CONFIRMED = "confirmed", "已确认"
    VOID = "void", "已撤销"


class PublicationState(TextChoices):
    """Where a month's tables stand."""

    PROPOSED = "proposed", "待发布"
    PUBLISHED = "published", "已发布"


class ObjectionState(TextChoices):
    """What became of an objection."""

    OPEN = "open", "待答复"
    UPHELD = "upheld", "成立"
    REJECTED = "rejected", "不成立"
    WITHDRAWN = "withdrawn", "已撤回"


class BulletinState(TextChoices):
    """Where a month's bulletin stands."""

    DRAFT = "draft", "草拟"
    SUBMITTED = "submitted", "待审"
    ISSUED = "issued", "已发"


class BulletinSection(TextChoices):
    """The parts of a bulletin, in their order."""

    LEAD = Section.LEAD, SECTION_NAMES[Section.LEAD]
    OVERALL = Section.OVERALL, SECTION_NAMES[Section.OVERALL]
    GROUPS = Section.GROUPS, SECTION_NAMES[Section.GROUPS]
    LEAGUE = Section.LEAGUE, SECTION_NAMES[Section.LEAGUE]
    LIGHTS = Section.LIGHTS, SECTION_NAMES[Section.LIGHTS]
    MATTERS = Section.MATTERS, SECTION_NAMES[Section.MATTERS]
    NEXT = Section.NEXT, SECTION_NAMES[Section.NEXT]
    ERRATA = Section.ERRATA, SECTION_NAMES[Section.ERRATA]
    ANNEX = Section.ANNEX, SECTION_NAMES[Section.ANNEX]


class ParagraphKind(TextChoices):
    """What stands in a bulletin's text."""

    TEXT = "text", "段落"
    TABLE = "table", "表"
    CHART = "chart", "图"


class BulletinFileKind(TextChoices):
    """The files that are issued with a bulletin."""

    DOCX = "docx", "公文（Word）"
    LIST = "list", "月清单（Excel）"
    LEAGUE = "league", "赛马排名（Excel）"
    MATTERS = "matters", "事项（Excel）"


class ErratumState(TextChoices):
    """What became of a correction of an issued figure."""

    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "不同意"
