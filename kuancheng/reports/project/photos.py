"""现场照片: a project's photos from its reports and its steps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from investment.models import StatusReport
from kuancheng.reports.project.schedule import Step
from projects.choices import EvidenceKind
from projects.models import Evidence


@dataclass(frozen=True)
class Photo:
    """A photo, and what it was filed with, in words."""

    evidence: Evidence
    source: str


def photos_of(reports: Iterable[StatusReport], steps: Iterable[Step]) -> list[Photo]:
    """Latest first. Call `show_evidence` on both before; no queries."""
    found = [*_of_reports(reports), *_of_steps(steps)]
    return sorted(
        found, key=lambda each: (each.evidence.uploaded_at, each.evidence.pk), reverse=True
    )


def _of_reports(reports: Iterable[StatusReport]) -> Iterator[Photo]:
    for report in reports:
        yield from _shown(report.files, f"{report.month_text}填报")  # type: ignore[attr-defined]


def _of_steps(steps: Iterable[Step]) -> Iterator[Photo]:
    for step in steps:
        milestone = step.milestone
        yield from _shown(milestone.files, f"节点“{milestone.name}”")  # type: ignore[attr-defined]


def _shown(files: Iterable[Evidence], source: str) -> Iterator[Photo]:
    return (Photo(each, source) for each in files if each.kind == EvidenceKind.PHOTO)
