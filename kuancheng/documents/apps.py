"""The app of official documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents as Word and as pages, and the office's own templates."""

    name = "kuancheng.documents"
    label = "documents"
    verbose_name = "公文"
