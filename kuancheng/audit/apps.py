"""The app of the audit log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what, kept so that nobody can change it unseen."""

    name = "kuancheng.audit"
    label = "audit"
    verbose_name = "审计"
