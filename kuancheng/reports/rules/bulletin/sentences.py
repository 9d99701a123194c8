"""How a bulletin's sentences read: each from a ladder of wordings, the first that its figures allow.

A wording is taken when every figure in it is known and its conditions hold; below it on the ladder
stands what can be said honestly with less.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kuancheng.reports.rules.bulletin.checking import tokens
from kuancheng.reports.rules.bulletin.figures import Snapshot
from kuancheng.reports.rules.bulletin.sections import Section

LEVEL = "持平"
"""The word that compares what is the same."""


@dataclass(frozen=True)
class Wording:
    """One way to say it. Figures in `more` have to be above zero, those in `none` zero or unknown;
    words in `level` have to say 持平.
    """

    text: str
    more: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    level: tuple[str, ...] = ()

    def fits(self, snapshot: Snapshot) -> bool:
        """Whether the figures allow it."""
        figures = snapshot.figures
        known = all(key in figures and figures[key].is_known for key in tokens(self.text))
        return (
            known
            and all(_value(snapshot, key) > 0 for key in self.more)
            and all(not _value(snapshot, key) for key in self.none)
            and all(key in figures and figures[key].words == LEVEL for key in self.level)
        )


@dataclass(frozen=True)
class Written:
    """A paragraph as the template writes it; tables and charts are named by their key."""

    section: Section
    key: str
    text: str = ""
    kind: str = "text"


def written(snapshot: Snapshot) -> list[Written]:
    """The whole text of a month, in its order."""
    return [
        *_lead(),
        *_overall(snapshot),
        *_groups(snapshot),
        *_league(snapshot),
        *_lights(snapshot),
        *_matters(snapshot),
        *_next(snapshot),
        *_annexes(snapshot),
    ]


def said(ladder: Iterable[Wording], snapshot: Snapshot) -> str:
    """The first wording that fits; empty where none does."""
    return next((each.text for each in ladder if each.fits(snapshot)), "")


def _value(snapshot: Snapshot, key: str) -> int:
    """The sign of a figure; zero where there is none."""
    figure = snapshot.figures.get(key)
    value = figure.value if figure else None
    return 0 if value is None else (value > 0) - (value < 0)


def _one(section: Section, key: str, *parts: str) -> Iterator[Written]:
    text = "".join(each for each in parts if each)
    if text:
        yield Written(section, key, text)


def _table(snapshot: Snapshot, section: Section, key: str) -> Iterator[Written]:
    table = snapshot.table(key)
    if table is not None and table.rows:
        yield Written(section, f"table:{key}", kind="table")


def _lead() -> Iterator[Written]:
    text = "现将⟦year⟧⟦month⟧全区重点项目建设进展情况通报如下。"
    yield Written(Section.LEAD, "lead", text)


LISTED = [
    Wording(
        "清单内项目⟦overall.projects⟧个，计划总投资⟦overall.total⟧亿元，"
        "年度计划投资⟦overall.plan⟧亿元。",
        none=("overall.total_missing",),
    ),
    Wording(
        "清单内项目⟦overall.projects⟧个，已登记的计划总投资⟦overall.total⟧亿元"
        "（⟦overall.total_missing⟧个未登记），年度计划投资⟦overall.plan⟧亿元。"
    ),
    Wording("清单内项目⟦overall.projects⟧个，计划总投资⟦overall.total⟧亿元，年度计划尚未登记。"),
    Wording("清单内项目⟦overall.projects⟧个，计划总投资和年度计划尚未登记。"),
]
ALL_DONE = "截至⟦month⟧底，⟦overall.projects⟧个项目累计完成投资⟦overall.completed⟧亿元"
SOME_DONE = (
    "截至⟦month⟧底，⟦overall.projects⟧个项目中⟦overall.missing⟧个未报送，"
    "已报送并复核的累计完成投资⟦overall.completed⟧亿元"
)
GAPS = [
    Wording(
        "，占年度计划的⟦overall.rate⟧%，与序时进度持平",
        level=("overall.gap_word",),
        none=("overall.unplanned_completed",),
    ),
    Wording(
        "，占年度计划的⟦overall.rate⟧%，⟦overall.gap_word⟧序时进度⟦overall.gap⟧个百分点",
        none=("overall.unplanned_completed",),
    ),
    Wording(
        "，有年度计划的项目完成⟦overall.completed_on_plan⟧亿元，占年度计划的⟦overall.rate⟧%，"
        "与序时进度持平",
        level=("overall.gap_word",),
    ),
    Wording(
        "，有年度计划的项目完成⟦overall.completed_on_plan⟧亿元，占年度计划的⟦overall.rate⟧%，"
        "⟦overall.gap_word⟧序时进度⟦overall.gap⟧个百分点"
    ),
    Wording("，年度计划尚未登记，不计完成率", none=("overall.plan",)),
    Wording(""),
]
STARTS = [
    Wording(
        "；计划开工⟦start.due⟧个，已开工⟦start.done⟧个，开工率⟦start.rate⟧%。",
        more=("start.due",),
    ),
    Wording("；没有计划开工的项目。"),
]
PENDING = [
    Wording(
        "另有⟦overall.pending_projects⟧个项目⟦overall.pending⟧亿元已报送、待复核，未计入。",
        more=("overall.pending_projects",),
    )
]
GROWTH = [
    Wording("累计完成投资与上年同期持平。", level=("overall.growth_word",)),
    Wording("累计完成投资同比⟦overall.growth_word⟧⟦overall.growth⟧%。"),
]
MONTH = [Wording("⟦month⟧当月完成投资⟦overall.month⟧亿元。")]


def _completed(snapshot: Snapshot) -> str:
    """The sentence that a bulletin is read for, as honest as its figures are."""
    starts, gaps = said(STARTS, snapshot), said(GAPS, snapshot)
    return said(
        [
            Wording(f"{ALL_DONE}{gaps}{starts}", none=("overall.missing",)),
            Wording(f"{SOME_DONE}{gaps}{starts}", more=("overall.missing",)),
            Wording(
                "截至⟦month⟧底，⟦overall.projects⟧个项目中⟦overall.missing⟧个未报送，"
                f"没有已复核的完成投资{starts}",
                more=("overall.missing",),
            ),
            Wording(f"截至⟦month⟧底，⟦overall.projects⟧个项目没有已复核的完成投资{starts}"),
        ],
        snapshot,
    )


def _overall(snapshot: Snapshot) -> Iterator[Written]:
    section = Section.OVERALL
    yield from _one(section, "overall.listed", said(LISTED, snapshot))
    yield from _one(section, "overall.completed", _completed(snapshot), said(PENDING, snapshot))
    yield from _one(section, "overall.month", said(MONTH, snapshot), said(GROWTH, snapshot))
    if snapshot.table("curve") is not None:
        yield Written(section, "chart:curve", kind="chart")


BY = {"class": "按年度类别看", "industry": "按行业看", "area": "按属地看"}
"""The cuts of the whole, each with how its paragraph begins."""


def _group(prefix: str) -> list[Wording]:
    """How one group reads; `prefix` is that of its keys."""
    planned = f"⟦{prefix}.name⟧项目⟦{prefix}.projects⟧个，年度计划⟦{prefix}.plan⟧亿元"
    whole = f"{planned}，完成⟦{prefix}.completed⟧亿元，完成率⟦{prefix}.rate⟧%"
    return [
        Wording(f"{whole}，与平均水平持平", level=(f"{prefix}.above_word",)),
        Wording(f"{whole}，⟦{prefix}.above_word⟧平均水平⟦{prefix}.above⟧个百分点"),
        Wording(whole),
        Wording(f"{planned}，没有已复核的完成投资"),
        Wording(f"⟦{prefix}.name⟧项目⟦{prefix}.projects⟧个，没有年度计划"),
    ]


def _groups(snapshot: Snapshot) -> Iterator[Written]:
    for by, opening in BY.items():
        groups = [said(_group(f"{by}.{key}"), snapshot) for key in snapshot.keys(f"{by}.")]
        found = "；".join(each for each in groups if each)
        yield from _one(Section.GROUPS, by, f"{opening}，{found}。" if found else "")
        yield from _table(snapshot, Section.GROUPS, by)
    yield from _one(Section.GROUPS, "start", said(NOT_STARTED, snapshot), said(ENROLLED, snapshot))


NOT_STARTED = [
    Wording(
        "应开工的⟦start.due⟧个项目中，⟦start.late⟧个尚未开工：⟦start.late_names⟧。",
        more=("start.late",),
    ),
    Wording("应开工的⟦start.due⟧个项目全部开工。", more=("start.due",)),
]
ENROLLED = [
    Wording(
        "已开工⟦start.done⟧个，已入统⟦start.enrolled⟧个，入统率⟦start.enrolled_rate⟧%。",
        more=("start.done",),
    )
]


def _league_group(prefix: str) -> list[Wording]:
    return [
        Wording(
            f"⟦{prefix}.name⟧参加排名⟦{prefix}.ranked⟧个，前列为：⟦{prefix}.first⟧；"
            f"靠后为：⟦{prefix}.last⟧。"
        ),
        Wording(f"⟦{prefix}.name⟧参加排名⟦{prefix}.ranked⟧个，依次为：⟦{prefix}.first⟧。"),
        Wording(f"⟦{prefix}.name⟧⟦month⟧赛马排名尚未发布，待发布后另行通报。"),
    ]


def _league(snapshot: Snapshot) -> Iterator[Written]:
    groups = snapshot.keys("league.")
    for key in groups:
        prefix = f"league.{key}"
        red = [Wording(f"红榜：⟦{prefix}.red⟧。")]
        black = [Wording(f"黑榜：⟦{prefix}.black⟧。")]
        ranked = said(_league_group(prefix), snapshot)
        lists = said(red, snapshot), said(black, snapshot)
        yield from _one(Section.LEAGUE, prefix, ranked, *lists)
    if not groups:
        yield Written(Section.LEAGUE, "league", "⟦month⟧没有发布赛马排名。")


LIGHTS = [
    Wording(
        "⟦month⟧底亮红灯⟦light.red⟧个、黄灯⟦light.yellow⟧个、蓝灯⟦light.blue⟧个、"
        "绿灯⟦light.green⟧个，未研判⟦light.grey⟧个。"
    )
]
MORE = {
    "red": [Wording("其余红灯项目见附件。", more=("light.red_more",))],
    "yellow": [Wording("其余黄灯项目见附件。", more=("light.yellow_more",))],
}


def _late(prefix: str) -> list[Wording]:
    named = f"⟦{prefix}.name⟧"
    return [
        Wording(f"{named}（⟦{prefix}.agency⟧）：⟦{prefix}.reasons⟧。"),
        Wording(f"{named}（责任单位未登记）：⟦{prefix}.reasons⟧。"),
    ]


def _lights(snapshot: Snapshot) -> Iterator[Written]:
    section = Section.LIGHTS
    yield from _one(section, "light", said(LIGHTS, snapshot))
    for light, opening in (("red", "红灯项目："), ("yellow", "黄灯项目：")):
        codes = snapshot.keys(f"{light}.")
        if codes:
            yield Written(section, light, opening)
        for code in codes:
            late = said(_late(f"{light}.{code}"), snapshot)
            yield from _one(section, f"{light}.{code}", late)
        yield from _one(section, f"{light}_more", said(MORE[light], snapshot))


OPEN_MATTERS = [
    Wording(
        "⟦month⟧底未销号事项⟦matter.open⟧件，超期⟦matter.overdue⟧件；"
        "当月办结⟦matter.closed⟧件，按期办结⟦matter.on_time⟧件。",
        more=("matter.open",),
    ),
    Wording("⟦month⟧底没有未销号的事项，当月办结⟦matter.closed⟧件。"),
]


def _matters(snapshot: Snapshot) -> Iterator[Written]:
    section = Section.MATTERS
    yield from _one(section, "matter", said(OPEN_MATTERS, snapshot))
    keys = [f"factor.{each}" for each in snapshot.keys("factor.")]
    ladder = (
        [
            Wording(
                f"⟦{key}.name⟧⟦{key}.open⟧件（超期⟦{key}.overdue⟧件）", more=(f"{key}.overdue",)
            ),
            Wording(f"⟦{key}.name⟧⟦{key}.open⟧件"),
        ]
        for key in keys
    )
    found = "、".join(each for wordings in ladder if (each := said(wordings, snapshot)))
    yield from _one(section, "factor", f"按要素看，{found}。" if found else "")


NEXT: Sequence[tuple[str, list[Wording]]] = (
    (
        "next.milestones",
        [
            Wording(
                "⟦next.month⟧到期节点⟦next.milestones⟧个，涉及⟦next.projects⟧个项目，"
                "各责任单位要倒排工期，按期完成。",
                more=("next.milestones",),
            ),
            Wording("⟦next.month⟧没有到期节点，各责任单位要抓紧推进在建工程。"),
        ],
    ),
    (
        "next.starts",
        [
            Wording(
                "⟦next.month⟧计划开工⟦next.starts⟧个，要提前办妥手续、落实要素：⟦next.start_names⟧。",
                more=("next.starts",),
            )
        ],
    ),
    (
        "next.late",
        [
            Wording(
                "红灯项目⟦light.red⟧个，责任单位要写明原因、措施和转好时间，逐周调度。",
                more=("light.red",),
            )
        ],
    ),
    (
        "next.matters",
        [
            Wording(
                "超期事项⟦matter.overdue⟧件，牵头单位要立即办理、按时反馈。",
                more=("matter.overdue",),
            )
        ],
    ),
    (
        "next.reports",
        [
            Wording(
                "⟦overall.missing⟧个未报送的项目要立即补报。",
                more=("overall.missing",),
            )
        ],
    ),
)


def _next(snapshot: Snapshot) -> Iterator[Written]:
    for key, ladder in NEXT:
        yield from _one(Section.NEXT, key, said(ladder, snapshot))


def _annexes(snapshot: Snapshot) -> Iterator[Written]:
    for table in snapshot.tables:
        if table.annex and table.rows:
            yield Written(Section.ANNEX, f"table:{table.key}", kind="table")
