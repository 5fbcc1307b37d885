"""The titles in a document, and the stretch that each of them heads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.importing.blocks import Block, Document, Paragraph
from tracker.importing.extract.numbering import mark_of
from tracker.importing.extract.words import fold, squeeze

_ENDS = re.compile(
    r"(?:要点|清单|方案|计划|规划|分解表|分工表|任务表|责任表|项目表|一览表|明细表|总表|台账|措施|意见|通知|安排|细则|办法|分工|行动|通报|决定)"
    r"(?:的通知)?[》”\"]*(?:\((?:[^()]*(?:年|稿|试行|版)[^()]*)\))?$"
)
_YEARS_ALONE = re.compile(r"\((?:19|20)\d\d[^()]{0,12}\)")
_BROKEN = re.compile(r"[。;:!?,]")
_NOTICE = re.compile(r"(?:通知|函|通报)$")
_NO_TITLE = re.compile(r"附件\d*[:.]|首页|当前位置|您现在|今天是|索引号|名称[:]|标题[:]|来源[:]|.*[>|]")
_MIN, _MAX = 6, 70
_UPPER_LINES = 2
_MAX_LINES = 4


@dataclass(frozen=True)
class Title:
    """A title: its words, the blocks it takes and the block after its stretch."""

    text: str
    block: int
    where: str
    body: int
    end: int
    row: int | None = None  # where it is a row of a table

    @property
    def is_notice(self) -> bool:
        """A covering notice: its own requirements are no tasks when a plan comes with it."""
        return bool(_NOTICE.search(squeeze(fold(self.text)).rstrip('”》"')))


def find_titles(document: Document) -> list[Title]:
    """The titles in order, each with the stretch down to the next."""
    found: list[tuple[int, int, str]] = []
    for number, _ in document.paragraphs():
        if found and number < found[-1][1]:
            continue
        title = _title_at(document.blocks, number, found[-1][1] if found else 0)
        if title:
            found.append(title)
    ends = [*(first for first, _, _ in found[1:]), len(document.blocks)][: len(found)]
    return [
        Title(text, first, document.blocks[first].where, body, end)
        for (first, body, text), end in zip(found, ends, strict=True)
    ]


def _title_at(blocks: list[Block], number: int, floor: int) -> tuple[int, int, str] | None:
    """(first block, block after the title, its words) when a title ends at ``number``."""
    line = _line(blocks, number)
    if line is None or not _ENDS.search(squeeze(fold(line))) or not _is_plain(line):
        return None
    first, words = number, squeeze_title(line)
    while first - 1 >= floor and number - first < _UPPER_LINES and _continues(blocks, first - 1, words):
        first -= 1
        words = squeeze_title(str(_line(blocks, first))) + words
    if not _MIN <= len(words) <= _MAX:
        return None
    after = number + 1
    while after - first < _MAX_LINES and _goes_on(_line(blocks, after)):
        words += squeeze_title(str(_line(blocks, after)))
        after += 1
    below = _line(blocks, after)
    if below and _YEARS_ALONE.fullmatch(squeeze(fold(below))):
        return first, after + 1, words + squeeze_title(below)
    return first, after, words


def _goes_on(line: str | None) -> bool:
    """Whether the line below is the end of the same title: it ends like one but does not begin like one."""
    if line is None or not _is_plain(line):
        return False
    folded = squeeze(fold(line))
    begins = re.match(r"关于|[“\"《(]|(?:19|20)\d\d年|.{1,6}[省市县区州旗]", folded)
    return bool(_ENDS.search(folded)) and not begins and len(folded) <= 30


def _continues(blocks: list[Block], number: int, words: str) -> bool:
    """Whether the line above is the beginning of the same title: short, and itself no title, date or unit."""
    line = _line(blocks, number)
    if line is None or not _is_plain(line) or _ENDS.search(squeeze(fold(line))):
        return False
    folded = squeeze(fold(line))
    begins = re.match(r"关于|.*人民政府.*关于|.*(?:印发|转发)|.*[省市县区州]", folded)
    whole = bool(re.match(r"关于|.{2,6}[省市县区州旗]", words))
    return (
        6 <= len(folded) <= 45
        and bool(begins)
        and (not whole or folded.count("《") > folded.count("》"))
        and not re.search(r"\d日$|文件$|号$|办公室$|委员会$|人民政府$|局$", folded)
    )


def _line(blocks: list[Block], number: int) -> str | None:
    block = blocks[number] if 0 <= number < len(blocks) else None
    return block.text if isinstance(block, Paragraph) and not block.hidden else None


def _is_plain(line: str) -> bool:
    folded = squeeze(fold(line))
    return mark_of(line) is None and not _BROKEN.search(folded) and not _NO_TITLE.match(folded) and len(folded) <= _MAX


def squeeze_title(line: str) -> str:
    """A title's line without the blanks that centre it or stand between Chinese characters and figures."""
    return re.sub(r"\s+", "", line)
