"""The one way to change the money: admin, API, imports and commands all call these."""

from investment.services.reports import (
    WrongState,
    approve_report,
    check_report,
    delete_report,
    save_report,
    submit_report,
    withdraw_report,
)

__all__ = [
    "WrongState",
    "approve_report",
    "check_report",
    "delete_report",
    "save_report",
    "submit_report",
    "withdraw_report",
]
