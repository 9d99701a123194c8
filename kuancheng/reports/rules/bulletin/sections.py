"""The parts of a bulletin in their order."""

from enum import StrEnum


class Section(StrEnum):
    """A part of the bulletin."""

    LEAD = "lead"
    OVERALL = "overall"
    GROUPS = "groups"
    LEAGUE = "league"
    LIGHTS = "lights"
    MATTERS = "matters"
    NEXT = "next"
    ERRATA = "errata"
    ANNEX = "annex"


SECTION_NAMES = {
    Section.LEAD: "导语",
    Section.OVERALL: "总体情况",
    Section.GROUPS: "分类进展",
    Section.LEAGUE: "赛马排名",
    Section.LIGHTS: "亮灯及滞后项目",
    Section.MATTERS: "问题及要素保障",
    Section.NEXT: "下步要求",
    Section.ERRATA: "更正",
    Section.ANNEX: "附件",
}
HEADED = tuple(
    each for each in Section if each not in (Section.LEAD, Section.ERRATA, Section.ANNEX)
)
"""The parts that are counted 一、 to 六、; 更正 follows without a number where there is one."""
