"""Paragraphs as an outline: each number opens an item, what follows without a number belongs to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tracker.importing.blocks import Paragraph
from tracker.importing.extract.drafts import Span
from tracker.importing.extract.numbering import Mark, mark_of
from tracker.importing.extract.words import fold, squeeze, trimmed

_FURNITURE = re.compile(
    r"[-—–―·\s]*\d{1,3}[-—–―·\s]*|第\d+页.*|共\d+页|附件\d*|扫一扫.*|打印本页.*|关闭窗口|【?字体.*|分享到.*|首页>.*|当前位置.*|今天是.*"
    r"|热门搜索.*|相关链接.*|版权所有.*|主办单位.*承办单位.*|网站标识码.*|浏览次数.*|索引号.*|\(此件.*\)|抄送.*|.*\d日印发"
)
_ANNEX = re.compile(r"附件?\s*\d{0,2}[:：]?|附[录表]\d{0,2}[:：]?")
_HEADING_LENGTH = 40


@dataclass
class Item:
    """A numbered item with all its paragraphs. ``lines``: (block, where, place in ``text``, place in the block)."""

    mark: Mark | None
    level: int
    text: str = ""
    lines: list[tuple[int, str, int, int]] = field(default_factory=list)
    above: list[Item] = field(default_factory=list)

    def add(self, block: int, where: str, text: str, start: int) -> None:
        """One more paragraph; one that goes on within a bracket or a list is no new line."""
        self.text += "\n" if self.lines and not self._is_unfinished() else ""
        self.lines.append((block, where, len(self.text), start))
        self.text += text

    def _is_unfinished(self) -> bool:
        line = fold(self.text[self.text.rfind("\n") + 1 :])
        return line.endswith((",", "、")) or line.count("(") > line.count(")")

    def span(self, start: int, end: int) -> Span:
        """The characters ``start``..``end`` of ``text`` in their block; a range over several stops with the first."""
        start, end = trimmed(self.text, start, end)
        block, where, place, offset = [line for line in self.lines if line[2] <= start][-1]
        following = [line[2] - (self.text[line[2] - 1] == "\n") for line in self.lines if line[2] > start]
        stop = min([end, *following])
        return Span(block, start - place + offset, stop - place + offset, where)

    @property
    def no(self) -> str | None:
        return self.mark.no if self.mark else None

    @property
    def heading(self) -> str:
        """The item's heading with its number as printed: its first line when that is short, else its first sentence."""
        printed, whole = self.printed_number, self.text.replace("\n", "")
        broken = len(whole) <= _HEADING_LENGTH and "。" not in whole  # one heading over two lines
        first = whole if broken else self.text.split("\n", 1)[0]
        if len(first) > _HEADING_LENGTH or "。" in first:
            first = first.split("。", 1)[0]
        return printed + first.rstrip("。:：")

    printed_number: str = ""


def outline(paragraphs: Iterable[tuple[int, Paragraph]]) -> list[Item]:
    """The items in order, each with the items above it, outermost first. Page furniture is left out."""
    items: list[Item] = []
    open_items: list[Item] = []
    for block, paragraph in paragraphs:
        if _ANNEX.fullmatch(squeeze(paragraph.text)) and items:
            open_items.clear()  # what follows belongs to no item
            items.append(Item(None, 100))
        if not paragraph.text or _FURNITURE.fullmatch(squeeze(fold(paragraph.text))):
            continue
        mark = mark_of(paragraph.text)
        if mark or paragraph.level or not items:
            item = _opened(mark, paragraph)
            while open_items and open_items[-1].level >= item.level:
                open_items.pop()
            item.above = list(open_items)
            open_items.append(item)
            items.append(item)
        start = mark.end if mark else 0
        items[-1].add(block, paragraph.where, paragraph.text[start:], start)
    return items


def _opened(mark: Mark | None, paragraph: Paragraph) -> Item:
    if not mark:
        return Item(None, (paragraph.level or 100) - 10 if paragraph.level else 100)
    return Item(mark, mark.level, printed_number=paragraph.text[mark.start : mark.end].strip())


def headings(item: Item) -> list[str]:
    """The headings above an item, outermost first."""
    return [above.heading for above in item.above if above.mark or above.level < 0]
