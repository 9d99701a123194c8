"""The form of an action: what a service objects to stands beside its field, nothing typed is lost."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import QueryDict

from kuancheng.access.rights import NotAllowed
from kuancheng.records.forms import CLASH, ActionForm
from kuancheng.records.versions import StaleRecord


class Signing(ActionForm):
    verb = "签发"
    text = forms.CharField(required=False)


def posted(data: str, version: int = 7) -> Signing:
    form = Signing(version, QueryDict(data))
    assert form.is_valid()
    return form


def test_names_the_version_that_was_shown_and_none_where_the_page_was_cut_short() -> None:
    assert Signing(7)["seen_version"].value() == 7
    assert posted("seen_version=6").seen == 6
    assert posted("text=x").seen == 0


def test_objection_stands_beside_its_field_or_above_where_there_is_none() -> None:
    form = posted("seen_version=7&text=x")
    form.object_to(ValidationError({"text": "太短", "due": "没有时限"}))
    assert form.errors == {"text": ["太短"], "__all__": ["没有时限"]}
    assert form["text"].value() == "x"


def test_right_that_lacks_is_said_and_so_is_a_clash() -> None:
    form = posted("seen_version=7")
    form.object_to(NotAllowed("您不是。"))
    form.object_to(IntegrityError("unique"))
    assert form.errors == {"__all__": ["您不是。", CLASH]}


def test_whoever_was_overtaken_is_told_and_acts_knowingly_when_he_presses_again() -> None:
    form = posted("seen_version=6&text=x", version=8)
    form.object_to(StaleRecord("事项"))
    [said] = form.errors["__all__"]
    assert str(said).endswith("再按一次即按现在的内容签发。")
    assert (form["seen_version"].value(), form["text"].value()) == ("8", "x")
