"""Every service stands in the audit: what it decides once, what it refuses once, and nothing twice."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.audit import acts
from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.models import AuditEntry
from kuancheng.audit.waiting import holding
from projects.services.stops.steps import begin_stop, strike_stop
from tests import factories
from tests.services.test_rights import OFFICE_STEPS, ROW_STEPS, Scene, clerk_of

ROOT = Path(__file__).resolve().parent.parent.parent
SERVICES = (
    *ROOT.glob("projects/services/**/*.py"),
    *ROOT.glob("investment/services/**/*.py"),
    *ROOT.glob("kuancheng/reports/services/**/*.py"),
    *ROOT.glob("kuancheng/notices/services/*.py"),
    *ROOT.glob("kuancheng/proposals/services/*.py"),
    *ROOT.glob("kuancheng/accounts/services/*.py"),
    ROOT / "kuancheng/access/keys.py",
    ROOT / "kuancheng/documents/services.py",
)

NO_ACTS = {
    "follow_project": "one's own list",
    "save_view": "one's own view of a list",
    "delete_view": "one's own view of a list",
    "set_default": "one's own view of a list",
    "submit_reports": "one entry a report, by `_submitted`",
    "settle_classes": "follows from what was decided before",
    "_save_all": "files that wait for their form",
    "_approve": "`approve` tells of a refusal, `_decided` of what was decided",
    "_one": "its `_moved` tells what came of it",
}
"""Services that write in somebody's name and leave no entry, and why."""


def writing_services() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function that opens a transaction in somebody's name, and its dotted name."""
    for file in SERVICES:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(file.read_text()).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            atomic = "transaction.atomic" in map(ast.unparse, node.decorator_list)
            asks = {each.arg for each in (*node.args.args, *node.args.kwonlyargs)}
            if atomic and "actor" in asks:
                yield f"{module}.{node.name}", node


def test_every_service_that_writes_stands_in_the_audit() -> None:
    names = {name for name, _ in writing_services()}
    for module in {name.rpartition(".")[0] for name in names}:
        import_module(module)
    assert len(names) > 100
    missing = {each for each in names - set(acts.SERVICES) if each.split(".")[-1] not in NO_ACTS}
    assert missing == set()


def test_what_leaves_no_entry_is_there() -> None:
    assert set(NO_ACTS) <= {name.split(".")[-1] for name, _ in writing_services()}


def test_entry_is_written_in_the_transaction_of_its_change() -> None:
    """The other way round a decision could be kept without its entry."""
    for name, node in writing_services():
        written = [ast.unparse(each) for each in node.decorator_list]
        if name in acts.SERVICES:
            assert written[0] == "transaction.atomic", name


def test_names_what_each_service_is_about() -> None:
    for each in acts.SERVICES.values():
        assert not each.of or each.of in each.asks.parameters, each.service


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*ROW_STEPS, *OFFICE_STEPS])
def test_act_leaves_one_entry_or_a_history_of_its_own(name: str) -> None:
    scene = Scene(factories.project(name="粮油仓"))
    actor = clerk_of(scene.project) if name in ROW_STEPS else factories.user(REVIEWER)
    (ROW_STEPS | OFFICE_STEPS)[name](scene, actor)
    found = list(AuditEntry.objects.filter(actor=actor))
    edits = {"save", "change", "add", "attach", "caption", "delete_parts", "write", "apply"}
    edits |= {"listing_drafts"}
    kept = [each for each in found if each.outcome == Outcome.DONE]
    assert len(found) == len(kept) <= 1
    if not kept:
        assert any(name.startswith(each) for each in edits), name
        return
    if kept[0].act == Act.PROPOSED:
        return
    assert kept[0].detail["service"] in acts.SERVICES
    assert acts.SERVICES[kept[0].detail["service"]].kept


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*ROW_STEPS, *OFFICE_STEPS])
def test_refusal_leaves_one_entry_too(name: str) -> None:
    scene = Scene(factories.project(name="粮油仓"))
    clerk = factories.user(REPORTER)
    with pytest.raises(NotAllowed) as refused, holding():
        (ROW_STEPS | OFFICE_STEPS)[name](scene, clerk)
    [entry] = AuditEntry.objects.filter(actor=clerk)
    assert (entry.outcome, entry.detail["refusal"]) == (Outcome.REFUSED, str(refused.value)[:200])


@pytest.mark.django_db
def test_entry_goes_with_the_change_that_is_rolled_back() -> None:
    stop, office = factories.stop(project=factories.project()), factories.user(REVIEWER)
    with transaction.atomic():
        strike_stop(stop=stop, reason="登记错了", seen=factories.seen(stop), actor=office)
        assert AuditEntry.objects.filter(actor=office).count() == 1
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(actor=office).exists()


@pytest.mark.django_db
def test_what_is_only_typed_wrongly_leaves_none() -> None:
    stop, office = factories.stop(project=factories.project()), factories.user(REVIEWER)
    with pytest.raises(ValidationError):
        strike_stop(stop=stop, reason=" ", seen=factories.seen(stop), actor=office)
    assert not AuditEntry.objects.filter(actor=office).exists()


@pytest.mark.django_db
def test_entry_says_who_what_and_of_which_project() -> None:
    project, office = factories.project(), factories.user(REVIEWER, full_name="李四")
    stop = factories.stop(project=project)
    number = stop.pk
    strike_stop(stop=stop, reason="登记错了", seen=factories.seen(stop), actor=office)
    entry = AuditEntry.objects.get(actor=office)
    assert (entry.act, entry.words, entry.actor_name) == (Act.DECIDED, "撤销停工", "李四")
    assert entry.detail["project"] == project.pk
    assert entry.detail["reason"] == "登记错了"
    assert str(number) in (entry.subject_id, str(entry.detail.get("deleted")))


@pytest.mark.django_db
def test_many_decisions_inside_one_act_leave_one_entry() -> None:
    office, stops = factories.user(REVIEWER), [factories.stop(project=factories.project())]
    stops.append(factories.stop(project=factories.project()))
    with acts.as_one(Act.IMPORTED, "导入“停工.xlsx”", actor=office):
        for stop in stops:
            strike_stop(stop=stop, reason="登记错了", seen=factories.seen(stop), actor=office)
    assert [each.words for each in AuditEntry.objects.filter(actor=office)] == ["导入“停工.xlsx”"]


@pytest.mark.django_db
def test_act_that_fails_leaves_no_entry_and_the_next_one_does() -> None:
    office = factories.user(REVIEWER)
    with pytest.raises(ZeroDivisionError), acts.as_one(Act.IMPORTED, "导入", actor=office):
        _ = 1 / 0
    stop = factories.stop(project=factories.project())
    strike_stop(stop=stop, reason="登记错了", seen=factories.seen(stop), actor=office)
    assert AuditEntry.objects.filter(actor=office).count() == 1


@pytest.mark.django_db
def test_refused_service_keeps_what_was_tried() -> None:
    clerk: Any = factories.user(REPORTER)
    stop = factories.stop(project=factories.project(name="粮油仓"))
    with pytest.raises(NotAllowed), holding():
        begin_stop(stop=stop, seen=1, actor=clerk)
    entry = AuditEntry.objects.get(actor=clerk)
    assert (entry.words, entry.outcome) == ("登记停工", Outcome.REFUSED)
