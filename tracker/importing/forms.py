"""What the pages of an import send, as the values the actions take."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import FileStorage

from tracker.errors import Invalid
from tracker.files.keeping import clean_name
from tracker.importing.actions import Header
from tracker.importing.corrections import RowWords, written_day
from tracker.importing.extract.drafts import Meaning
from tracker.importing.indicators import IndicatorWords, TargetWords
from tracker.importing.models import Purpose, Settled
from tracker.importing.names import Choice, Decision, unit_called
from tracker.importing.rows import Place, Same
from tracker.plans.cadence import read_every
from tracker.units.rules import UnitKind
from tracker.web.intake import FIRST_YEAR, LAST_YEAR, number

Form = Mapping[str, str]
OWN = "own"
NO_HEAD = "none"


def uploaded(file: FileStorage | None) -> tuple[bytes, str]:
    """The bytes and the name of the chosen file. Raises Invalid when none was chosen."""
    if file is None or not file.filename:
        raise Invalid("还没有选文件。请选一份方案文件（Word、Excel、网页或文本）。", "file")
    return file.read(), clean_name(file.filename)


def whole_number(words: str, name: str, field: str) -> int:
    """A number as typed. Raises Invalid."""
    try:
        return number(words.strip())
    except ValueError as error:
        raise Invalid(f"{name}请填数字。", field) from error


def candidate(form: Form) -> int | None:
    """The chosen candidate from 0, None for 另填. Raises Invalid when nothing was chosen."""
    chosen = form.get("choice", "")
    return None if chosen == OWN else whole_number(chosen, "处理办法没有选；", "choice")


def header(form: Form) -> Header:
    """The plan's header as typed."""
    issued_on = form.get("issued_on", "").strip()
    first_due_on = form.get("first_due_on", "").strip()
    first_year = whole_number(form.get("first_year", ""), "起始年份", "first_year")
    last_year = form.get("last_year", "").strip()
    last = whole_number(last_year, "终止年份", "last_year") if last_year else first_year
    for year, name, field in ((first_year, "起始年份", "first_year"), (last, "终止年份", "last_year")):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Invalid(f"{name}请填四位年份，例如 2021。", field)
    return Header(
        title=form.get("title", ""),
        short_title=form.get("short_title", ""),
        doc_number=_doc_number(form),
        issuer=form.get("issuer", ""),
        issued_on=written_day(issued_on) if issued_on else None,
        first_year=first_year,
        last_year=last,
        every=read_every(form.get("every", "")),
        due_day=whole_number(form.get("due_day", ""), "截止日", "due_day"),
        first_due_on=written_day(first_due_on) if first_due_on else None,
    )


def _doc_number(form: Form) -> str | None:
    if form.get("no_doc_number"):
        return ""
    return form.get("doc_number", "").strip()[:60] or None


def words_of_row(form: Form) -> RowWords:
    """A row as typed."""
    return RowWords(**{name: form.get(name, "") for name in ("no", "text", "leads", "partners", "limit")})


def row_words(form: Form) -> tuple[RowWords, int]:
    """A row as typed, and the version it was typed over."""
    return words_of_row(form), _version(form)


def _version(form: Form) -> int:
    return whole_number(form.get("version", ""), "页面放得太久，请刷新；版本号", "version")


def place(form: Form) -> Place | None:
    """What was chosen in the document for a new row: 12.3.1 for a cell of block 12, 12 for a paragraph; None for a
    row that was typed."""
    at = form.get("at", "")
    if not at:
        return None
    numbers = [whole_number(one, "选中的文字", "text") for one in at.split(".")[:3]]
    start, end = (whole_number(form.get(name, ""), "选中的文字", "text") for name in ("start", "end"))
    row, column = (numbers[1], numbers[2]) if len(numbers) == 3 else (None, None)
    return Place(numbers[0], start, end, row, column)


def same_field(form: Form) -> Same:
    """Whether names or limits are corrected in all rows alike. Raises Invalid."""
    if form.get("field", "") not in set(Same):
        raise Invalid("要一起改的是单位还是时限没有写。请刷新页面。", "field")
    return Same(form["field"])


def indicator_words(form: Form) -> tuple[IndicatorWords, int]:
    """An indicator as typed, and the version it was typed over."""
    numbers = [key.removeprefix("op-") for key in form if key.startswith("op-")]
    targets = [TargetWords(form.get(f"year-{n}", ""), form[f"op-{n}"], form.get(f"value-{n}", "")) for n in numbers]
    names = ("name", "unit", "population", "baseline", "attribute")
    return IndicatorWords(**{name: form.get(name, "") for name in names}, targets=targets), _version(form)


def column_meanings(form: Form) -> tuple[int, int, list[Meaning]]:
    """Block of a table, row of its heads (-1: none), and what each column holds. Raises Invalid."""
    block = whole_number(form.get("block", ""), "表格", "block")
    head = form.get("head", "")
    count = sum(key.startswith("column-") for key in form)
    chosen = [form.get(f"column-{n}", "") for n in range(count)]
    if not set(chosen) <= set(Meaning):
        raise Invalid("有一列没有选它是什么。请逐列选好，不需要的选“不用”。", "columns")
    return (
        block,
        -1 if head == NO_HEAD else whole_number(head, "表头在哪一行没有选；", "head"),
        list(map(Meaning, chosen)),
    )


def unit_decisions(form: Form) -> dict[str, Decision]:
    """Name -> what it was said to be: of the line whose button was pressed, or of every line."""
    only = form.get("only", "")
    numbers = [only] if only else [key.removeprefix("name-") for key in form if key.startswith("name-")]
    return dict(_unit_decision(form, number) for number in numbers)


def _unit_decision(form: Form, number: str) -> tuple[str, Decision]:
    name, chosen = form.get(f"name-{number}", ""), form.get(f"as-{number}", "")
    if chosen not in set(Choice):
        raise Invalid(f"“{name}”认作什么没有选。", "unit")
    choice = Choice(chosen)
    if choice in (Choice.ALIAS, Choice.KNOWN):
        return name, Decision(choice, unit_id=unit_called(form.get(f"unit-{number}", "").strip()).id)
    kind = form.get(f"kind-{number}", "")
    if kind not in set(UnitKind):
        raise Invalid(f"“{name}”的类别没有选。", "kind")
    return name, Decision(choice, kind=UnitKind(kind))


def way_to_settle(form: Form) -> Settled:
    """What is to become of a difference between text and table. Raises Invalid when no button said so."""
    how = form.get("how", "")
    if how not in set(Settled) - {Settled.AGREED}:
        raise Invalid("怎样处理没有选。请点“加一行”“加入”或“不处理”。", "how")
    return Settled(how)


def purpose(form: Form) -> tuple[Purpose, int | None]:
    """What a draft is for, and the number of the plan it changes or follows. Raises Invalid."""
    chosen, plan = form.get("purpose", ""), form.get("plan", "").strip()
    if chosen not in set(Purpose):
        raise Invalid("这份文件是什么没有选。请选一份新方案、对现有方案的调整，或者接续上一年的方案。", "purpose")
    return Purpose(chosen), whole_number(plan, "方案", "plan") if plan else None
