"""佐证 of status reports."""

from django.db import models

from investment.models.report import StatusReport
from projects.models import Evidence, Project


class ReportEvidence(Evidence):
    """A photo or a file that shows a month's progress."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="report_evidence", verbose_name="项目"
    )
    report = models.ForeignKey(
        StatusReport, models.CASCADE, related_name="evidence", verbose_name="进展填报"
    )

    class Meta(Evidence.Meta):
        verbose_name = "填报佐证"
        verbose_name_plural = "填报佐证"
