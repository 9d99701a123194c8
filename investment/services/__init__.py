"""The one way to change the money: admin, API, imports and commands all call these."""

from investment.services.corrections import (
    approve_correction,
    check_correction,
    propose_correction,
    reject_correction,
)
from investment.services.reports import (
    FindingError,
    WrongState,
    approve_report,
    check_report,
    check_reports,
    delete_report,
    return_report,
    save_report,
    submit_report,
    submit_reports,
    withdraw_report,
)
from investment.services.undo import undo_decision

__all__ = [
    "FindingError",
    "WrongState",
    "approve_correction",
    "approve_report",
    "check_correction",
    "check_report",
    "check_reports",
    "delete_report",
    "propose_correction",
    "reject_correction",
    "return_report",
    "save_report",
    "submit_report",
    "submit_reports",
    "undo_decision",
    "withdraw_report",
]
