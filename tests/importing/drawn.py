"""Pages drawn character by character and line by line, as PDF, OFD; workbooks as ODS. Lengths are points."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

WIDTH, HEIGHT, MARGIN, SIZE = 595, 842, 70, 12
_LINE = 20
_ROOM = (WIDTH - 2 * MARGIN) // SIZE


@dataclass(frozen=True)
class Words:
    """A line of text that begins ``left`` and ``top`` from the page's upper left corner."""

    left: float
    top: float
    text: str


@dataclass(frozen=True)
class Rule:
    """A drawn line."""

    left: float
    top: float
    right: float
    bottom: float


Page = list[Words | Rule]


def prose(paragraphs: list[str], head: str = "") -> list[Page]:
    """Paragraphs with two characters' indent, wrapped at the margin; each page with its head and number."""
    lines = [line for paragraph in paragraphs for line in _wrapped("　　" + paragraph, _ROOM)]
    on_page = (HEIGHT - 2 * MARGIN) // _LINE
    pages: list[Page] = []
    for first in range(0, len(lines), on_page):
        page: Page = [Words(MARGIN, 30, head)] if head else []
        page += [Words(MARGIN, MARGIN + _LINE * n, line) for n, line in enumerate(lines[first : first + on_page])]
        pages.append([*page, Words(WIDTH / 2, HEIGHT - 40, f"— {len(pages) + 1} —")])
    return pages


def table(rows: list[list[str]], repeat_head: bool = True) -> list[Page]:
    """A ruled table, cells wrapped, over as many pages as it takes, its head repeated."""
    widths = [36, 180, 90, 90, 70][: len(rows[0])]
    pages: list[Page] = [[]]
    top = float(MARGIN)
    for number, row in enumerate(rows):
        height = _row_height(row, widths)
        if top + height > HEIGHT - MARGIN:
            pages.append([])
            top = MARGIN
            if repeat_head:
                top = _row(pages[-1], rows[0], widths, top)
        top = _row(pages[-1], rows[number], widths, top)
    return pages


def _row_height(row: list[str], widths: list[int]) -> int:
    return max(len(_wrapped(text, _characters(width))) for text, width in zip(row, widths, strict=True)) * _LINE + 6


def _characters(width: int) -> int:
    return (width - 10) // SIZE


def _row(page: Page, row: list[str], widths: list[int], top: float) -> float:
    bottom, left = top + _row_height(row, widths), float(MARGIN)
    for text, width in zip(row, widths, strict=True):
        page += [
            Words(left + 5, top + 5 + _LINE * n, line) for n, line in enumerate(_wrapped(text, _characters(width)))
        ]
        page += [Rule(left, y, left + width, y) for y in (top, bottom)]
        page += [Rule(x, top, x, bottom) for x in (left, left + width)]
        left += width
    return bottom


def _wrapped(text: str, room: int) -> list[str]:
    """Lines of so many characters; a stop does not begin a line."""
    lines = [""]
    for place, char in enumerate(text):
        following = text[place + 1 : place + 2]
        if len(lines[-1]) >= room or (len(lines[-1]) == room - 1 and following in "、，。；：)）" and following):
            lines.append("")
        lines[-1] += char
    return lines


def as_pdf(pages: list[Page]) -> bytes:
    """A PDF with the font STSong-Light, which readers know and none has to embed."""
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>"
        "/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/Ascent 880/Descent -120"
        "/FontBBox[-25 -254 1000 880]/ItalicAngle 0/CapHeight 880/StemV 93>>>>",
    ]
    for number, page in enumerate(pages):
        drawn = "\n".join(_pdf_step(step) for step in page)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Contents {6 + 2 * number} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream")
    return _pdf_file(objects)


def _pdf_step(step: Words | Rule) -> str:
    if isinstance(step, Rule):
        return f"{step.left} {HEIGHT - step.top} m {step.right} {HEIGHT - step.bottom} l S"
    code = step.text.encode("utf-16-be").hex()
    return f"BT /F1 {SIZE} Tf {step.left} {HEIGHT - step.top - 0.88 * SIZE:.2f} Td <{code}> Tj ET"


def _pdf_file(objects: list[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{written}\nendobj\n".encode("ascii")
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{rows}trailer\n<</Size {len(places) + 1}/Root 1 0 R>>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF".encode("ascii")


_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_MM = 25.4 / 72


def as_ofd(pages: list[Page]) -> bytes:
    """An OFD of the same pages, in millimetres."""
    root = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
    entries = {
        "OFD.xml": f"<ofd:OFD {_OFD}>{root}</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_OFD}><ofd:Pages>"
        + "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/P{n}/Content.xml"/>' for n in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
    }
    for number, page in enumerate(pages):
        box = f"<ofd:Area><ofd:PhysicalBox>0 0 {WIDTH * _MM} {HEIGHT * _MM}</ofd:PhysicalBox></ofd:Area>"
        drawn = "".join(map(_ofd_step, page))
        layer = f"<ofd:Content><ofd:Layer>{drawn}</ofd:Layer></ofd:Content>"
        entries[f"Doc_0/Pages/P{number}/Content.xml"] = f"<ofd:Page {_OFD}>{box}{layer}</ofd:Page>"
    return zipped({name: text.encode() for name, text in entries.items()})


def _ofd_step(step: Words | Rule) -> str:
    if isinstance(step, Rule):
        path = f"M {step.left * _MM} {step.top * _MM} L {step.right * _MM} {step.bottom * _MM}"
        return (
            f'<ofd:PathObject Boundary="0 0 210 297"><ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>'
        )
    size, steps = SIZE * _MM, f"g {len(step.text) - 1} {SIZE * _MM}" if len(step.text) > 1 else ""
    code = f'<ofd:TextCode X="0" Y="{0.88 * size}" DeltaX="{steps}">{escape(step.text)}</ofd:TextCode>'
    box = f"{step.left * _MM} {step.top * _MM} 200 {size}"
    return f'<ofd:TextObject Boundary="{box}" Size="{size}">{code}</ofd:TextObject>'


_ODS = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)


def as_ods(
    rows: list[list[str]], hidden: tuple[int, ...] = (), spans: dict[tuple[int, int], int] | None = None
) -> bytes:
    """One sheet; ``hidden`` rows and ``spans`` ((row, column) -> rows covered) count from 0."""
    written = "".join(_ods_row(n, row, n in hidden, spans or {}) for n, row in enumerate(rows))
    sheet = f'<table:table table:name="清单">{written}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    content = f"<office:document-content {_ODS}>{body}</office:document-content>"
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content.encode()})


def _ods_row(number: int, row: list[str], hidden: bool, spans: dict[tuple[int, int], int]) -> str:
    cells, seen = "".join(_ods_cells(number, row, spans)), ' table:visibility="collapse"' if hidden else ""
    return f"<table:table-row{seen}>{cells}</table:table-row>"


def _ods_cells(number: int, row: list[str], spans: dict[tuple[int, int], int]) -> Iterator[str]:
    for column, text in enumerate(row):
        span = f" table:number-rows-spanned={quoteattr(str(spans.get((number, column), 1)))}"
        paragraph = f"<text:p>{escape(text)}</text:p>" if text else ""
        yield f"<table:table-cell{span}>{paragraph}</table:table-cell>"


def zipped(entries: dict[str, bytes]) -> bytes:
    """A zip of the entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()
