"""Which projects are judged: of one that was put off or withdrawn nothing is late or owed."""

NORMAL, SUSPENDED = JUDGED_STANDINGS = ("normal", "suspended")


def is_judged(standing: str) -> bool:
    """Whether its deadlines count and its completion is forecast: 正常 or 停工."""
    return standing in JUDGED_STANDINGS


def standing_on(registered: str, *, stopped: bool, on_record: bool) -> str:
    """The standing of a day: 停工 when a stop covers it, whatever the register says today.

    暂缓 and 退出 come before it: the site stands still, and nothing is asked of it. Where no stop is
    `on_record`, as in histories from before there were stops, the register's word stands.
    """
    if registered not in JUDGED_STANDINGS or not on_record:
        return registered
    return SUSPENDED if stopped else NORMAL


def standing_refusal(before: str | None, after: str, *, stopped: bool) -> str:
    """What is said to whoever sets a standing that only a stop sets; empty where he may.

    `before` is None for a new project, `stopped` whether it stands still today.
    """
    if after == before:
        return ""
    if after == SUSPENDED and before is None:
        return "新登记的项目不能直接填“停工”：请先按“正常”登记，再在项目页登记停工。"
    if after == SUSPENDED and not stopped:
        return "“停工”不能直接填写，请改回原状态，在项目页登记停工。"
    if after == NORMAL and stopped:
        return "项目还在停工，不能直接改为“正常”：请在项目页申请复工，由项目中心同意后自动恢复。"
    return ""
