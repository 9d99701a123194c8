"""名词: what each term means here, with the thresholds in force; the one place where it is said."""

from collections.abc import Mapping
from dataclasses import dataclass

from investment.rules.reporting import OPENS_DAY
from kuancheng.reports.choices import ProRataBasis
from kuancheng.reports.models import RuleSet


@dataclass(frozen=True)
class Term:
    """A term; `text` names thresholds by the columns of a rule set: “{gap_red}”."""

    name: str
    text: str

    @property
    def depends(self) -> bool:
        """Whether the thresholds have a part in it."""
        return "{" in self.text

    def meaning(self, rules: RuleSet) -> str:
        """The definition under these thresholds."""
        return self.text.format_map(_thresholds(rules))


THRESHOLDS = (
    "milestone_red_days",
    "due_soon_days",
    "gap_red",
    "gap_yellow",
    "start_red_days",
    "enrolment_yellow_days",
    "enrolment_red_days",
    "forecast_red_days",
    "report_due_workday",
    "answer_days",
)


def _thresholds(rules: RuleSet) -> dict[str, str]:
    figures = {name: f"{getattr(rules, name):f}" for name in THRESHOLDS}
    plain = {
        name: text.rstrip("0").rstrip(".") if "." in text else text
        for name, text in figures.items()
    }
    basis = str(ProRataBasis(rules.basis).label)
    soon = rules.permit_yellow_workdays
    lapse = "现行规则不因此亮灯" if soon is None else f"到期前 {soon} 个工作日内亮黄灯，失效亮红灯"
    return plain | {"basis": basis, "opens_day": str(OPENS_DAY), "permit_lapse": lapse}


GROUPS: Mapping[str, Mapping[str, Term]] = {
    "亮灯": {
        "light": Term(
            "亮灯",
            "每天按登记的事实逐条研判，触发的规则中最严重的一条决定灯色：红、黄、蓝、绿，无法研判为灰。灯不由人填写。",
        ),
        "red": Term(
            "红灯",
            "最严重。例如节点超期 {milestone_red_days} 天以上，完成率落后序时进度 {gap_red} 个百分点以上，"
            "超过计划开工日 {start_red_days} 天以上没有开工。",
        ),
        "yellow": Term(
            "黄灯",
            "已经滞后。例如节点超期 1 至 {milestone_red_days} 天，完成率落后序时进度 {gap_yellow} 以上、"
            "不超过 {gap_red} 个百分点，统计月的进展没有提交。",
        ),
        "blue": Term(
            "蓝灯",
            "提醒。节点在 {due_soon_days} 天内到期，或者完成率落后序时进度不超过 {gap_yellow} 个百分点。",
        ),
        "green": Term("绿灯", "没有触发任何一条亮灯规则。"),
        "grey": Term(
            "灰灯",
            "无法研判：本年没有年度计划，也没有带计划日期的节点；或者项目暂缓、退出。灰灯不等于正常，也不算滞后。",
        ),
        "override": Term(
            "人工调灯",
            "项目中心写明理由和止日，把灯调为另一种；规则判定的灯照样列在原因里，到期或撤销后自动恢复。",
        ),
        "red_answer": Term(
            "红灯说明",
            "亮红灯后 {answer_days} 个工作日内，由责任单位或项目秘书写明原因、措施和哪天转好。逾期没有说明的、"
            "承诺的日子过了仍为红灯的，列在日监测里，并告诉项目中心。再次说明替代上一次，两次都留着。",
        ),
        "rule_set": Term(
            "亮灯规则的版本",
            "阈值分版本，各有生效日期；过去的日子按当时有效的一版研判。新增一版才能改阈值。",
        ),
    },
    "进度与投资": {
        "pro_rata": Term(
            "序时进度",
            "到统计月末按计划应完成的比例。季节口径按各月占全年的比例累计，年度计划已分月的按自己的各月；"
            "平均口径每月十二分之一。现在按{basis}口径研判和计算差距。",
        ),
        "completion_rate": Term(
            "完成率",
            "统计月末本年累计完成投资 ÷ 年度计划投资，只计已复核的填报。没有年度计划的写“—”，不是 0%。",
        ),
        "gap": Term(
            "差距",
            "完成率减去序时进度，单位是个百分点，负数为落后。落后 {gap_yellow} 个百分点以上亮黄灯，"
            "{gap_red} 个百分点以上亮红灯。",
        ),
        "money_month": Term(
            "统计月",
            "报送期限已到的最近一个月。每月的进展在次月第 {report_due_workday} 个工作日截止（另有通知的除外），"
            "完成率和序时进度都取到统计月末。",
        ),
        "four_rates": Term(
            "四率",
            "投资完成率、开工率、入统率、竣工率。没有分母的写“—”；暂缓、退出的项目不计。",
        ),
        "start_rate": Term("开工率", "已开工 ÷ 应开工。应开工：计划开工日已到，或已经开工。"),
        "enrolment_rate": Term("入统率", "已入统 ÷ 已开工。"),
        "completing_rate": Term("竣工率", "已竣工 ÷ 应竣工。应竣工：计划竣工日已到，或已经竣工。"),
        "enrolment": Term(
            "入统",
            "项目纳入固定资产投资统计库。开工后 {enrolment_yellow_days} 天以上没有入统亮黄灯，"
            "{enrolment_red_days} 天以上亮红灯。",
        ),
        "programme_list": Term(
            "清单",
            "一年的重点项目清单或专项。项目从列入日期起、到最后一天止计入；个数、合计、指标和比率都按截至日期那天的清单算。",
        ),
        "joined": Term("增补", "清单成立以后列入的项目，写明日期、原因和文号。以前的日子不变。"),
        "taken_off": Term(
            "调出",
            "项目离开清单：竣工、退出、暂缓、并入其他项目或清单调整。最后一天仍计入，次日起不计。",
        ),
        "year_turn": Term(
            "年度结转",
            "把上年清单上没有完成的项目一次转入新年度的清单，同时定年度类别、填年度计划和核定数；可以整体撤销。竣工和退出的留在上年清单。",
        ),
        "year_class": Term(
            "年度类别",
            "项目在一年里的类别：新建、续建、前期、竣工，一年一个。改今年的不影响以前年度；新年度没有定的沿用上年，页面会写明。",
        ),
        "verified_total": Term(
            "核定数",
            "截至某月底、开工以来累计完成的投资，按统计口径核定。以后各月从它起累计，以前各月不变。",
        ),
        "annual_plan": Term(
            "年度计划",
            "项目在一年里计划完成的投资。不同于计划总投资：总投资不作年度完成率的分母。改动留下版本、理由和生效日。",
        ),
        "completed_ytd": Term(
            "本年累计完成",
            "本年 1 月到统计月已复核的完成投资之和。没有报的月份不当作 0，另行说明缺几个月。",
        ),
        "physical_progress": Term("形象进度", "工程实体完成到哪一步，用文字和百分数填报。"),
        "not_reported": Term("—", "没有报送或没有登记，不等于 0。合计旁边写明缺了几个。"),
    },
    "工期与节点": {
        "milestone": Term("节点", "项目的一步，有责任单位、计划开始和计划完成。前期手续也是节点。"),
        "overdue": Term(
            "超期",
            "过了计划完成日还没有完成的天数。暂缓、退出的项目不计超期。超期 {milestone_red_days} 天以上亮红灯。",
        ),
        "backward": Term(
            "倒排工期",
            "从承诺竣工日往回推，得出每个节点最迟哪天开始、哪天完成；工期按工作日、日历日或施工日计，"
            "施工日不计冬季停工期。",
        ),
        "forecast": Term(
            "预计竣工",
            "从今天起按剩余工期顺排，最早能竣工的日子。比承诺晚 1 天起亮黄灯，晚 {forecast_red_days} 天以上亮红灯。",
        ),
        "promised": Term("承诺竣工", "登记的计划竣工日；列入基线以后，只有批准新的计划才能改。"),
        "float": Term(
            "浮动",
            "节点最多还能推迟几天而不影响承诺竣工，按节点自己的工期单位计；“欠”为最早开始已晚于最迟开始。",
        ),
        "critical": Term("关键节点", "推迟一天，竣工就推迟一天的节点。这些节点连起来是关键线路。"),
        "baseline": Term(
            "基线",
            "批准时留存的一份计划，编号后不再变。进了基线的日期只能走“调整计划”，由另一人批准。",
        ),
        "permit_validity": Term(
            "手续有效期",
            "取得的手续在开工前会过期：核准 2 年，施工许可 3 个月，环评 5 年，其他按批文载明的日子；"
            "批文写明有效期的以批文为准，最后一天仍有效。开工以后不再失效。{permit_lapse}。",
        ),
        "permit_extension": Term(
            "手续延期",
            "原发证机关同意推迟最后有效日：核准一次、最长 1 年，届满 30 个工作日前申请；"
            "施工许可两次、每次不超过 3 个月，到期前申请；环评没有延期，超过 5 年重新审核。",
        ),
        "stop": Term(
            "停工",
            "工地停下来的日子，从停工日期到复工日期的前一天。只能在项目页登记；停工期间施工节点的工期暂停计算，计划日期不变，"
            "超期照算。全月停工的月份不用填报。",
        ),
        "stop_report": Term(
            "停工报告",
            "停工之日起一个月内须报告施工许可证发证机关（建筑法第十条）；期限按月的对应日算，遇休息日不顺延。",
        ),
        "resume": Term(
            "复工",
            "由责任单位申请、项目中心另一人同意；停工满一年的，须先经发证机关核验施工许可证。从复工日期起恢复正常。",
        ),
        "winter": Term(
            "冬季停工期", "室外施工停止的日子，默认 11 月 1 日至次年 3 月 31 日，可按年调整。"
        ),
    },
    "填报与复核": {
        "owed": Term(
            "应报",
            "前期至竣工阶段、状态正常、尚未竣工的项目，每月应报进展；全月停工的月份除外。其余为无须报送。",
        ),
        "missing": Term("未报送", "应报而没有提交。草稿没有提交、退回没有重报的，都算没有报送。"),
        "late_report": Term("迟报", "过了截止日期才提交。"),
        "window": Term(
            "填报窗口",
            "每月 {opens_day} 日开放填报，次月第 {report_due_workday} 个工作日截止；个别月份另定的以另定为准。",
        ),
        "waiting": Term("待复核", "已提交、还没有由另一人复核通过。复核通过以前不计入任何合计。"),
        "correction": Term(
            "更正", "复核以后改数的唯一办法：写明理由，由另一人批准；原数字和两个人都保留。"
        ),
        "evidence": Term("佐证", "证明所填内容的照片和文件。照片自动去掉拍摄地点。"),
        "flaw": Term(
            "数据质量问题", "登记里缺少的或自相矛盾的内容。“须改正”影响研判，“请核对”可能属实。"
        ),
        "recovered": Term("恢复", "由红灯、黄灯转为蓝灯或绿灯。"),
    },
    "事项": {
        "matter": Term(
            "事项",
            "项目遇到的难点、会议议定、领导批示、督办和助企诉求。一件事一个牵头单位、一个时限，直到销号。",
        ),
        "hand_over": Term(
            "交办", "督查办公室给事项编号，定牵头单位、时限、级别和核查人，交给单位办理。"
        ),
        "signing": Term(
            "签收", "牵头单位收下交办的事项。不签收，时限照样走；逾期未签收的另行列出。"
        ),
        "by_proxy": Term(
            "代签", "单位没有账号的，由督查办公室代为签收或填写进展，记录里写明是代签。"
        ),
        "feedback": Term(
            "反馈", "牵头单位写明办理结果并附佐证，请核查人核查。核查的日子不算单位的用时。"
        ),
        "verifying": Term(
            "核查", "由牵头单位以外的另一人核对办理结果：属实的销号，不属实的退回重办。"
        ),
        "close_out": Term(
            "销号", "核查属实，事项办结。自己不能给自己销号；销号后发现没有解决的可以重开。"
        ),
        "order": Term(
            "催办单和督办单",
            "单位逾期未签收、久无动静时发催办单；事项临期、超期、被退回时发督办单，分蓝、黄、红色。"
            "一轮里每种、每色只发一份，签发后内容不变。",
        ),
        "escalation": Term(
            "升级",
            "事项超期越久，过问的人级别越高：分管领导、单位主要领导、包保领导、区主要领导。暂停和已反馈的不升级。",
        ),
        "merging": Term(
            "并案",
            "两件事项其实是一件事的，并入其中一件办理，两件的记录都留着（一事一单）。",
        ),
        "pausing": Term(
            "暂停", "等评审、公示等不由单位左右的日子，经批准时限不走；恢复后时限顺延。"
        ),
        "weekly_review": Term(
            "周调度",
            "项目中心每周组织的会：议程由系统按上次以来的变化排出，一个项目一项；编号按年度，取消的也占号。",
        ),
        "decision": Term(
            "议定事项",
            "周调度上定下的事，须有一个责任单位和一个日子。记下时是一件事项的草拟，纪要定稿时交办；定稿前可以更正、撤回。",
        ),
        "waiting_to_send": Term(
            "待发送",
            "会议屏上已按保存、因断网或登录结束还没有送到系统的记录：存在这台电脑上，只属于记录的账号，送到后即从电脑上删去。",
        ),
        "carried_over": Term("顺延", "没有议到或议而未决的议题，下次周调度排在最前。"),
        "final_minutes": Term(
            "定稿",
            "记录人以外的另一位同事核对纪要后定稿：议定事项交办，纪要连同当时的亮灯留存，以后不变。",
        ),
        "unsolved": Term("未解决天数", "事项从交办到今天过了几天；到销号为止。"),
    },
    "赛马": {
        "league": Term(
            "赛马",
            "同类的单位、属地、包保领导或行业按公布的规则逐月排名。每个得分都能点开看分子、分母、算式和构成的项目；发布以后不再变。",
        ),
        "league_group": Term(
            "赛马分组",
            "也叫赛道：同类的放在一组比，部门、街道、企业分开，行业分开。每组有自己的规则，规则分版本，各有生效月份。",
        ),
        "coefficient": Term(
            "功效系数",
            "把各家的率放在全组最低和最高之间计分：60 + 40 × (本率 − 最低) ÷ (最高 − 最低)，再乘分值 ÷ 100。全组相同时不计。",
        ),
        "red_list": Term(
            "红榜", "完成率高于目标，并且名次靠前的，两条都够才列。有一票否决事项的不列。"
        ),
        "black_list": Term(
            "黑榜", "完成率低于目标，并且名次靠后的，两条都够才列。正好等于目标的不列。"
        ),
        "exempt": Term(
            "免列",
            "因不可抗力等不列黑榜：写明理由，由项目中心另一人确认，名次和分数不变，表上写明免列的原因。",
        ),
    },
    "月通报": {
        "bulletin": Term(
            "月通报",
            "每月一期的正式公文，按当月最后一天的口径取数，由一人起草、另一人批准发布，编发文字号。发布后文字、数字和附件都留存，不再改动。",
        ),
        "bulletin_figure": Term(
            "通报数字",
            "通报正文里由系统算出的数。可以移动、移除、再插入，不能改写；点开看出处。数据变了由起草人决定更新还是保留原文。",
        ),
        "erratum": Term(
            "通报更正",
            "已发布的通报有误的，写明原为多少、更正为多少和原因，经另一人批准，随下一期刊出；原件不改。",
        ),
    },
    "审计": {
        "audit_log": Term(
            "审计记录",
            "登录和失败的登录、口令、账号和角色、密钥、导出、查看佐证、办理和设置改动，各留一条：谁、何时、从哪里、做了什么、结果如何。"
            "只增不改，只有审计角色能看。",
        ),
        "audit_chain": Term(
            "审计链",
            "每条审计记录封存时带上前一条的摘要，连成一条链：改动、删除或插入任何一条，核对时都查得出是哪一条。",
        ),
    },
    "人员与日期": {
        "lead_official": Term("包保领导", "对项目总负责的区领导，同一时间只有一位。"),
        "liaison_officer": Term("项目秘书", "负责每月填报的联络人，同一时间只有一位。"),
        "lead_agency": Term("责任单位", "牵头推进项目的单位；本单位的填报人员可以修改这些项目。"),
        "subdistrict": Term("属地", "项目所在的街道或镇。"),
        "as_of": Term("截至日期", "页面按这一天的情况回答，例如当时的亮灯。不填为今天。"),
        "known_at": Term(
            "按哪天的记录",
            "只用到这一天结束时已登记的内容回答，之后的复核和更正不计。用来查对当时公布的数字。",
        ),
    },
}
"""Every term, in the groups of its page."""

TERMS: Mapping[str, Term] = {
    code: term for group in GROUPS.values() for code, term in group.items()
}
