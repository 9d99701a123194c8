"""What an entry of the audit log can say: which act, by which door, with which outcome."""

from django.db.models import TextChoices


class ActGroup(TextChoices):
    """Kinds of acts, as the page filters them."""

    ENTRY = "entry", "登录与退出"
    ACCOUNT = "account", "账号与角色"
    KEY = "key", "密钥与大屏地址"
    FILE = "file", "导出与文件"
    DECISION = "decision", "办理与决定"
    SETTING = "setting", "设置"
    SYSTEM = "system", "系统运行"


class Act(TextChoices):
    """What was done. A value begins with its group; groups, and acts in them, by alphabet.

    The column knows no choices: an act may be added without a migration, and one that the program
    has forgotten stays readable.
    """

    ACCOUNT_CHANGED = "account.changed", "修改账号"
    ACCOUNT_CREATED = "account.created", "新建账号"
    ACCOUNT_DEACTIVATED = "account.deactivated", "停用账号"
    ROLE_CHANGED = "account.role_changed", "变更角色"

    APPROVED = "decision.approved", "批准"
    DECIDED = "decision.decided", "办理"
    DENIED = "decision.denied", "无权限的提交"
    EDITED = "decision.edited", "修改记录"
    PROPOSED = "decision.proposed", "提出变更"
    REJECTED = "decision.rejected", "退回"
    WITHDRAWN = "decision.withdrawn", "撤回"

    LOCKED_OUT = "entry.locked_out", "登录锁定"
    LOGIN = "entry.login", "登录"
    LOGIN_FAILED = "entry.login_failed", "登录失败"
    LOGOUT = "entry.logout", "退出"
    PASSWORD_CHANGED = "entry.password_changed", "修改本人口令"
    PASSWORD_SET = "entry.password_set", "重设他人口令"
    SECOND_FACTOR_CHANGED = "entry.second_factor_changed", "变更第二因素"
    SECOND_FACTOR_FAILED = "entry.second_factor_failed", "第二因素未通过"
    THROTTLED = "entry.throttled", "访问过于频繁"
    UNLOCKED = "entry.unlocked", "解除锁定"

    EVIDENCE_OPENED = "file.evidence_opened", "查看佐证"
    EXPORTED = "file.exported", "导出"
    FILE_REFUSED = "file.refused", "拒收文件"
    IMPORTED = "file.imported", "导入"

    DISPLAY_ISSUED = "key.display_issued", "签发大屏地址"
    DISPLAY_REVOKED = "key.display_revoked", "吊销大屏地址"
    KEY_ISSUED = "key.issued", "签发密钥"
    KEY_NEW_ADDRESS = "key.new_address", "密钥从新地址使用"
    KEY_REVOKED = "key.revoked", "吊销密钥"
    KEY_USED = "key.used", "用密钥写入"
    KEY_VIEWED = "key.viewed", "查看密钥清单"

    SETTING_CHANGED = "setting.changed", "修改设置"

    ARCHIVED = "system.archived", "审计归档"
    BACKUP = "system.backup", "备份"
    CHAIN_RESUMED = "system.chain_resumed", "审计链重新起算"
    CLOCK = "system.clock", "时钟异常"
    DAILY_RUN = "system.daily_run", "日监测"
    LOADED = "system.loaded", "批量装载"
    VERIFIED = "system.verified", "核对审计链"

    @property
    def group(self) -> ActGroup:
        """The kind it belongs to."""
        return ActGroup(self.value.partition(".")[0])

    @classmethod
    def of_group(cls, group: str) -> list["Act"]:
        """The acts of a kind. ValueError for a kind that there is not."""
        wanted = ActGroup(group)
        return [each for each in cls if each.group == wanted]


class Outcome(TextChoices):
    """How it ended."""

    DONE = "done", "成功"
    REFUSED = "refused", "被拒绝"
    FAILED = "failed", "失败"


class Door(TextChoices):
    """Where the act came in."""

    PAGE = "page", "网页"
    API = "api", "接口"
    COMMAND = "command", "命令"
    JOB = "job", "后台任务"
