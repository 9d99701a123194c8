"""What the page of a close-out and the list of them show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.reports.closing.forms import ANSWERS
from kuancheng.reports.closing.questions import CloseOutFilter
from kuancheng.reports.judging.close_outs import FinalFigures, final_figures
from projects.choices import FINISHED_STAGES, CloseOutState, Industry, ManagementType, Nature
from projects.models import CloseOut, Project
from projects.services.close_outs import ADD, CHANGE, is_finished
from projects.services.rights import OVERSEE, own_projects

PAGE_SIZE = 20
LIKE_IT = 3
"""So many close-outs of like projects are offered on the page of an unfinished one."""
WANTING = 20
"""So many finished projects without a close-out are named."""


@dataclass(frozen=True)
class Closed:
    """A close-out in the list, with its frozen figures where it has some."""

    close_out: CloseOut
    figures: FinalFigures | None


def close_out_page(project: Project, today: date, reader: User) -> dict[str, Any]:
    """The template's context: the answers, and the figures, frozen or of today."""
    found = (
        CloseOut.objects.select_related("author", "confirmed_by").filter(project=project).first()
    )
    frozen = figures_of(found) if found else None
    own = project.pk in own_projects(reader, [project.pk])
    still = found is None or not found.is_confirmed
    right = CHANGE if found else ADD
    finished = is_finished(project, today)
    waits = found is not None and found.state == CloseOutState.SUBMITTED
    return {
        "project": project,
        "close_out": found,
        "answers": [(_question(name), getattr(found, name)) for name in ANSWERS] if found else [],
        "figures": frozen or final_figures(project, today),
        "frozen": frozen is not None,
        "finished": finished,
        "may_write": own and still and finished and reader.has_perm(right),
        "may_decide": bool(
            found and waits and reader.has_perm(OVERSEE) and found.author_id != reader.pk
        ),
    }


def _question(name: str) -> str:
    return str(getattr(CloseOut._meta.get_field(name), "verbose_name", name))


def figures_of(close_out: CloseOut) -> FinalFigures | None:
    """What was frozen with it; None before it is confirmed."""
    return FinalFigures.from_json(close_out.figures) if close_out.figures else None


def close_out_list(asked: CloseOutFilter, reader: User) -> dict[str, Any]:
    """The template's context. Four queries. NoSuchPage past the end."""
    said = asked.form.cleaned_data
    shown = page_of(asked.found(), said["page"], PAGE_SIZE)
    wanting = list(without(reader)[: WANTING + 1])
    return {
        "form": asked.form,
        "page": shown,
        "rows": [Closed(each, figures_of(each)) for each in shown],
        "industries": Industry.choices,
        "natures": Nature.choices,
        "types": ManagementType.choices,
        "states": CloseOutState.choices,
        "asked": {
            name: said[name] or [] for name in ("industry", "nature", "management_type", "state")
        },
        "search": said["search"] or "",
        "waiting": CloseOut.objects.filter(state=CloseOutState.SUBMITTED).count(),
        "wanting": wanting[:WANTING],
        "wanting_more": len(wanting) > WANTING,
        "narrowed": any(
            said[name] not in (None, [], "") for name in asked.base_filters if name != "page"
        ),
        "query": asked.form.data.urlencode(),
    }


def without(reader: User) -> QuerySet[Project]:
    """Finished projects that nobody has closed out, by code."""
    done = Project.objects.filter(stage__in=FINISHED_STAGES, actual_completion__isnull=False)
    return done.visible_to(reader).filter(close_out=None).order_by("code")


def like_it(project: Project, as_of: date) -> list[CloseOut]:
    """What like projects taught, offered while it can still help: the nearest in kind first.

    Same industry and nature, then same industry, then same nature; none for a finished project or
    one without either. One query.
    """
    if project.stage in FINISHED_STAGES:
        return []
    industry = Q(project__industry=project.industry) if project.industry else Q(pk=None)
    nature = Q(project__nature=project.nature) if project.nature else Q(pk=None)
    nearness = Case(
        When(industry & nature, then=Value(0)),
        When(industry, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = CloseOut.objects.confirmed().filter(industry | nature, confirmed_on__lte=as_of)
    near: Iterable[CloseOut] = found.select_related("project").order_by(
        nearness, "-confirmed_on", "-pk"
    )[:LIKE_IT]
    return list(near)
