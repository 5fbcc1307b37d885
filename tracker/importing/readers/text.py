""".txt and pasted text: one paragraph a line, with the number of blank lines before it."""

from __future__ import annotations

import codecs

from tracker.errors import UnreadableFile
from tracker.importing.blocks import Document, Paragraph

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_BLANK = " \u3000\xa0\r"  # a tab at the end of a line may be an empty cell


def decode(content: bytes) -> str:
    """The text of bytes in UTF-8, UTF-16 or GB18030, whatever the file claims. Raises UnreadableFile."""
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "这个文件读不成文字：不是 UTF-8、UTF-16 或 GB18030 编码，或已损坏。请用记事本另存为 UTF-8 文本后重新上传。"
        ) from error
    _refuse_binary(text[:20_000])
    return text


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if b"\0" in content[:4096]:
        sample = content[:4096]
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _refuse_binary(sample: str) -> None:
    strange = sum(1 for char in sample if ord(char) < 32 and char not in "\t\r\n\f\v\x1a")
    if strange > len(sample) // 100:
        raise UnreadableFile("这个文件不是文字文件。请上传 .docx、.xlsx、.html 或 .txt 文件。")


def read_text(text: str, format_name: str = "txt") -> Document:
    """Lines as paragraphs. A line of wide blanks alone is an empty paragraph: in a flattened table it is a cell."""
    blocks, gap = [], 0
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n"), 1):
        words = line.strip(_BLANK if "\t" in line.strip() else None).strip("\ufeff\u200b\x00\x1a")
        if not words and not line.strip(" \t\ufeff\x00"):
            gap += 1
            continue
        blocks.append(Paragraph(words, f"第{number}行", gap))
        gap = 0
    return Document(list(blocks), format_name)


def read_txt(content: bytes) -> Document:
    """A text file, flattened tables not yet put together."""
    return read_text(decode(content))
