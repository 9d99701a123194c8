"""The one way to change thresholds and lights set by hand."""

from kuancheng.reports.services.overrides import light_now, revoke_override, set_override
from kuancheng.reports.services.rules import Changed, save_rule_set, try_rules

__all__ = ["Changed", "light_now", "revoke_override", "save_rule_set", "set_override", "try_rules"]
