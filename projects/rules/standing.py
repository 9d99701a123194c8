"""Whose deadlines count."""

JUDGED_STANDINGS = ("normal", "suspended")
"""正常 and 停工: the plan still holds, so a day that passes is late. 暂缓 and 退出 promise nothing."""


def is_judged(standing: str) -> bool:
    """Whether days past the plan are late, and anything is forecast of the project."""
    return standing in JUDGED_STANDINGS
