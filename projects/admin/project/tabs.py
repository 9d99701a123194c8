"""The parts of a project's form: tabs where scripts run, one below the other where not."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.contrib.admin.utils import flatten

BASIC, DUTY, STEPS, MONEY = "basic", "duty", "steps", "money"

LABELS = {BASIC: "基本", DUTY: "责任", STEPS: "节点", MONEY: "投资"}
"""The parts in their order. A fieldset names its own by a class, rows by their inline's `tab`."""


def tab_class(key: str) -> str:
    """The class that puts a fieldset into a part."""
    return f"tab-{key}"


@dataclass(frozen=True)
class Tab:
    """A part of the form, and how many of its fields and rows were refused."""

    key: str
    label: str
    wrong: int

    @property
    def css(self) -> str:
        """The class of its fieldsets."""
        return tab_class(self.key)


def tabs_of(form: AdminForm, inlines: Iterable[InlineAdminFormSet]) -> list[Tab]:
    """The parts of a form as it stands."""
    wrong = dict.fromkeys(LABELS, 0)
    for _, options in form.fieldsets:
        faults = sum(name in form.errors for name in flatten(list(options["fields"])))
        for key in LABELS:
            wrong[key] += faults if tab_class(key) in options.get("classes", ()) else 0
    for rows in inlines:
        wrong[rows.opts.tab] += rows.formset.total_error_count()
    return [Tab(key, label, wrong[key]) for key, label in LABELS.items()]
