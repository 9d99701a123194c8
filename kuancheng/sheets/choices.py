"""Code lists of imports."""

from django.db.models import TextChoices


class ImportState(TextChoices):
    """Where an import stands."""

    CHECKING = "checking", "检查中"
    READY = "ready", "可以导入"
    WRONG = "wrong", "有错误"
    APPLYING = "applying", "导入中"
    DONE = "done", "已导入"
    FAILED = "failed", "未导入"
    INTERRUPTED = "interrupted", "已中断"
    REFUSED = "refused", "未接收"


RUNNING = (ImportState.CHECKING, ImportState.APPLYING)


class RowState(TextChoices):
    """What an import would do, or did, with one row."""

    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    UNCHANGED = "unchanged", "未变"
    WRONG = "wrong", "有误"
