"""双人审核金额: the rule of two people is itself changed by two people."""

from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.proposals.dated import Chosen, DatedKind
from kuancheng.proposals.kinds import Proposed
from kuancheng.proposals.models import AmountRules
from kuancheng.records.dated import number_next


class AmountRulesChange(DatedKind):
    """From which change of an amount on a second person decides."""

    code, label = "proposals.amounts", "双人审核金额"
    sees, decides = "proposals.view_amountrules", "proposals.add_amountrules"
    model = AmountRules

    def save(self, rules: AmountRules, chosen: Chosen, actor: User) -> None:
        verb = "add" if rules.pk is None else "change"
        require(actor, f"proposals.{verb}_amountrules")
        number_next(rules, clock.today())
        rules.full_clean()
        rules._history_user = actor  # type: ignore[attr-defined]
        rules.save()

    def link(self, proposal: Proposed) -> str:
        return reverse("admin:proposals_amountrules_changelist")


AMOUNTS = AmountRulesChange()
