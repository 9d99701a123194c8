"""Code lists of the register: what travels through the API, and what people read."""

from django.db.models import IntegerChoices, TextChoices


class AgencyKind(TextChoices):
    DEPARTMENT = "department", "职能部门"
    SUBDISTRICT = "subdistrict", "属地（街道/镇）"
    ENTERPRISE = "enterprise", "建设单位"


class ManagementType(TextChoices):
    """How the state lets a project in: the word of the permit decides the flow."""

    APPROVAL = "approval", "审批"
    VERIFICATION = "verification", "核准"
    RECORD_FILING = "record_filing", "备案"


class Nature(TextChoices):
    """建设性质 of the national investment statistics."""

    NEW_BUILD = "new_build", "新建"
    EXPANSION = "expansion", "扩建"
    RENOVATION = "renovation", "改建和技术改造"
    LIVING_FACILITIES = "living_facilities", "单纯建造生活设施"
    RELOCATION = "relocation", "迁建"
    RESTORATION = "restoration", "恢复"
    PURCHASE_ONLY = "purchase_only", "单纯购置"


class Industry(TextChoices):
    """Sections of GB/T 4754-2017."""

    A = "A", "A 农、林、牧、渔业"
    B = "B", "B 采矿业"
    C = "C", "C 制造业"
    D = "D", "D 电力、热力、燃气及水生产和供应业"
    E = "E", "E 建筑业"
    F = "F", "F 批发和零售业"
    G = "G", "G 交通运输、仓储和邮政业"
    H = "H", "H 住宿和餐饮业"
    I = "I", "I 信息传输、软件和信息技术服务业"  # noqa: E741
    J = "J", "J 金融业"
    K = "K", "K 房地产业"
    L = "L", "L 租赁和商务服务业"
    M = "M", "M 科学研究和技术服务业"
    N = "N", "N 水利、环境和公共设施管理业"
    O = "O", "O 居民服务、修理和其他服务业"  # noqa: E741
    P = "P", "P 教育"
    Q = "Q", "Q 卫生和社会工作"
    R = "R", "R 文化、体育和娱乐业"
    S = "S", "S 公共管理、社会保障和社会组织"
    T = "T", "T 国际组织"


class YearClass(TextChoices):
    """What the year's work on a project is; not its 建设性质."""

    NEW_START = "new_start", "新建"
    CONTINUING = "continuing", "续建"
    PREPARATORY = "preparatory", "前期"
    COMPLETING = "completing", "竣工"


class Stage(TextChoices):
    """In the order in which a project passes them."""

    CONCEPT = "concept", "谋划"
    PIPELINE = "pipeline", "储备"
    SIGNED = "signed", "签约"
    PREPARATION = "preparation", "前期"
    STARTED = "started", "开工"
    CONSTRUCTION = "construction", "在建"
    COMPLETED = "completed", "竣工"
    COMMISSIONED = "commissioned", "投产"
    FULL_CAPACITY = "full_capacity", "达产"


FINISHED_STAGES = (Stage.COMPLETED, Stage.COMMISSIONED, Stage.FULL_CAPACITY)
"""竣工 and what comes after it."""


class CloseOutState(TextChoices):
    SUBMITTED = "submitted", "待确认"
    RETURNED = "returned", "已退回"
    CONFIRMED = "confirmed", "已确认"


class Standing(TextChoices):
    NORMAL = "normal", "正常"
    SUSPENDED = "suspended", "停工"
    DEFERRED = "deferred", "暂缓"
    WITHDRAWN = "withdrawn", "退出"


class JoinReason(TextChoices):
    """Why a project came on a list."""

    INITIAL = "initial", "首批"
    ADDED = "added", "增补"
    CARRIED = "carried", "上年结转"


class LeaveReason(TextChoices):
    """Why a project was taken off a list (调出)."""

    COMPLETED = "completed", "竣工"
    WITHDRAWN = "withdrawn", "退出"
    DEFERRED = "deferred", "暂缓"
    MERGED = "merged", "并入其他项目"
    ADJUSTED = "adjusted", "清单调整"


class StopReason(TextChoices):
    """Why a project stands still."""

    FUNDS = "funds", "资金"
    EXPROPRIATION = "expropriation", "征拆"
    PERMIT = "permit", "手续"
    SAFETY = "safety", "安全事故/整改"
    ENVIRONMENT = "environment", "环保"
    DESIGN = "design", "设计变更"
    CONTRACT = "contract", "合同纠纷"
    FORCE_MAJEURE = "force_majeure", "疫情或天气等不可抗力"
    OTHER = "other", "其他"


class Role(TextChoices):
    """What a person is to a project (包保、专班、秘书)."""

    LEAD_OFFICIAL = "lead_official", "包保领导"
    TASK_FORCE_HEAD = "task_force_head", "专班组长"
    TASK_FORCE_MEMBER = "task_force_member", "专班成员"
    LIAISON_OFFICER = "liaison_officer", "项目秘书"


SINGLE_ROLES = (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER)
"""One person at a time holds these for a project."""


class HandoverState(TextChoices):
    DONE = "done", "已交接"
    UNDONE = "undone", "已撤销"


class Phase(TextChoices):
    SITING = "siting", "招商落地"
    PERMIT = "permit", "前期手续"
    CONSTRUCTION = "construction", "施工"
    ACCEPTANCE = "acceptance", "竣工验收"
    PRODUCTION = "production", "投产"


class PermitKind(TextChoices):
    """Permits that lapse; what the law says of each is in `rules.permits`."""

    VERIFICATION = "verification", "项目核准"
    CONSTRUCTION = "construction", "施工许可"
    EIA = "eia", "环评"
    OTHER = "other", "其他有期限的手续"


class DurationUnit(TextChoices):
    """Which days a duration counts."""

    WORKING = "working", "工作日"
    CALENDAR = "calendar", "日历日"
    CONSTRUCTION = "construction", "施工日（冬季停工不计）"

    @property
    def word(self) -> str:
        """The label without what explains it: 工作日, 日历日, 施工日."""
        return str(self.label).partition("（")[0]


class PauseReason(TextChoices):
    """Why the clock of a step stands still."""

    SUPPLEMENT = "supplement", "补正"
    REVIEW = "review", "评审"
    PUBLICITY = "publicity", "公示"
    SUSPENSION = "suspension", "停工"
    OTHER = "other", "其他"


class ReplanReason(TextChoices):
    """Why a plan was approved anew."""

    INITIAL = "initial", "首次批准"
    PLANNING = "planning", "规划调整"
    PERMIT = "permit", "手续办理"
    EXPROPRIATION = "expropriation", "征拆"
    FUNDS = "funds", "资金"
    LABOUR = "labour", "用工"
    WEATHER = "weather", "天气"
    CONTRACTOR = "contractor", "施工单位"
    DECISION = "decision", "投资决策"
    RESOURCES = "resources", "要素保障"
    AHEAD = "ahead", "提前"
    FORCE_MAJEURE = "force_majeure", "不可抗力"
    OTHER = "other", "其他"


class Comparator(TextChoices):
    """How a figure was worded: “余”, “超过” and “以上” are not bare numbers."""

    EQUAL = "=", "等于"
    AT_LEAST = ">=", "不少于"
    MORE_THAN = ">", "超过"
    AT_MOST = "<=", "不多于"
    LESS_THAN = "<", "少于"
    SOMEWHAT_MORE = "≈>", "余"


class Measure(TextChoices):
    """Where a target's actual figure comes from."""

    READING = "reading", "按日期填报"
    PROJECT_COUNT = "project_count", "自动：清单内已登记项目数"
    TOTAL_INVESTMENT = "total_investment", "自动：清单内项目总投资"


class SuggestionKind(TextChoices):
    """What single change would keep a promise."""

    SHORTEN = "shorten", "压缩工期"
    PARALLEL = "parallel", "并行推进"


class PromisedDay(TextChoices):
    """Which day of a step was promised."""

    START = "start", "开始"
    FINISH = "finish", "完成"


class DayKind(TextChoices):
    """What a single day is, against the statutory calendar."""

    OFF = "off", "休息"
    WORK = "work", "上班"


class EvidenceKind(TextChoices):
    """What an uploaded file turned out to be."""

    PHOTO = "photo", "照片"
    DOCUMENT = "document", "文件"


class MatterKind(TextChoices):
    """Where a matter comes from."""

    DIFFICULTY = "difficulty", "难点问题"
    DECISION = "decision", "议定事项"
    INSTRUCTION = "instruction", "领导批示"
    SUPERVISION = "supervision", "督办"
    ENTERPRISE = "enterprise", "助企诉求"


class Factor(TextChoices):
    """要素: what it takes that is missing."""

    LAND = "land", "用地"
    FUNDS = "funds", "资金"
    RELOCATION = "relocation", "征拆"
    UTILITIES = "utilities", "水电气热"
    APPROVAL = "approval", "手续审批"
    ENVIRONMENT = "environment", "环评能评"
    LABOUR = "labour", "用工"
    CONTRACTOR = "contractor", "施工组织"
    OTHER = "other", "其他"


class MatterOrigin(TextChoices):
    """What a matter was raised from, where it was raised from something that is on record."""

    REASON = "reason", "亮灯原因"
    REPORT = "report", "填报的存在问题"
    MILESTONE = "milestone", "节点"
    REVIEW = "review", "周调度"


class Outcome(TextChoices):
    """What an answer says became of a matter."""

    SOLVED = "solved", "已解决"
    PARTLY = "partly", "部分解决"
    EXPLAINED = "explained", "解释说明"
    TRANSFERRED = "transferred", "转办"
    IMPOSSIBLE = "impossible", "不能解决"


class MatterLevel(IntegerChoices):
    """Who answers for it in the end."""

    IN_CHARGE = 1, "1 级（分管领导）"
    HEAD = 2, "2 级（单位主要领导）"
    LEAD_OFFICIAL = 3, "3 级（包保领导）"
    DISTRICT = 4, "4 级（区主要领导）"


class ReviewState(TextChoices):
    """Where a weekly review stands, in its order."""

    PREPARING = "preparing", "准备中"
    RUNNING = "running", "进行中"
    DRAFTED = "drafted", "待定稿"
    FINAL = "final", "已定稿"
    CANCELLED = "cancelled", "取消"


OPEN_REVIEWS = (ReviewState.PREPARING, ReviewState.RUNNING, ReviewState.DRAFTED)
"""Somebody still has to do something about it; there is one at a time."""


class AgendaKind(TextChoices):
    """Why something is on a review's agenda, in the order in which reasons are told."""

    CARRIED = "carried", "上次顺延"
    TURNED_RED = "turned_red", "转红"
    TURNED_YELLOW = "turned_yellow", "转黄"
    OVERDUE = "overdue", "超期"
    UNANSWERED = "unanswered", "未反馈的议定事项"
    ESCALATED = "escalated", "升级事项"
    PROMISE = "promise", "上次承诺"
    MANUAL = "manual", "手工"


class ItemOutcome(TextChoices):
    """What became of an item of the agenda at the meeting."""

    DISCUSSED = "discussed", "已议"
    CARRIED = "carried", "顺延"


class Presence(TextChoices):
    """How somebody attended a review."""

    PRESENT = "present", "出席"
    EXCUSED = "excused", "请假"
    SITTING_IN = "sitting_in", "列席"
