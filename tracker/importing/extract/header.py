"""What a document says of itself: title, 文号, issuer, date, year. What is restored is a doubt; 文号 never is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from tracker.importing.blocks import Document, Paragraph, Table
from tracker.importing.extract.drafts import Candidate, Doubt, Field, HeaderDraft, Span
from tracker.importing.extract.names import is_unit
from tracker.importing.extract.titles import Title
from tracker.importing.extract.words import fold, squeeze
from tracker.tasks.written_dates import plain, points, run_together

_NUMBER = re.compile(r"[一-龥]{2,12}?[(\[【]\s*((?:19|20)\d\d)\s*[)\]】]\s*第?\s*(\d+)\s*号")
_BROKEN_NUMBER = re.compile(r"[一-龥]{1,6}[发办函字通领][(\[]?(?:19|20)\d{3,8}号?")
_PRINTED_BY = re.compile(
    r"(?P<who>[^\d\s]{4,40}?)(?P<gap>\s*)(?P<day>(?:19|20|二)[\d一二三四五六七八九十〇○零\s年月日./-]{5,16})\s*(?:印发|印)?$"
)
_DATE_LINE = re.compile(
    r"(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|二[〇○零]{1}[〇○零一二三四五六七八九]{2}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日|(?:19|20)\d{4,6}|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}"
)
_PLACE = re.compile(r"^[“”\"《]*(?:关于印发|关于下发|印发)?[《“]?([一-龥]{1,4}?[省市县区州旗])")
_YEAR = re.compile(r"((?:19|20)\d\d)\s*(?:年|-|—|－|–)")


def read_header(document: Document, titles: list[Title], chosen: Title | None) -> HeaderDraft:
    """The header. ``chosen``: the title of the part taken for the plan, where it has one."""
    lines = [(n, b) for n, b in _lines(document) if b.text]
    titles = [chosen, *titles] if chosen else titles
    header = HeaderDraft(titles[0].text if titles else "")
    if titles:
        _title(header, titles[0], document)
    _doc_number(header, lines)
    _signature(header, lines, titles)
    header.year = _year(header, titles)
    return header


def _lines(document: Document) -> Iterator[tuple[int, Paragraph]]:
    """Paragraphs, and the texts of the first and last rows of tables, which hold titles and signatures in workbooks."""
    for number, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            if not block.hidden:
                yield number, block
        elif not block.hidden:
            yield from ((number, line) for line in _edge_rows(block))


def _edge_rows(table: Table) -> Iterator[Paragraph]:
    for row in (*range(min(4, table.height)), *range(max(4, table.height - 4), table.height)):
        texts = {cell.text.strip() for cell in table.row(row) if cell and cell.text.strip()}
        if len(texts) == 1:
            yield from (Paragraph(line, table.where_row(row)) for line in texts.pop().split("\n"))


def _span(number: int, line: Paragraph, start: int = 0, end: int | None = None) -> Span:
    return Span(number, start, len(line.text) if end is None else end, line.where)


# Title


def _title(header: HeaderDraft, own: Title, document: Document) -> None:
    """The title as printed; an opening quote that was lost is restored from the same words elsewhere."""
    span = Span(own.block, 0, len(own.text), own.where, own.row, None if own.row is None else 0)
    header.spans["title"] = [span]
    restored = restore_quotes(own.text, document.text)
    if restored != own.text:
        header.title = restored
        header.doubts.append(
            Doubt(
                "title_restored",
                Field.TITLE,
                own.text,
                "标题缺左引号，已按文中同样的词补上。",
                [Candidate(restored, restored, True), Candidate("照原文", own.text)],
                span,
            )
        )


def restore_quotes(title: str, text: str) -> str:
    """``title`` with the “ that stands before the same words elsewhere in ``text``."""
    close = title.find("”")
    if close < 0 or "“" in title[:close]:
        return title
    quoted = sorted(set(re.findall(r"“([^“”\n]{1,30})”", text)), key=len, reverse=True)
    for words in quoted:
        if title[:close].endswith(words):
            at = close - len(words)
            return f"{title[:at]}“{title[at:]}"
    return title


# 文号


def _doc_number(header: HeaderDraft, lines: list[tuple[int, Paragraph]]) -> None:
    """A number that stands by itself near the top is the document's own; one within a sentence is another's."""
    for number, line in lines[:30]:
        folded = squeeze(fold(line.text))
        found = _NUMBER.search(folded)
        if found and len(folded) <= len(found[0]) + 12 and not re.search(r"[。,;《]|根据|印发|按照", folded):
            name = re.sub(r"^.*?(?:文件|发文字号:?|文号:?|字号:?)", "", found[0].split("(")[0].split("[")[0])
            header.doc_number = f"{name}〔{found[1]}〕{int(found[2])}号"
            header.spans["doc_number"] = [_span(number, line)]
            return
    header.doubts.append(_no_number(lines))


def _no_number(lines: list[tuple[int, Paragraph]]) -> Doubt:
    ways = [Candidate("本文无文号"), Candidate("以后再补", None, True)]
    for number, line in lines[:60]:
        folded = fold(line.text)
        found = _NUMBER.search(folded) or _BROKEN_NUMBER.search(folded)
        if found:
            words = line.text[slice(*found.span())]
            why = f"没有读到本文的文号；正文里的“{words}”是所依据的文件，不是本文。"
            return Doubt("no_doc_number", Field.DOC_NUMBER, "", why, ways, _span(number, line, *found.span()))
    return Doubt("no_doc_number", Field.DOC_NUMBER, "", "没有读到本文的文号。", ways)


# Issuer and date


def _signature(header: HeaderDraft, lines: list[tuple[int, Paragraph]], titles: list[Title]) -> None:
    """The unit and the day below the notice; else the line that says who printed it, and when."""
    for place, (number, line) in enumerate(lines):
        if not _DATE_LINE.fullmatch(squeeze(fold(line.text)).strip("()")):
            continue
        _take_date(header, number, line, 0, len(line.text))
        before = lines[place - 1] if place else None
        if (
            before
            and is_unit(before[1].text)
            and len(squeeze(before[1].text)) <= 30
            and not re.search(r"[::,]", fold(before[1].text))
        ):
            _take_issuer(header, *before, 0, len(before[1].text), titles)
        break
    if header.issuer and header.issued_on:
        return
    for number, line in reversed(lines):
        found = _PRINTED_BY.search(line.text.strip())
        if found and found["who"].strip() and _days(found["day"]) and is_unit(found["who"].strip("，,、:： ")):
            if not header.issuer:
                _take_issuer(header, number, line, *found.span("who"), titles)
            if not header.issued_on:
                _take_date(header, number, line, *found.span("day"))
            return


def _days(words: str) -> list[date]:
    text = plain(words)
    named = [point.on for point in points(text, None) if point.rule in ("day", "day_with_stops")]
    return named or run_together(re.sub(r"\D", "", text))


def _take_date(header: HeaderDraft, number: int, line: Paragraph, start: int, end: int) -> None:
    words = line.text[start:end].strip()
    days = _days(words)
    if not days:
        return
    header.issued_on = days[0]
    span = _span(number, line, start, end)
    header.spans["issue_date"] = [span]
    if len(days) > 1:
        ways = [Candidate(f"{d.year}年{d.month}月{d.day}日", d.isoformat(), n == 0) for n, d in enumerate(days)]
        header.doubts.append(
            Doubt("date_ambiguous", Field.ISSUE_DATE, words, "年、月、日脱落，可有几种读法。", ways, span)
        )
    elif not re.search(r"[年./-]", words):
        d = days[0]
        header.notes.append(f"印发日期原文为“{words}”，年、月、日脱落，还原为{d.year}年{d.month}月{d.day}日。")


def _take_issuer(header: HeaderDraft, number: int, line: Paragraph, start: int, end: int, titles: list[Title]) -> None:
    raw = squeeze(line.text[start:end])
    span = _span(number, line, start, end)
    header.spans["issuer"] = [span]
    header.issuer = raw
    restored = restore_place(raw, titles)
    if restored != raw:
        header.issuer = restored
        header.doubts.append(
            Doubt(
                "issuer_restored",
                Field.ISSUER,
                raw,
                "印发机关首字脱落，已按标题里的地名补上。",
                [Candidate(restored, restored, True), Candidate("照原文", raw)],
                span,
            )
        )


def restore_place(issuer: str, titles: list[Title]) -> str:
    """江市…办公室 → 潜江市…办公室, when a title begins with the place whose end the issuer begins with."""
    for title in titles:
        found = _PLACE.match(title.text)
        place = found[1] if found else ""
        for cut in range(1, len(place) - 1):
            if issuer.startswith(place[cut:]):
                return place[:cut] + issuer
    return issuer


# Year


def _year(header: HeaderDraft, titles: list[Title]) -> int | None:
    """From the first title that names one, else 〔2023〕, else the day of issue."""
    for title in titles:
        year = year_in(title.text)
        if year:
            return year
    if header.doc_number:
        return int(header.doc_number.split("〔")[1][:4])
    return header.issued_on.year if header.issued_on else None


def year_in(title: str) -> int | None:
    """The first year a title names."""
    found = _YEAR.search(fold(title))
    return int(found[1]) if found else None
