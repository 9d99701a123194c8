"""The money's app."""

from django.apps import AppConfig


class InvestmentConfig(AppConfig):
    """Annual plans and monthly status reports."""

    name = "investment"
    verbose_name = "投资与进展"
