"""Versions of rules by two people: the form proposes, the approval adds the version."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.proposals.kinds import Change, Moved, ProposalKind, Proposed, Subject, Value
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import Draft, propose
from kuancheng.proposals.values import EMPTY, changes_between, value_of, write
from kuancheng.records.dated import DatedRules, number_next

BASE = "base"
"""What stands for the version that a new one was made from."""

USUAL = ("effective_from", "note")

Chosen = Mapping[str, Iterable[models.Model]]
"""The records that a version names, by the column: many of them."""


class DatedKind(ProposalKind):
    """A version of some rules. `many` are its columns that name several records.

    A new version is the one that it follows, changed: where that has moved, it has to be looked
    at anew. One whose day has passed meanwhile has lapsed: past judgements do not change.
    """

    model: ClassVar[type[DatedRules]]
    many: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def save(self, rules: Any, chosen: Chosen, actor: User) -> None:
        """Saves it by the service that owns the rules."""

    @transaction.atomic
    def put_forward(self, *, rules: Any, actor: User, chosen: Chosen | None = None) -> Proposal:
        """Proposes a version as it was filled in, nothing of it saved.

        ValidationError as the rules' own service says, and for a note that gives no reason.
        """
        meta = self.model._meta
        verb = "change" if rules.pk else "add"
        require(actor, f"{meta.app_label}.{verb}_{meta.model_name}")
        number_next(rules, clock.today())
        rules.full_clean()
        if len(rules.note.strip()) < 4:
            raise ValidationError({"note": "请写明为什么调整、依据什么，至少 4 个字，供审核人看。"})
        return propose(draft=self._draft(rules, chosen or {}), author=actor)

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        base, day = self._base(proposal, lock=lock), self._day(proposal)
        if day < clock.today():
            raise Moved(f"生效日期 {day} 已过，过去的研判不改；请改用今天或以后的日期重新提出。")
        if proposal.subject_id is not None and base.effective_from <= clock.today():
            raise Moved(f"{base}已经生效，不能再改；请新增一版。")
        now: dict[str, Value] = {name: value_of(base, name) for name in self._columns()}
        return now | {name: _keys(base, name) for name in self.many} | {BASE: base.pk}

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        rules = self.candidate(proposal)
        rules._change_reason = f"变更申请{proposal.pk}号，{proposal.author}提出"
        self.save(rules, self._chosen(proposal), actor)

    def candidate(self, proposal: Proposed) -> Any:
        """The version as it would be, not saved."""
        rules = self._base(proposal, lock=False)
        if proposal.subject_id is None:
            rules.pk, rules._state.adding = None, True
        for name, value in proposal.values.items():
            if name in self._columns():
                write(rules, name, value)
        return rules

    def _draft(self, rules: Any, chosen: Chosen) -> Draft:
        known = self.model._default_manager
        meta = self.model._meta
        if rules.pk:
            base = known.get(pk=rules.pk)
            subject = Subject(meta.label_lower, rules.pk, str(base))
            last: list[Change] = []
        else:
            day = rules.effective_from
            base = known.in_force(day)
            label = f"{meta.verbose_name}新增一版（{day:%Y-%m-%d} 起）"
            subject = Subject(meta.label_lower, None, label, place=f"new-{day}")
            last = [Change(BASE, "版本", f"{base}", "在此基础上新增一版", base.pk, None)]
        changes = list(changes_between(base, rules, self._columns()))
        changes += [each for name in self.many if (each := _picked(base, name, chosen))]
        # What the rules say first; when and why, which every version has, after it.
        changes.sort(key=lambda each: each.name in USUAL)
        return Draft(self, subject, [*changes, *last], rules.note)

    def _base(self, proposal: Proposed, *, lock: bool) -> Any:
        known = self.model._default_manager.all()
        if proposal.subject_id is None:
            return known.in_force(self._day(proposal))
        found = (known.select_for_update() if lock else known).filter(pk=proposal.subject_id)
        return found.get()

    def _day(self, proposal: Proposed) -> Any:
        said = proposal.values.get("effective_from")
        field: Any = self.model._meta.get_field("effective_from")
        if said is not None:
            return field.to_python(said)
        held = self.model._default_manager.filter(pk=proposal.subject_id)
        return held.values_list("effective_from", flat=True).get()

    def _columns(self) -> Sequence[str]:
        fields = self.model._meta.concrete_fields
        return [each.name for each in fields if not each.primary_key and each.name != "version"]

    def _chosen(self, proposal: Proposed) -> Chosen:
        """Those that were picked; where nothing was, those of the version that it is made from."""
        base, values = self._base(proposal, lock=False), proposal.values
        found = {}
        for name in self.many:
            keys = values.get(name, _keys(base, name))
            model: Any = self.model._meta.get_field(name).related_model
            found[name] = list(model.objects.filter(pk__in=keys))
        return found


def _keys(rules: Any, name: str) -> list[Any]:
    return sorted(getattr(rules, name).values_list("pk", flat=True))


def _picked(base: Any, name: str, chosen: Chosen) -> Change | None:
    records = list(chosen.get(name, ()))
    old, new = _keys(base, name), sorted(each.pk for each in records)
    if old == new:
        return None
    label = str(base._meta.get_field(name).verbose_name)
    before = "、".join(map(str, getattr(base, name).all())) or EMPTY
    return Change(name, label, before, "、".join(map(str, records)) or EMPTY, list(old), list(new))
