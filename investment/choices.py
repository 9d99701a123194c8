"""Code lists of the money."""

from django.db.models import TextChoices


class ReportState(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待复核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已复核"


OPEN_STATES = (ReportState.DRAFT, ReportState.RETURNED)
"""In these the reporting clerk may still change a report."""
