"""The one way to change the thresholds."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from kuancheng.reports import daily
from kuancheng.reports.models import RuleSet


@transaction.atomic
def save_rule_set(*, rules: RuleSet, today: date, actor: Any = None) -> RuleSet:
    """Adds a version of the thresholds, numbered next, or changes one that is not yet in force.

    A version that takes effect today judges the whole portfolio anew. ValidationError for bad
    fields, for a day before today, and for a version that is already in force.
    """
    # One at a time: the next number is taken from those that are there.
    known = {each.pk: each for each in RuleSet.objects.select_for_update()}
    before = known.get(rules.pk)
    if before is not None and before.effective_from <= today:
        raise ValidationError("这一版已经生效，不能再改；请新增一版。")
    if rules.effective_from is not None and rules.effective_from < today:
        raise ValidationError({"effective_from": "生效日期不能早于今天：过去的研判不改。"})
    if before is None:
        rules.version = (RuleSet.objects.aggregate(latest=Max("version"))["latest"] or 0) + 1
    rules.full_clean()
    if actor is not None:
        rules._history_user = actor  # type: ignore[attr-defined]
    rules.save()
    if rules.effective_from == today:
        daily.refresh_all()
    return rules
