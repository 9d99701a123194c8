"""The one way to change the thresholds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.asking.parameters import Days
from kuancheng.audit import acts
from kuancheng.proposals.dated import Chosen, DatedKind
from kuancheng.proposals.kinds import Proposed
from kuancheng.records.dated import number_next
from kuancheng.reports.choices import LIGHT_WORDS, Basis
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.answers import RedAnswer, answers_on
from kuancheng.reports.judging.progress import ProgressRow, progress_rows
from kuancheng.reports.models import DailyStatus, RuleSet
from kuancheng.reports.rules.answering import Standing
from kuancheng.reports.rules.lights import Light
from projects.models import Project


@transaction.atomic
@acts.setting("设定亮灯阈值", "rules")
def save_rule_set(*, rules: RuleSet, today: date, actor: User) -> RuleSet:
    """Adds a version of the thresholds, numbered next, or changes one that is not yet in force.

    Pages propose it by `RULE_SET`, and the approval comes here. A version that takes effect today judges the whole portfolio anew. ValidationError for bad
    fields, for a day before today, and for a version that is already in force.
    """
    require(actor, f"reports.{'add' if rules.pk is None else 'change'}_ruleset")
    number_next(rules, today)
    rules.full_clean()
    rules._history_user = actor  # type: ignore[attr-defined]
    rules.save()
    if rules.effective_from == today:
        daily.refresh_all()
    return rules


@dataclass(frozen=True)
class Changed:
    """A project whose light would change; `why` is the first reason of the light that it gets."""

    code: str
    name: str
    before: str
    after: str
    why: str


def try_rules(rules: RuleSet, *, today: date) -> tuple[list[Changed], dict[str, tuple[int, int]]]:
    """Who would change colour today under these thresholds; and each light's number now and then.

    Saves nothing. Twenty-eight queries for each 500 projects.
    """
    changed: list[Changed] = []
    counts: dict[str, list[int]] = {}
    names = {pk: (code, name) for pk, code, name in _projects()}
    for now, then in _pairs(rules, today):
        counts.setdefault(now.light, [0, 0])[0] += 1
        counts.setdefault(then.light, [0, 0])[1] += 1
        if now.light != then.light:
            reasons = then.reasons or now.reasons
            why = reasons[0].text if reasons else ""
            changed.append(Changed(*names[now.project_id], now.light, then.light, why))
    return changed, {light: (pair[0], pair[1]) for light, pair in counts.items()}


def try_answer_days(rules: RuleSet, *, today: date) -> tuple[int, int]:
    """How many red lights lack an answer in time: under the limit in force, and under this one.

    Of the lights as they are now. Twelve queries, when the rows of the day are written.
    """
    daily.ensure(today, today=today)
    rows = DailyStatus.objects.filter(basis=Basis.DAILY, date=today, light=Light.RED)
    red = list(rows.values_list("project", flat=True))
    now, then = (
        answers_on(red, Days(today, None), limit=limit) for limit in (None, rules.answer_days)
    )
    return _overdue(now), _overdue(then)


def _overdue(found: Mapping[int, RedAnswer]) -> int:
    return sum(each.standing.standing == Standing.OVERDUE for each in found.values())


def _projects() -> Any:
    return Project.objects.values_list("pk", "code", "name")


def _pairs(rules: RuleSet, today: date) -> Iterator[tuple[ProgressRow, ProgressRow]]:
    """Each project's row by the rules in force, and by those on trial."""
    ids = list(Project.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), daily.BATCH):
        batch = ids[start : start + daily.BATCH]
        now = progress_rows(batch, today)
        yield from zip(now, progress_rows(batch, today, rules=rules), strict=True)


NAMED = 8
"""So many projects whose light would change are named to whoever decides."""


class RuleSetChange(DatedKind):
    """亮灯规则: a version of the thresholds, by two people."""

    code, label = "reports.ruleset", "亮灯规则"
    sees, decides = "reports.view_ruleset", "reports.add_ruleset"
    model = RuleSet

    def save(self, rules: RuleSet, chosen: Chosen, actor: User) -> None:
        save_rule_set(rules=rules, today=clock.today(), actor=actor)

    def link(self, proposal: Proposed) -> str:
        return reverse("admin:reports_ruleset_changelist")

    def impact(self, proposal: Proposed) -> Sequence[str]:
        rules = self.candidate(proposal)
        changed, _ = try_rules(rules, today=clock.today())
        if not changed:
            return ["按今天的数据试算，没有项目的灯会变。"]
        named = "、".join(f"{each.name}（{_turn(each)}）" for each in changed[:NAMED])
        more = f"等 {len(changed)} 个" if len(changed) > NAMED else ""
        return [f"按今天的数据试算，{len(changed)} 个项目的灯会变：{named}{more}。"]


def _turn(changed: Changed) -> str:
    words = {light.value: LIGHT_WORDS[light] for light in Light}
    return f"{words[changed.before]} → {words[changed.after]}"


RULE_SET = RuleSetChange()
