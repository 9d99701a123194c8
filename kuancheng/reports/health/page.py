"""What probes and people are told of the site's health."""

from typing import Any

from kuancheng.asking.parameters import Parameters
from kuancheng.readiness.registry import Answer, State, worst

SIGNS = {
    State.OK: "state-done",
    State.WARNING: "state-draft",
    State.DOWN: "state-failed",
    State.UNKNOWN: "state-not_owed",
}
"""The colours of states, which stand beside their words."""


class HealthParameters(Parameters):
    """None: health is of now."""

    no_past = "运行状况只说此刻，不能指定日期。"


def health_page(answers: list[Answer]) -> dict[str, Any]:
    """The template's context."""
    state = worst(answers)
    rows = [
        {
            "title": each.check.title,
            "label": each.finding.state.label,
            "sign": SIGNS[each.finding.state],
            "words": each.finding.words,
        }
        for each in answers
    ]
    return {"rows": rows, "state": state.value, "label": state.label, "sign": SIGNS[state]}


def health_body(answers: list[Answer], detailed: bool) -> dict[str, Any]:
    """The JSON of `/readyz`: names and codes, and with `detailed` what to do."""
    state = worst(answers)
    return {
        "ready": state is not State.DOWN,
        "state": state,
        "checks": [_told(each, detailed) for each in answers],
    }


def _told(answer: Answer, detailed: bool) -> dict[str, str]:
    finding = answer.finding
    told = {"name": answer.check.name, "state": str(finding.state), "code": finding.code}
    return told | {"title": answer.check.title, "words": finding.words} if detailed else told
