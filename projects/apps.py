"""The register's app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects, the people behind them, and their milestones."""

    name = "projects"
    verbose_name = "项目登记"
