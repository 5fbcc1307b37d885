"""The supervision ledger (督查台账) as a workbook that prints: papers.md 'Ledger', screens.md 'Paper'.

It knows columns and paper, not tasks: rows come in as plain values, in the order in which they shall stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from operator import attrgetter
from typing import BinaryIO, Literal, NamedTuple

from tracker.exports.measure import HIGHEST_ROW, lines_needed, row_height, spans
from tracker.exports.sheet import FOOT_MARGIN, MARGIN, Look, Paper, Sheet, Span, Value

Lamp = Literal["red", "yellow", "blue", "green", "closed", "none"]
LAMPS: dict[Lamp, tuple[str, str]] = {
    "red": ("■", "逾期"),
    "yellow": ("▲", "滞后"),
    "blue": ("◇", "临近"),
    "green": ("○", "正常"),
    "closed": ("✓", "办结"),
    "none": ("–", "未到期"),
}
_STRONG: tuple[Lamp, ...] = ("red", "yellow", "blue")

HEAD_ROWS = 3  # title, who and when, heads of the columns
BODY_SIZE, FINE_SIZE = 8.5, 6.0  # points; the fine one for rows that would else be higher than Excel allows
_SIGN_HEIGHT, _AIR = 34.0, 3.0  # points; the air is for merged rows
_PAPER_HEIGHTS: dict[Paper, float] = {"A4": 210, "A3": 297}  # mm, landscape
_POINTS = 72 / 25.4
_BLANK = "＿" * 6


@dataclass(frozen=True)
class LedgerHead:
    """What stands above, below and at the foot of the pages. ``printed_at`` is a moment in Shanghai."""

    title: str
    reporting_unit: str
    filled_on: date
    as_of: date
    period: str
    printed_by: str
    printed_at: datetime
    reviewer: str = ""  # empty: a line to sign on
    remark: str = ""  # one more sentence under the table: the filter that was on, say


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One item. ``percent`` is 0–100 or None where none is asked; ``state`` the word beside the lamp.

    A row whose ``section`` differs from the one before it gets that section as a merged row above it.
    """

    no: int | str
    task: str
    lamp: Lamp
    state: str
    section: str = ""
    source: str = ""
    target: str = ""
    leader: str = ""
    lead: str = ""
    partners: str = ""
    limit: str = ""
    contact: str = ""
    progress: str = ""
    percent: int | None = None
    pace: str = ""
    problems: str = ""
    next_steps: str = ""
    remark: str = ""


class Column(NamedTuple):
    """A column of the ledger: the field it shows, its heading, its width in mm on A4 (None: not there) and A3."""

    field: str
    title: str
    on_a4: float | None
    on_a3: float
    centred: bool = False


COLUMNS = (
    Column("no", "序号", 8, 10, centred=True),
    Column("source", "任务来源", None, 25),
    Column("task", "重点任务", 55, 56),
    Column("target", "年度目标/\n量化指标", None, 26),
    Column("leader", "牵头领导", None, 16),
    Column("lead", "牵头单位", 25, 26),
    Column("partners", "责任（参与）单位", 28, 30),
    Column("limit", "完成时限", 17, 18),
    Column("contact", "责任人及\n联系电话", None, 24),
    Column("progress", "目前进展", 52, 54),
    Column("percent", "完成\n比例", 10, 11, centred=True),
    Column("pace", "达序时\n进度", 12, 13, centred=True),
    Column("problems", "存在问题", 25, 28),
    Column("next_steps", "下一步措施", 25, 27),
    Column("state", "状态", 21, 22),
    Column("remark", "备注", None, 16),
)
_TASK, _PERCENT, _PACE, _STATE = (
    [column.field for column in COLUMNS].index(field) for field in ("task", "percent", "pace", "state")
)
_values_of = attrgetter(*(column.field for column in COLUMNS))


def ledger_xlsx(head: LedgerHead, rows: Iterable[LedgerRow], paper: Paper = "A4") -> bytes:
    """The ledger as the bytes of a workbook; for long lists see ``write_ledger``."""
    out = BytesIO()
    write_ledger(out, head, rows, paper)
    return out.getvalue()


def write_ledger(out: BinaryIO, head: LedgerHead, rows: Iterable[LedgerRow], paper: Paper = "A4") -> None:
    """Write the ledger to ``out``, row by row in constant memory. ``rows`` is read once."""
    ledger = _Ledger(head, paper)
    ledger.write_head()
    for row in rows:
        ledger.write_row(row)
    ledger.write_end()
    ledger.sheet.save(out)


class _Ledger:
    """The ledger while it is being written."""

    def __init__(self, head: LedgerHead, paper: Paper) -> None:
        self.head = head
        self.widths = [column.on_a3 if paper == "A3" else column.on_a4 or column.on_a3 for column in COLUMNS]
        hidden = [i for i, column in enumerate(COLUMNS) if paper == "A4" and column.on_a4 is None]
        self.shown = [i for i in range(len(COLUMNS)) if i not in hidden]
        self.whole = spans(self.shown, self.widths, 1)
        self.quarters = spans(self.shown, self.widths, 4)
        self.summary = _Summary(hidden)
        self.pages = _Pages(_PAPER_HEIGHTS[paper])
        self.section = ""
        self.sheet = Sheet("台账", paper)
        self.sheet.set_columns(self.widths, hidden)
        self.sheet.set_head(HEAD_ROWS, columns=_TASK + 1)
        self.sheet.set_foot(f"责任台账　打印：{head.printed_by}　{head.printed_at:%Y-%m-%d %H:%M}")
        self.looks = {
            (size, strong): self._row_looks(size, strong) for size in (BODY_SIZE, FINE_SIZE) for strong in (False, True)
        }

    def _row_looks(self, size: float, strong: bool) -> list[int]:
        looks = [Look(size=size, across="center" if column.centred else "left") for column in COLUMNS]
        looks[_PERCENT] = Look(size=size, across="center", number_format="0%")
        looks[_STATE] = Look(size=size, font="黑体", bold=strong)
        return [self.sheet.look(look) for look in looks]

    def write_head(self) -> None:
        head = self.head
        facts = [
            f"填报单位：{head.reporting_unit}",
            f"填报时间：{_chinese(head.filled_on)}",
            f"审核人：{head.reviewer or _BLANK}",
            f"截至：{_chinese(head.as_of)}　{head.period}",
        ]
        on_every_page = self._write_over(
            self.whole, [head.title], Look(size=15, bold=True, across="center", boxed=False)
        )
        on_every_page += self._write_over(self.quarters, facts, Look(font="黑体", boxed=False))
        height = row_height(2, BODY_SIZE)
        look = self.sheet.look(Look(font="黑体", bold=True, across="center"))
        self.sheet.append([column.title for column in COLUMNS], [look] * len(COLUMNS), height)
        self.pages.repeat(on_every_page + height)

    def write_row(self, row: LedgerRow) -> None:
        self.summary.add(row)
        self.pages.begin_block(self.sheet.rows)
        if row.section != self.section:
            self.section = row.section
            self.pages.add(self._write_over(self.whole, [row.section], Look(font="黑体", bold=True)))
        cells = _cells(row)
        size, height = self._size_and_height(cells)
        self.pages.add(height)
        self.sheet.append(cells, self.looks[size, row.lamp in _STRONG], height)

    def _size_and_height(self, cells: list[Value]) -> tuple[float, float]:
        """The size of type in which the row fits into the height Excel allows, and that height."""
        texts = [(text, self.widths[i]) for i in self.shown if isinstance(text := cells[i], str)]
        for size in (BODY_SIZE, FINE_SIZE):
            height = row_height(max(lines_needed(text, width, size) for text, width in texts), size)
            if height < HIGHEST_ROW:
                break
        return size, height

    def write_end(self) -> None:
        """The line under the table and the signatures, on one page with the last row."""
        note = self.summary.sentence() + self.head.remark
        signatures = [*(f"{who}：{_BLANK}" for who in ("制表", "审核", "签发")), "＿＿＿＿年＿＿月＿＿日"]
        look = Look(boxed=False)
        self.sheet.set_filter(HEAD_ROWS, self.sheet.rows)
        if self.pages.overflows(self._height_over(self.whole, [note], look) + _SIGN_HEIGHT):
            self.sheet.break_after(self.pages.block_start)
        self._write_over(self.whole, [note], look)
        self.sheet.append_spans(signatures, self.quarters, self.sheet.look(look), _SIGN_HEIGHT)

    def _write_over(self, over: list[Span], texts: list[str], look: Look) -> float:
        """One row of ``texts``, each over its span; the height it took."""
        height = self._height_over(over, texts, look)
        self.sheet.append_spans(texts, over, self.sheet.look(look), height)
        return height

    def _height_over(self, over: list[Span], texts: list[str], look: Look) -> float:
        widths = [sum(self.widths[i] for i in self.shown if first <= i <= last) for first, last in over]
        lines = max(lines_needed(text, width, look.size) for text, width in zip(texts, widths, strict=True))
        return row_height(lines, look.size) + _AIR


class _Summary:
    """What the line under the table says: columns that are not printed but the same in all rows, and the lamps."""

    def __init__(self, hidden: list[int]) -> None:
        self.fields = [COLUMNS[i] for i in hidden]
        self.common: list[str | None] = []
        self.lamps: Counter[Lamp] = Counter()

    def add(self, row: LedgerRow) -> None:
        values = [getattr(row, column.field) for column in self.fields]
        if not self.lamps:
            self.common = values
        elif values != self.common:
            self.common = [old if old == new else None for old, new in zip(self.common, values, strict=True)]
        self.lamps[row.lamp] += 1

    def sentence(self) -> str:
        if not self.lamps:
            return "没有符合条件的任务。"
        columns = zip(self.fields, self.common, strict=True)
        same = "".join(f"{_one_line(column.title)}：{value.rstrip('。')}。" for column, value in columns if value)
        lamps = [f"{mark} {name} {self.lamps[lamp]}" for lamp, (mark, name) in LAMPS.items() if self.lamps[lamp]]
        return f"{same}状态：{'　'.join(lamps)}，共 {self.lamps.total()} 项。"


class _Pages:
    """Where the pages of the print will break, as far as heights tell: enough to keep the signatures with a row."""

    def __init__(self, paper_height: float) -> None:
        self.room = (paper_height - MARGIN - FOOT_MARGIN) * _POINTS
        self.used = self.block = 0.0
        self.block_start = 0

    def repeat(self, height: float) -> None:
        """What stands on every page."""
        self.room -= height

    def begin_block(self, row: int) -> None:
        """The next rows belong together; they come after ``row``."""
        self.block_start, self.block = row, 0.0

    def add(self, height: float) -> None:
        self.used = self.used + height if self.used + height <= self.room else height
        self.block += height

    def overflows(self, height: float) -> bool:
        """Whether ``height`` more would begin a page of its own which the last block could share."""
        return self.used + height > self.room >= self.block + height and self.block_start > HEAD_ROWS


def _cells(row: LedgerRow) -> list[Value]:
    cells: list[Value] = list(_values_of(row))
    mark, _name = LAMPS[row.lamp]
    cells[_STATE] = f"{mark} {row.state}"
    cells[_PERCENT] = "–" if row.percent is None else row.percent / 100
    cells[_PACE] = row.pace or "–"
    return cells


def _one_line(title: str) -> str:
    return title.replace("\n", "")


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
