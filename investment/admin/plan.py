"""年度计划 as rows of the project's form."""

from investment.models import MONTH_FIELDS, AnnualPlan
from projects.admin import PartInline


class AnnualPlanInline(PartInline):
    model = AnnualPlan
    template = "admin/edit_inline/stacked.html"
    fields = (("year", "amount", "goal"), MONTH_FIELDS[:6], MONTH_FIELDS[6:])
