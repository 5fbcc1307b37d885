"""填报表 as a workbook: what can be written now goes out with row keys, and comes back with what was written in it.

A row is known by its two hidden cells: the item and the version it went out with. A third remembers what stood in the
row, so that a row nobody touched is never mistaken for an answer (domain.md, rule 8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tracker.errors import Invalid, Stale, UnreadableFile
from tracker.exports.returned import rows_below, xlsx_rows
from tracker.exports.sheet import Value
from tracker.exports.table import TableColumn, table_xlsx
from tracker.extensions import db
from tracker.permissions import Actor
from tracker.progress import actions, forms
from tracker.progress.models import Report
from tracker.progress.rules import SelfAssessment
from tracker.progress.unit_rows import Row
from tracker.tasks.roles import Role as Part

KEY, VERSION, ORIGINAL = "事项号", "版本", "原样"
BOXES = {
    "progress": "进展情况",
    "problems": "存在问题",
    "next_steps": "下一步措施",
    "percent": "完成比例",
    "self_state": "自评",
    "no_news": "无新进展",
}
"""What a clerk writes, by the name of its box on the page."""
YES = "是"

COLUMNS = (
    TableColumn("序号", 10),
    TableColumn("重点任务", 62),
    TableColumn("角色", 11),
    TableColumn("完成时限", 22),
    TableColumn("上期进展", 40),
    TableColumn("退回理由", 22),
    TableColumn(BOXES["progress"], 62, writable=True),
    TableColumn(BOXES["no_news"], 14, choices=(YES,), writable=True),
    TableColumn(BOXES["problems"], 30, writable=True),
    TableColumn(BOXES["next_steps"], 30, writable=True),
    TableColumn(BOXES["percent"], 14, writable=True),
    TableColumn(BOXES["self_state"], 18, choices=tuple(SelfAssessment), writable=True),
    TableColumn(KEY, hidden=True),
    TableColumn(VERSION, hidden=True),
    TableColumn(ORIGINAL, hidden=True),
)


def fill_in_xlsx(title: str, rows: Iterable[Row], foot: str) -> bytes:
    """The rows that can be written in now, in the order of the document; nothing else can be changed."""
    open_rows = sorted((row for row in rows if row.is_open), key=lambda row: row.obligation.task.position)
    return table_xlsx(title, COLUMNS, map(_values, open_rows), foot)


def _values(row: Row) -> tuple[Value, ...]:
    task, written = row.obligation.task, _written(row)
    return (
        task.no or str(task.position),
        task.text,
        row.obligation.role.label,
        task.limit_words,
        row.last.progress if row.last else "",
        row.returned.reason if row.returned else "",
        written["progress"],
        written["no_news"],
        written["problems"],
        written["next_steps"],
        written["percent"] if row.obligation.role is Part.LEAD else "不填",
        written["self_state"],
        row.obligation.id,
        row.report.version if row.report else 0,
        _mark(written),
    )


def _written(row: Row) -> dict[str, str]:
    """What stands in a row's boxes, as its cells say it."""
    report = row.report
    if report is None:
        return dict.fromkeys(BOXES, "")
    return {
        "progress": report.progress,
        "problems": report.problems,
        "next_steps": report.next_steps,
        "percent": "" if report.percent is None else str(report.percent),
        "self_state": report.self_state,
        "no_news": YES if report.no_news else "",
    }


def _mark(written: dict[str, str]) -> str:
    """A short mark of what stands in the boxes, whatever a spreadsheet does to blanks and line ends."""
    plain = "\x1f".join("".join(written[name].split()) for name in BOXES)
    return sha256(plain.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class FilledRow:
    """One row that somebody changed in the workbook, ``line`` its number on the sheet."""

    line: int
    number: str
    text: str
    key: str
    form: dict[str, str]
    """As the page would send it (forms.writing)."""


@dataclass(frozen=True)
class Unsaved:
    """A row that was not taken over, with why; what was written in it is shown again, so that nothing is lost."""

    row: FilledRow
    why: str


@dataclass
class Outcome:
    """What became of a workbook that came back."""

    saved: int = 0
    unsaved: list[Unsaved] = field(default_factory=list)


def filled_rows(content: bytes) -> list[FilledRow]:
    """The rows in which somebody wrote, as values. UnreadableFile for what is no 填报表."""
    titles = (*BOXES.values(), KEY, VERSION, ORIGINAL)
    try:
        return [row for line, cells in rows_below(xlsx_rows(content), titles) if (row := _filled(line, cells))]
    except UnreadableFile as refusal:
        raise UnreadableFile(f"传来的填报表{refusal}") from refusal


def _filled(line: int, cells: dict[str, str]) -> FilledRow | None:
    written = {name: cells[title].strip() for name, title in BOXES.items()}
    if written["percent"] == "不填":
        written["percent"] = ""
    if _mark(written) == cells[ORIGINAL]:
        return None
    form = {**written, "no_news": "1" if written["no_news"] else "", "seen_version": cells[VERSION]}
    return FilledRow(line, cells.get("序号", ""), cells.get("重点任务", ""), cells[KEY], form)


def take_over(filled: Sequence[FilledRow], rows: Iterable[Row], actor: Actor) -> Outcome:
    """Save what came back, row by row; a row that changed meanwhile is left as it is and told.

    ``rows`` are the unit's own of the period on the page: any other key is refused.
    """
    own = {str(row.obligation.id): row for row in rows}
    outcome = Outcome()
    for one in filled:
        why = _save(one, own.get(one.key), actor)
        if why:
            outcome.unsaved.append(Unsaved(one, why))
        else:
            outcome.saved += 1
    return outcome


def _save(filled: FilledRow, row: Row | None, actor: Actor) -> str:
    """Save one row; gives why not, or nothing."""
    if row is None:
        return "这一行不是本单位本期的事项，或者隐藏的事项号被改过。请重新下载填报表再填。"
    try:
        writing = replace(forms.writing(filled.form), milestone=row.report.milestone if row.report else None)
        _check_untouched(row.report, writing.seen_version)
        with db.session.begin_nested():
            if writing.no_news and not writing.progress:
                actions.say_no_news(row.obligation, writing, row.last, actor)
            else:
                actions.save_draft(row.obligation, writing, actor)
    except (Invalid, Stale) as problem:
        return str(problem)
    except (StaleDataError, IntegrityError):  # somebody's save went through between our reading and our writing
        return "这一行刚才被别人改过，没有覆盖。"
    return ""


def _check_untouched(report: Report | None, seen: int | None) -> None:
    """Stricter than the page: a workbook may be days old, even one's own later words are not overwritten by it."""
    if report is not None and report.state in actions.EDITABLE and report.version != seen:
        raise Stale(f"下载以后，这一行 {report.saved_at:%m-%d %H:%M} 被{report.saved_by.name}改过，没有覆盖。")


def changed_boxes(filled: FilledRow) -> Iterator[tuple[str, str]]:
    """(title, words) of the boxes that are not empty, for showing a row again."""
    for name, title in BOXES.items():
        if filled.form[name]:
            yield title, YES if name == "no_news" else filled.form[name]
