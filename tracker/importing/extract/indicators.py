"""Indicators: named figures with targets by year, from tables, flattened tables and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tracker.importing.blocks import Cell, Document, Paragraph, Table
from tracker.importing.extract.drafts import IndicatorDraft, Span, Target
from tracker.importing.extract.figures import figures_in, target_of, value_of
from tracker.importing.extract.numbering import mark_of
from tracker.importing.extract.words import fold, squeeze

_NAME_HEAD = re.compile(r"(?:主要|核心|具体|考核|评价|工作)?指标(?:名称|内容)?|指标项目?")
_YEAR_HEAD = re.compile(r"((?:19|20)\d\d)年?(?:目标|目标值|指标值|规划目标|底)?")
_BASE_HEAD = re.compile(r".*(?:基线|基期|现状|基准|实际)(?:值|水平|情况)?(?:\(.*\))?")
_KIND_HEAD = re.compile(r"(?:指标)?(?:属性|性质|类型)")
_UNIT_HEAD = re.compile(r"(?:计量)?单位")
_OF_NAME = re.compile(r"\(([^()]*(?:%|‰|/|万|人|年|岁|克|张|个|次|小时|分)[^()]*)\)$")
_POPULATION = re.compile(
    r"^(?:\d+(?:[-—~至]\d+)?岁(?:及?以[上下])?(?:的)?[一-龥]{0,6}?(?:人群|居民|老年人|儿童|青少年|妇女|人口|学生|女生|人)|适龄妇女|儿童青少年|孕产妇|新生儿)"
)
_SENTENCE = re.compile(r"[^。;；\n]+")
_UNTIL = re.compile(r"(?:到|至)((?:19|20)\d\d)年|((?:19|20)\d\d)年(?:底)?(?=[,，、和达])")
_LISTS_FOLLOW = re.compile(r"[:：]\s*$")
_MAX_CELL = 60
_BACKGROUND = re.compile(r"现状|背景|形势|回顾|基础")
_HEADING = 20

Columns = dict[int, str]


def indicators_in(document: Document, first: int, end: int, year: int | None) -> list[IndicatorDraft]:
    """The indicators of the blocks ``first``..``end``. ``year``: the plan's, where a sentence names none."""
    found = [*_of_tables(document, first, end), *_of_flattened(document, first, end)]
    taken = {indicator.source.block for indicator in found}
    prose = [(n, b) for n, b in document.paragraphs() if first <= n < end and n not in taken]
    return found + list(_of_sentences(prose, year))


def is_indicator_table(table: Table) -> bool:
    """A table whose head names indicators and years."""
    return _head_row(table) is not None


# Tables


def _of_tables(document: Document, first: int, end: int) -> Iterator[IndicatorDraft]:
    for number in range(first, end):
        block = document.blocks[number]
        head = _head_row(block) if isinstance(block, Table) and not block.hidden else None
        if isinstance(block, Table) and head is not None:
            columns = _columns([cell.text if cell else "" for cell in block.row(head)])
            for row in range(head + 1, block.height):
                yield from _of_row(block, number, row, columns)


def _of_row(table: Table, block: int, row: int, columns: Columns) -> Iterator[IndicatorDraft]:
    cells = table.row(row)
    named = next((cells[c] for c, what in columns.items() if what == "name"), None)
    if row in table.hidden_rows or not isinstance(named, Cell):
        return
    source = Span(block, 0, len(named.text), table.where_row(row), named.row, named.column)
    made = _indicator([cell.text if cell else "" for cell in cells], columns, source)
    if made:
        yield made


def _head_row(table: Table) -> int | None:
    for row in range(min(table.height, 6)):
        columns = _columns([cell.text if cell else "" for cell in table.row(row)])
        if "name" in columns.values() and any(what.isdecimal() for what in columns.values()):
            return row
    return None


def _columns(heads: list[str]) -> Columns:
    """What each column holds: name, base, kind, unit, or the year of a target."""
    return {place: what for place, head in enumerate(heads) if (what := _head(head))}


def _head(words: str) -> str | None:
    said = squeeze(fold(words))
    year = _YEAR_HEAD.fullmatch(said)
    if year:
        return year[1]
    heads = (("name", _NAME_HEAD), ("base", _BASE_HEAD), ("kind", _KIND_HEAD), ("unit", _UNIT_HEAD))
    return next((what for what, pattern in heads if len(said) <= 20 and pattern.fullmatch(said)), None)


def _indicator(texts: list[str], columns: Columns, source: Span) -> IndicatorDraft | None:
    """A row of cells as an indicator; None where no target is written."""
    held = {what: squeeze(texts[place]) for place, what in columns.items() if place < len(texts)}
    name, unit = _name_and_unit(held.get("name", ""))
    written = {what: text for what, text in held.items() if what.isdecimal() and text.strip("-—－/ ")}
    targets = [Target(int(year), *target_of(text, name), text) for year, text in written.items()]
    if not name or not targets:
        return None
    base = held.get("base", "").strip("-—－/ ")
    about = _POPULATION.match(fold(name))
    return IndicatorDraft(
        name,
        held.get("unit") or unit,
        name[: about.end()] if about else None,
        value_of(base),
        base or None,
        held.get("kind") or None,
        targets,
        source,
    )


def _name_and_unit(words: str) -> tuple[str, str | None]:
    """总体癌症5年生存率（%） → its name and its unit."""
    found = _OF_NAME.search(fold(words))
    return (words[: found.start()], found[1]) if found else (words, None)


# Flattened tables: the heads one a line, then the cells of each row


def _of_flattened(document: Document, first: int, end: int) -> Iterator[IndicatorDraft]:
    lines = [(n, b) for n, b in document.paragraphs() if first <= n < end]
    for place, (_, line) in enumerate(lines):
        if _head(line.text) != "name":
            continue
        heads = [line.text]
        while place + len(heads) < len(lines) and _head(lines[place + len(heads)][1].text):
            heads.append(lines[place + len(heads)][1].text)
        columns = _columns(heads)
        if any(what.isdecimal() for what in columns.values()):
            usual = lines[place + 1][1].gap
            yield from _stacked(lines[place + len(heads) :], columns, len(heads), usual)


def _stacked(lines: list[tuple[int, Paragraph]], columns: Columns, width: int, usual: int) -> Iterator[IndicatorDraft]:
    """Rows of so many lines; a blank line too many inside a row is an empty cell."""
    row: list[str] = []
    source: Span | None = None
    for block, line in lines:
        extra = line.gap - usual
        if row and len(row) < width and extra > 0:
            row += [""] * min(extra, width - len(row) - 1)
        if not row:
            if mark_of(line.text) or len(line.text) > _MAX_CELL or extra > width:
                return
            source = Span(block, 0, len(line.text), line.where)
        row.append(line.text)
        if len(row) == width and source:
            made = _indicator(row, columns, source)
            if made is None:
                return
            yield made
            row = []


# Sentences


def _of_sentences(prose: list[tuple[int, Paragraph]], year: int | None) -> Iterator[IndicatorDraft]:
    """到2025年，…率达到50%: each figure with the year before it, which also counts for the list after a colon."""
    listed: list[int] = []
    looks_back = False
    for block, paragraph in prose:
        mark = mark_of(paragraph.text)
        if mark and mark.level <= 2:
            listed = []
        if mark and mark.level <= 1:
            looks_back = bool(_BACKGROUND.search(paragraph.text[:_HEADING]))
        if not looks_back:
            yield from _of_paragraph(block, paragraph, listed or ([year] if year else []))
        if _LISTS_FOLLOW.search(paragraph.text):
            listed = _years(paragraph.text) or listed


def _of_paragraph(block: int, paragraph: Paragraph, years: list[int]) -> Iterator[IndicatorDraft]:
    for sentence in _SENTENCE.finditer(paragraph.text):
        source = Span(block, sentence.start(), sentence.end(), paragraph.where)
        made: list[IndicatorDraft] = []
        for figure in figures_in(sentence[0], years):
            if figure.name:
                about = _POPULATION.match(fold(figure.name))
                population = figure.name[: about.end()] if about else None
                made.append(
                    IndicatorDraft(figure.name, figure.unit, population, None, None, None, figure.targets, source)
                )
            elif made:
                made[-1] = replace(made[-1], targets=[*made[-1].targets, *figure.targets])
        yield from made


def _years(text: str) -> list[int]:
    return [int(found[1] or found[2]) for found in _UNTIL.finditer(fold(text))]
