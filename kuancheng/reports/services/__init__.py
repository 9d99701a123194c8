"""The one way to change thresholds, lights set by hand, answers, and what people keep of the list."""

from kuancheng.reports.services.answers import answer_red, latest_answer
from kuancheng.reports.services.close_outs import confirm_close_out
from kuancheng.reports.services.following import follow_project
from kuancheng.reports.services.overrides import light_now, revoke_override, set_override
from kuancheng.reports.services.rules import Changed, save_rule_set, try_answer_days, try_rules
from kuancheng.reports.services.views import delete_view, save_view, set_default
from kuancheng.reports.services.visits import note_project, note_visit

__all__ = [
    "Changed",
    "answer_red",
    "confirm_close_out",
    "delete_view",
    "follow_project",
    "latest_answer",
    "light_now",
    "note_project",
    "note_visit",
    "revoke_override",
    "save_rule_set",
    "save_view",
    "set_default",
    "set_override",
    "try_answer_days",
    "try_rules",
]
