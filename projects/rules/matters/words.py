"""The limits of matters in words, for whoever has to keep them."""

from projects.rules.matters.clock import Limits


def limits_in_words(limits: Limits) -> tuple[tuple[str, str], ...]:
    """Each subject and what holds for it, in Chinese, in the order of a matter's way."""
    return (
        (
            "签收",
            f"交办后 {limits.sign} 个工作日内签收，逾期发催办单；"
            f"{limits.objection} 个工作日内可以提出异议。",
        ),
        ("动静", f"{limits.silence} 个工作日没有进展，发催办单；催办本身不算进展。"),
        (
            "延期",
            f"到期前至少 {limits.extension_before} 个工作日申请，最多 {limits.most_extensions} 次；"
            "第一次由督查办公室审批，以后由包保领导审批。",
        ),
        (
            "暂停",
            f"起日最多在 {limits.pause_back} 个工作日以前；恢复后时限顺延，暂停中不催办、不升级。",
        ),
        ("核查", f"反馈后 {limits.verify} 个工作日内核查，不计单位用时。"),
        (
            "督办单",
            f"距时限不多于 {limits.soon} 个工作日发蓝色，超期或被退回发黄色，"
            f"再过 {limits.red_after_yellow} 个工作日发红色；一轮里每色一份。",
        ),
        (
            "升级",
            f"交办为 1 级（分管领导），超期 {limits.heads} 个工作日升为 2 级（单位主要领导），"
            f"{limits.lead_official} 个升为 3 级（包保领导），"
            f"{limits.district} 个或第二次被退回升为 4 级（区主要领导）；一轮里每级一次。",
        ),
        ("申诉", f"结论作出后 {limits.appeal_days} 天内（日历日）可以申诉。"),
    )
