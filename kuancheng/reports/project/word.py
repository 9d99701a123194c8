"""一项一表 as an official document: what the page of the brief tells, on one sheet."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from django.utils.text import Truncator

from kuancheng.documents.blocks import Align, Cell, Column, Face, Run, Table, words
from kuancheng.documents.document import Document, chinese_day
from kuancheng.documents.kinds import DocumentKind
from kuancheng.reports.choices import LIGHT_WORDS, LightChoice
from kuancheng.reports.judging.stops import StopOn
from kuancheng.reports.project.schedule import Step
from kuancheng.reports.rules.lights import Light
from kuancheng.reports.templatetags.figures import day, month, percent, points, wan, whole
from projects.planning import happened

KIND = DocumentKind("brief", "一项一表")
GRID = 39
"""Narrow columns: thirteen for the months are three each, three pairs thirteen each."""

POINTS = 8.5
NAME = 5
STEP_SPANS = (17, 12, 5, 5)
Facts = Mapping[str, Any]
Row = tuple[Cell, ...]
Told = tuple[str, str]


def brief_document(facts: Facts, address: str) -> Document:
    """The brief of `project_brief` as a document; `address` is where its code leads. No queries.

    Texts are cut as on the page. Photos are not in it: they stay on the page.
    """
    project, days = facts["project"], _days(facts)
    demo = "，演示数据，均为虚构" if project.is_demo else ""
    sections = (_basics, _people, _light, _money, _schedule, _problems)
    rows = tuple(chain.from_iterable(each(facts) for each in sections))
    return Document(
        title="重点项目一项一表",
        dated=facts["known_at"] or facts["as_of"],
        blocks=(
            Table(
                tuple(Column(1) for _ in range(GRID)),
                rows,
                unit=f"{days}，单位：万元{demo}",
                points=POINTS,
                is_tight=True,
            ),
        ),
        leads_to=address,
    )


def _days(facts: Facts) -> str:
    known = f"（按 {chinese_day(facts['known_at'])}的记录）" if facts["known_at"] else ""
    return f"截至 {chinese_day(facts['as_of'])}{known}"


def _basics(facts: Facts) -> Iterator[Row]:
    project, status = facts["project"], facts["status"]
    standing = "" if status.standing == "normal" else f"（{status.get_standing_display()}）"
    carried = f"（沿用 {facts['class_from']} 年）" if facts["class_from"] else ""
    yield _section("基本情况")
    yield _cells(("项目名称", f"{project.name}（{project.code}）"))
    yield _cells(
        ("阶段", f"{project.get_stage_display()}{standing}"),
        ("年度类别", f"{status.get_year_class_display() or '—'}{carried}"),
        ("管理类型", project.get_management_type_display()),
    )
    yield _cells(
        ("行业门类", project.get_industry_display()),
        ("建设性质", project.get_nature_display()),
        ("属地", project.subdistrict),
    )
    yield _cells(("国家代码", project.national_code), ("建设单位", _cut(project.owner, 30)))
    yield _cells(("建设地点", _cut(project.address, 43)))
    yield _cells(("所在清单", _cut(facts["listed"], 43)))
    yield _cells(("建设内容", _cut(project.scope, 120)))


def _people(facts: Facts) -> Iterator[Row]:
    yield _section("责任")
    yield _cells(("责任单位", _cut(facts["project"].lead_agency, 50)))
    for each in facts["holders"]:
        yield _cells((each.role, _cut("、".join(each.people), 100)))
    if not facts["holders"]:
        yield _cells(("责任人", "还没有登记包保领导、专班和项目秘书"))


def _light(facts: Facts) -> Iterator[Row]:
    status = facts["status"]
    yield _section("亮灯", f"亮灯规则{facts['rules']}，统计月份 {month(status.money_month)}")
    lit = f"{LightChoice(status.light).label} {LIGHT_WORDS[Light(status.light)]}"
    by_hand = (
        f"（人工调灯，规则判定为{status.get_computed_light_display()}）"
        if status.overridden
        else ""
    )
    none = "" if facts["reasons"] else "，没有触发任何一条亮灯规则"
    lines = [f"{lit}{by_hand}{none}", *map(_reason, facts["reasons"])]
    if facts["reasons_more"]:
        lines.append(f"另有 {facts['reasons_more']} 项，见项目页。")
    if found := facts["answers"].get(facts["project"].pk):
        measure = f"；{_cut(found.answer.measure, 60)}" if found.answer else ""
        lines.append(f"红灯说明 {found.standing.name}：{found.standing.text}{measure}")
    yield _line("\n".join(lines))


def _reason(reason: Mapping[str, Any]) -> str:
    agency = f"（{_cut(reason['agency'], 20)}）" if reason.get("agency") else ""
    return f"【{LightChoice(reason['light']).label[0]}】{_cut(reason['text'], 80)}{agency}"


def _money(facts: Facts) -> Iterator[Row]:
    status, due, forecast = facts["status"], facts["due"], facts["forecast"]
    total = f"总投资 {wan(status.total_investment)}，开工累计完成 {wan(status.completed_total)}"
    yield _section(f"{facts['year']} 年投资", total)
    lacking = status.completed_ytd is not None and status.months_missing
    missing = f"（缺 {status.months_missing} 个月）" if lacking else ""
    yield _cells(
        ("年度计划", wan(status.annual_plan)),
        ("本年累计", f"{wan(status.completed_ytd)}{missing}"),
        ("预计全年", wan(forecast.middle) if forecast else "—"),
    )
    unit = "" if status.gap is None else " 个百分点"
    yield _cells(
        ("完成率", percent(status.completion_rate)),
        ("序时", f"{percent(due)}（{facts['rules'].get_basis_display()}）"),
        ("差距", f"{points(status.gap)}{unit}"),
    )
    chart = facts["chart"]
    if chart is None:
        yield _line(f"{facts['year']} 年没有年度计划，也没有进展填报。")
        return
    yield _months("月份", [str(each.number) for each in chart.months])
    yield _months("计划", [whole(each.planned_amount) for each in chart.months])
    yield _months("完成", [whole(each.completed_amount) for each in chart.months])


def _months(name: str, figures: Sequence[str]) -> Row:
    head = Cell((Run(name, face=Face.HEADING),), span=3, align=Align.CENTRE)
    return head, *(Cell(words(each), span=3, align=Align.CENTRE) for each in figures)


def _schedule(facts: Facts) -> Iterator[Row]:
    project, status, as_of = facts["project"], facts["status"], facts["as_of"]
    phases = "".join(f" · {each.phase} {each.done}/{each.total}" for each in facts["phases"])
    yield _section("工期", f"完成节点 {status.milestones_done}/{status.milestones_total}{phases}")
    late = f"，晚 {status.forecast_late_days} 天" if status.forecast_late_days else ""
    yield _cells(
        ("开工", _happened(project.actual_start, project.planned_start, as_of)),
        ("竣工", _happened(project.actual_completion, project.planned_completion, as_of)),
        ("预计竣工", f"{day(status.forecast_completion)}{late}"),
    )
    if facts["lapsing"]:
        permits = (
            f"{_cut(each.milestone.name, 20)} 有效期至 {day(each.reading.until)}，{each.countdown}"
            for each in facts["lapsing"]
        )
        yield _line(f"手续：{'；'.join(permits)}。")
    if facts["stops"]:
        yield _line(_stop(facts["stops"]))
    yield from _steps(facts)


def _happened(actual: date | None, planned: date | None, as_of: date) -> str:
    came = happened(actual, as_of)
    return f"{day(came)} 实际" if came else f"{day(planned)} 计划"


def _stop(stops: Sequence[StopOn]) -> str:
    on, count = stops[0], len(stops)
    why = on.stop.get_reason_display()
    many = f" · 共停工 {count} 次" if count > 1 else ""
    if not on.lasts:
        span = f"{day(on.stop.stopped_on)} 至 {day(on.stop.resumed_on)}"
        return f"上次停工 {span}，{on.days} 天（{why}）{many}"
    said = f"停工第 {on.days} 天（{day(on.stop.stopped_on)} 起，{why}）"
    if on.unreported:
        late = f"逾期 {on.report_late} 天" if on.report_late else ""
        said += f"，报告发证机关{late}" if late else f"，{day(on.report_due)} 前报告发证机关"
    return f"{said}{'，满一年未核验施工许可证' if on.lacks_recheck else ''}{many}"


def _steps(facts: Facts) -> Iterator[Row]:
    if not facts["steps"]:
        done = "全部节点已完成。" if facts["schedule"].steps else "还没有登记节点。"
        yield _line(done)
        return
    yield _spread(("未完成节点", "责任单位", "计划完成", "情况"), Face.HEADING)
    for step in facts["steps"]:
        milestone = step.milestone
        name = _cut(f"{milestone.order} {milestone.name}", 22)
        yield _spread(
            (name, _cut(milestone.agency, 15), day(milestone.planned_finish), _standing(step))
        )
    if facts["steps_more"]:
        yield _line(f"另有 {facts['steps_more']} 个未完成节点，见项目页。")


def _standing(step: Step) -> str:
    if step.standing == "ahead":
        return f"还有 {step.days} 天" if step.days else "今天到期"
    said = {"late": f"超期 {step.days} 天", "idle": "不计超期"}
    return said.get(step.standing, "未定日期")


def _spread(texts: Sequence[str], face: Face = Face.BODY) -> Row:
    pairs = zip(texts, STEP_SPANS, strict=True)
    return tuple(Cell((Run(text, face=face),), span=span) for text, span in pairs)


def _problems(facts: Facts) -> Iterator[Row]:
    told = facts["told"]
    source = f"{told.month_text}填报（{told.get_state_display()}）" if told else ""
    yield _section("问题和下步安排", source)
    yield _cells(("存在问题", _cut(told.problems if told else "", 126)))
    yield _cells(("下步安排", _cut(told.next_step if told else "", 126)))


def _section(name: str, about: str = "") -> Row:
    return (Cell((Run(name, face=Face.HEADING), Run(f"　{about}" if about else "")), span=GRID),)


def _line(text: str) -> Row:
    return (Cell(words(text), span=GRID),)


def _cells(*told: Told) -> Row:
    """Names and what they say, side by side over the whole width."""
    left = GRID
    cells: list[Cell] = []
    for place, (name, said) in enumerate(told):
        wide = left // (len(told) - place)
        left -= wide
        cells.append(Cell((Run(name, face=Face.HEADING),), span=NAME, align=Align.CENTRE))
        cells.append(Cell(words(str(said or "—")), span=wide - NAME))
    return tuple(cells)


def _cut(said: object, longest: int) -> str:
    return Truncator(str(said or "—")).chars(longest)
