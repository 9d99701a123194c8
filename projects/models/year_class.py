"""年度类别 of a project, year by year: a new year's class leaves last year's pages as they were."""

from django.db import models

from kuancheng.records.base import Recorded
from projects.choices import YearClass
from projects.models.project import Project


class YearClassing(Recorded):
    """What a year's work on a project is.

    An empty class says that none was set for the year. The class of the current year also stands
    in `Project.year_class`, by which lists are filtered: `services.year_classes` writes both.
    """

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="year_classings", verbose_name="项目"
    )
    year = models.PositiveSmallIntegerField("年度")
    year_class = models.CharField("年度类别", max_length=16, choices=YearClass, blank=True)

    told_by_project = True
    """The project's own history tells of its class."""

    class Meta:
        verbose_name = "年度类别"
        verbose_name_plural = "年度类别"
        ordering = ["project", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year"],
                name="year_classing_once",
                violation_error_message="该项目这一年度已有类别。",
            ),
            models.CheckConstraint(
                condition=models.Q(year__range=(2000, 2100)),
                name="year_classing_year_range",
                violation_error_message="年度应在 2000 到 2100 之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.year} 年度类别"
