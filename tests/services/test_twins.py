"""一事一单: the open matter is offered before a second on the same thing."""

from datetime import date
from typing import Any

import pytest

from projects.choices import Factor, MatterKind
from projects.models import Agency, Matter
from projects.rules.matters.steps import Step
from projects.services.matters.drafts import save_matter
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from projects.services.matters.twins import RepeatedMatter, like_it
from tests import factories
from tests.services.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def another(cast: Cast, **fields: Any) -> Matter:
    given = {
        "title": "又缺电",
        "kind": MatterKind.DIFFICULTY,
        "project": cast.project,
        "factor": cast.matter.factor,
        "lead_agency": cast.agency,
        "verifier": cast.verifier,
    }
    return Matter(**given | fields)


class TestRaising:
    @pytest.mark.parametrize("state", ["draft", "issued", "answered"])
    def test_second_is_refused_and_names_the_first(self, cast: Cast, state: str) -> None:
        if state != "draft":
            getattr(cast, state)()
        with pytest.raises(RepeatedMatter, match="一事一单") as refused:
            save_matter(matter=another(cast), actor=cast.office)
        assert refused.value.twins == [cast.matter]
        assert str(cast.matter) in str(refused.value)
        assert Matter.objects.count() == 1

    def test_second_is_kept_with_the_reason_why_it_is_another(self, cast: Cast) -> None:
        cast.issued()
        made = save_matter(
            matter=another(cast), actor=cast.office, separate_reason=" 二期另一处变压器 "
        )
        assert made.separate_reason == "二期另一处变压器"
        with pytest.raises(RepeatedMatter):
            save_matter(matter=another(cast), actor=cast.office, separate_reason="  ")

    def test_what_differs_or_is_over_is_no_twin(self, cast: Cast) -> None:
        save_matter(matter=another(cast, factor=Factor.LABOUR), actor=cast.office)
        save_matter(matter=another(cast, lead_agency=factories.agency()), actor=cast.office)
        save_matter(matter=another(cast, project=factories.project()), actor=cast.office)
        cast.closed()
        made = save_matter(matter=another(cast), actor=cast.office)
        assert made.separate_reason == ""

    def test_enterprise_without_a_project_is_known_by_itself(self, cast: Cast) -> None:
        firm, other = (factories.agency(kind="enterprise") for _ in range(2))

        def asks(enterprise: Agency, **more: Any) -> Matter:
            made = another(cast, kind=MatterKind.ENTERPRISE, project=None, enterprise=enterprise)
            return save_matter(matter=made, actor=cast.office, **more)

        first = asks(firm)
        asks(other)
        with pytest.raises(RepeatedMatter) as refused:
            asks(firm)
        assert refused.value.twins == [first]
        assert asks(firm, separate_reason="另一座厂房").pk

    def test_draft_that_turns_into_the_same_is_asked_too(self, cast: Cast) -> None:
        made = save_matter(matter=another(cast, factor=Factor.LABOUR), actor=cast.office)
        made.title = "缺工"
        save_matter(matter=made, actor=cast.office)
        made.factor = cast.matter.factor
        with pytest.raises(RepeatedMatter):
            save_matter(matter=made, actor=cast.office)


class TestIssuing:
    def issue(self, cast: Cast, matter: Matter, **more: Any) -> None:
        take_step(
            matter=matter,
            step=Step.ISSUE,
            actor=cast.office,
            seen=factories.seen(matter),
            given=Given(due=date(2024, 10, 25), **more),
        )

    def test_second_needs_the_reason_and_takes_no_number_without(self, cast: Cast) -> None:
        twin = factories.matter(
            project=cast.project, lead_agency=cast.agency, verifier=cast.verifier
        )
        cast.issued()
        with pytest.raises(RepeatedMatter):
            self.issue(cast, twin)
        assert not twin.steps.exists()
        self.issue(cast, twin, separate_reason="二期另一处")
        twin.refresh_from_db()
        assert (twin.number, twin.separate_reason) == ("交办〔2024〕2号", "二期另一处")

    def test_reason_that_was_given_when_it_was_raised_is_enough(self, cast: Cast) -> None:
        cast.issued()
        made = save_matter(matter=another(cast), actor=cast.office, separate_reason="另一处")
        self.issue(cast, made)

    def test_first_is_not_held_up_by_a_second_that_is_a_draft(self, cast: Cast) -> None:
        save_matter(matter=another(cast), actor=cast.office, separate_reason="另一处")
        cast.issued()
        assert cast.matter.state == "issued"


def test_moved_to_where_the_same_lies_already_needs_the_reason(cast: Cast) -> None:
    other = Cast()
    Matter.objects.filter(pk=other.matter.pk).update(project=cast.project)
    other.matter.refresh_from_db()
    other.issued()
    cast.issued()
    move = {"agency": other.agency, "due": date(2024, 10, 30), "text": "属该单位"}
    with pytest.raises(RepeatedMatter, match="交办〔2024〕1号"):
        cast.does(cast.office, Step.REASSIGN, **move)
    cast.does(cast.office, Step.REASSIGN, **move, separate_reason="另一处")
    assert (cast.matter.lead_agency, cast.matter.separate_reason) == (other.agency, "另一处")
    assert like_it(cast.matter) == [other.matter]
