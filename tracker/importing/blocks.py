"""A document as blocks: what a reader gives and an extractor takes, the same for every file format.

A block's number is its place in ``Document.blocks``. Characters are counted in ``Paragraph.text`` or, in a table,
in the text of one cell. ``where`` is what a clerk is told: 第57行, 表1 第7行, 工作表“清单” 第7行.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from tracker.importing.plain import dump, load


@dataclass(frozen=True)
class Paragraph:
    """A line or paragraph. ``gap``: blank lines before it. ``level``: 1… where the format itself marks a heading."""

    text: str
    where: str
    gap: int = 0
    level: int | None = None
    hidden: bool = False
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Cell:
    """A cell at its first row and column (from 0), with how many rows and columns it covers."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True)
class Table:
    """A table. ``name``: of the sheet it was. ``hidden_rows``: rows (from 0) a person does not see."""

    cells: list[Cell]
    where: str
    name: str | None = None
    hidden_rows: list[int] = field(default_factory=list)
    hidden: bool = False
    kind: Literal["table"] = "table"

    @cached_property
    def grid(self) -> dict[tuple[int, int], Cell]:
        """(row, column) -> the cell that covers it."""
        return {
            (row, column): cell
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }

    @cached_property
    def height(self) -> int:
        return max((cell.row + cell.row_span for cell in self.cells), default=0)

    @cached_property
    def width(self) -> int:
        return max((cell.column + cell.column_span for cell in self.cells), default=0)

    def where_row(self, row: int) -> str:
        """What a clerk is told about a row."""
        return f"{self.where} 第{row + 1}行"

    def row(self, row: int) -> list[Cell | None]:
        """The cells that cover a row, by column; None where there is none."""
        return [self.grid.get((row, column)) for column in range(self.width)]


Block = Paragraph | Table


@dataclass(frozen=True)
class Document:
    """A file that was read. ``format``: the form found from its bytes; ``notes``: what a person should know."""

    blocks: list[Block]
    format: str
    notes: list[str] = field(default_factory=list)

    def paragraphs(self) -> Iterator[tuple[int, Paragraph]]:
        """The visible paragraphs with their block numbers."""
        return ((n, b) for n, b in enumerate(self.blocks) if isinstance(b, Paragraph) and not b.hidden)

    @cached_property
    def text(self) -> str:
        """All words, for looking something up."""
        texts = (
            (cell.text for cell in block.cells) if isinstance(block, Table) else (block.text,) for block in self.blocks
        )
        return "\n".join(text for block_texts in texts for text in block_texts)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for storing with the draft."""
        return dump(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Document:
        """What ``to_json`` gave."""
        return load(cls, data)
