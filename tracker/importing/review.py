"""What the review page shows: the questions, the names, the rows and the document, ready for its template."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker import clock
from tracker.importing.actions import first_periods
from tracker.importing.blocks import Block
from tracker.importing.columns import document_of
from tracker.importing.confirming import left_to_decide
from tracker.importing.corrections import ALONE
from tracker.importing.extract.drafts import Field
from tracker.importing.models import DraftState, ImportDoubt, ImportDraft, ImportDuty, ImportIndicator, ImportRow
from tracker.importing.names import Name, names, open_names
from tracker.importing.queries import ROWS_A_PAGE, doubts, duties, indicators, no_tasks, page_of_rows, row_count
from tracker.importing.revisions import Revision, revision
from tracker.importing.source import ShownBlock, collect_marks, show
from tracker.obligations.periods import PeriodSpan
from tracker.units.models import Unit
from tracker.units.queries import units

FIELDS = {
    Field.TITLE: "标题",
    Field.DOC_NUMBER: "文号",
    Field.ISSUER: "印发机关",
    Field.ISSUE_DATE: "印发日期",
    Field.YEAR: "年份",
    Field.NO: "序号",
    Field.TEXT: "任务",
    Field.LEADS: "牵头",
    Field.PARTNERS: "参与",
    Field.LIMIT: "时限",
    Field.TABLE: "表格",
}
SHORT = {
    "joint_lead": "并列牵头",
    "bare_list": "并列牵头",
    "lost_characters": "缺字",
    "no_unit": "缺单位",
    "no_lead": "缺牵头",
    "lost_separator": "缺顿号",
    "repeated_number": "重号",
}


class Tab(StrEnum):
    """What the working side shows."""

    TASKS = "tasks"
    INDICATORS = "indicators"
    DUTIES = "duties"
    COLUMNS = "columns"


NAMED = 12
"""How many rows a question names before it says 等."""


@dataclass(frozen=True)
class Card:
    """One question: a doubt, with the others that can be settled in the same way (``kin``)."""

    doubt: ImportDoubt
    kin: list[ImportDoubt]

    @property
    def about(self) -> str:
        return FIELDS[Field(self.doubt.about)]

    @property
    def is_short(self) -> bool:
        """The words are so short that all of them can be named at once (“2021”“2022”)."""
        return bool(self.kin) and all(0 < len(one.words) <= 8 for one in (self.doubt, *self.kin))

    @property
    def place(self) -> str:
        if self.doubt.row is None:
            return "文件"
        return "全文" if self.is_short else self.doubt.row.label

    @property
    def words(self) -> str:
        quoted = dict.fromkeys(one.words for one in ((self.doubt, *self.kin) if self.is_short else (self.doubt,)))
        return "".join(f"“{words}”" for words in list(quoted)[:6] if words)

    @property
    def kin_places(self) -> str:
        """第4、55、58项: the others, or all of them where the words are named together."""
        listed = (self.doubt, *self.kin) if self.is_short else self.kin
        numbers = [str(one.row.no or one.row.position) for one in listed if one.row]
        more = f"等 {len(numbers)} 项" if len(numbers) > NAMED else "项"
        return f"第{'、'.join(numbers[:NAMED])}{more}"

    @property
    def ways(self) -> list[str]:
        """The labels of the candidates; 按2021年… becomes 按当年… where those of the kin name other years."""
        return [self._way(number) for number in range(len(self.doubt.candidates))]

    def _way(self, number: int) -> str:
        label: str = self.doubt.candidates[number]["label"]
        common = {re.sub(r"\d{4}年", "当年", one.candidates[number]["label"]) for one in (self.doubt, *self.kin)}
        return common.pop() if self.is_short and len(common) == 1 else label

    @property
    def likely(self) -> int | None:
        return next((n for n, way in enumerate(self.doubt.candidates) if way["likely"]), None)

    @property
    def own(self) -> str:
        """What 另填 begins with."""
        row = self.doubt.row
        if row is None:
            return ""
        if self.doubt.about in (Field.LEADS, Field.PARTNERS):
            return "、".join(unit["name"] for unit in getattr(row, self.doubt.about))
        return {Field.TEXT: row.text, Field.NO: row.no or ""}.get(Field(self.doubt.about), "")


def cards(found: Sequence[ImportDoubt]) -> list[Card]:
    """The open doubts as questions: those of one code together, save where each is about words of its own."""
    groups: dict[tuple[Any, ...], list[ImportDoubt]] = defaultdict(list)
    for doubt in found:
        alone = doubt.row is None or doubt.code in ALONE
        groups[(doubt.id,) if alone else (doubt.code, len(doubt.candidates))].append(doubt)
    made = [Card(group[0], group[1:]) for group in groups.values()]
    return sorted(made, key=_urgency)


def _urgency(card: Card) -> tuple[int, bool]:
    """What settles many rows first, who leads before until when; then the 文号, single rows, the rest of the header."""
    about = card.doubt.about
    if card.kin:
        return 0, about not in (Field.LEADS, Field.PARTNERS)
    return (1 if about == Field.DOC_NUMBER else 2 if card.doubt.row else 3), False


@dataclass(frozen=True)
class Line:
    """A row of the list, with what is doubtful about it in a word or two."""

    row: ImportRow
    doubts: list[str]


@dataclass(frozen=True)
class Review:
    """All of the right side of the page. ``total``: rows of the part; ``pages`` of them."""

    cards: list[Card]
    decided: list[ImportDoubt]
    decided_count: int
    """Questions decided: those settled together are one."""
    names: list[Name]
    open_names: list[Name]
    lines: list[Line]
    total: int
    page: int
    pages: int
    left: list[str]
    open_doubts: list[ImportDoubt]
    doubt_rows: int
    register: dict[int, Unit]
    periods: list[PeriodSpan]
    no_tasks: list[ImportRow]
    """Rows that the clerk said are none."""
    figures: Sequence[ImportIndicator | ImportDuty]
    """What a tab of its own lists instead of the rows."""
    changes: Revision | None


FIGURES: dict[Tab, Callable[[ImportDraft], Sequence[ImportIndicator | ImportDuty]]] = {
    Tab.INDICATORS: indicators,
    Tab.DUTIES: duties,
}


def review(draft: ImportDraft, page: int = 1, tab: Tab = Tab.TASKS) -> Review:
    """What is to be decided in the draft, and one page of its rows."""
    found, known = doubts(draft), names(draft)
    decided, questions = doubts(draft, decided=True), cards(found)
    total, changes = row_count(draft), revision(draft, known)
    of_row: dict[int, list[str]] = defaultdict(list)
    for doubt in found:
        if doubt.row_id is not None:
            of_row[doubt.row_id].append(SHORT.get(doubt.code, FIELDS[Field(doubt.about)]))
    pages = max(1, -(-total // ROWS_A_PAGE))
    page = min(max(page, 1), pages)
    return Review(
        cards=questions,
        decided=decided,
        decided_count=len(cards(decided)),
        names=known,
        open_names=open_names(known),
        lines=[Line(row, list(dict.fromkeys(of_row[row.id]))) for row in page_of_rows(draft, page)],
        total=total,
        page=page,
        pages=pages,
        left=left_to_decide(draft, known, len(questions), changes) if draft.state is DraftState.REVIEW else [],
        open_doubts=found,
        doubt_rows=len(of_row),
        register={unit.id: unit for unit in units()},
        periods=first_periods(draft, clock.today()),
        no_tasks=no_tasks(draft),
        figures=FIGURES[tab](draft) if tab in FIGURES else [],
        changes=changes,
    )


Spans = Iterator[tuple[dict[str, Any], str, int | None, int | None]]
"""Place, kind, row and doubt of what is marked in the document."""


def document(draft: ImportDraft, shown: Review) -> list[ShownBlock]:
    """The document beside the rows of this page."""
    others = {part["first"]: part["tasks"] for part in draft.parts if part["n"] != draft.part}
    chosen = next(part for part in draft.parts if part["n"] == draft.part)
    return show(_blocks(draft), collect_marks(_spans(draft, shown)), chosen["first"], chosen["last"], others)


def document_beside(draft: ImportDraft, rows: Collection[ImportRow]) -> list[ShownBlock]:
    """The document from the first of these rows to the last, beside a comparison of them."""
    marks = collect_marks(span for row in rows for span in _row_spans(row))
    read = [place[0] for place in marks] or [0]
    return show(_blocks(draft), marks, min(read), max(read), {})


def _blocks(draft: ImportDraft) -> list[Block]:
    return document_of(draft).blocks


def _spans(draft: ImportDraft, shown: Review) -> Spans:
    for spans in draft.spans.values():
        yield from ((span, "head", None, None) for span in spans)
    if shown.figures:
        yield from ((one.source, "task", one.id, None) for one in shown.figures)
        return
    rows = {line.row.id: line.row for line in shown.lines}
    for row in rows.values():
        yield from _row_spans(row)
    for doubt in shown.open_doubts:
        if doubt.span and doubt.span["block"] is not None and (doubt.row_id is None or doubt.row_id in rows):
            yield doubt.span, "doubt", doubt.row_id, doubt.id


def _row_spans(row: ImportRow) -> Spans:
    for span in row.spans.get("text") or [row.source]:
        if span["block"] is not None:
            yield span, "task", row.id, None
    for span in row.spans.get("limit") or []:
        yield span, "limit", row.id, None
    for kind, named in (("lead", row.leads), ("partner", row.partners)):
        yield from ((unit["span"], kind, row.id, None) for unit in named if unit["span"])
