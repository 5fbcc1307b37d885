"""Bytes to blocks. A reader knows a file format and nothing of tasks."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from zipfile import BadZipFile

from lxml.etree import LxmlError

from tracker.errors import UnreadableFile
from tracker.importing.blocks import Document
from tracker.importing.readers.archive import office_kind
from tracker.importing.readers.text import read_text, read_txt

MAX_BYTES = 100 * 1024 * 1024

_SAVE_AS = "请用 WPS 或 Word 打开后另存为 .docx（表格存为 .xlsx），再上传。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|table|div|p|meta)\b",
    re.I | re.S,
)


def read(content: bytes, filename: str) -> Document:
    """A file as blocks, by its bytes; the name only serves a note where the two differ.

    Raises UnreadableFile with a sentence that says what the file is and what to do.
    """
    _refuse_by_size(content)
    kind = kind_of(content)
    try:
        document = _reader(kind)(content)
    except UnreadableFile:
        raise
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        NotImplementedError,
        OSError,
        LxmlError,
        RecursionError,
        SyntaxError,
    ) as error:
        raise UnreadableFile(
            f"这个 .{kind} 文件不完整或已损坏，读不出内容。请用原来的软件打开检查，另存后重新上传。"
        ) from error
    return _note_other_name(document, kind, filename)


def _refuse_by_size(content: bytes) -> None:
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFile("文件是空的，没有内容可读。请检查选对了文件，再上传一次。")
    if len(content) > MAX_BYTES:
        size = len(content) / 1024 / 1024
        raise UnreadableFile(f"文件有 {size:.0f} MB，超过 100 MB 的上限。请去掉里面的图片或拆开后再上传。")


def kind_of(content: bytes) -> str:
    """docx, xlsx, html or txt, told from the bytes. Raises UnreadableFile for every other kind that is known."""
    if content.startswith(b"PK"):
        return office_kind(content)
    _refuse_other_kinds(content)
    if _HTML.match(content[:4096]) or _HTML.match(content[:8192].replace(b"\0", b"").lstrip(b"\xff\xfe")):
        return "html"
    return "txt"


def _refuse_other_kinds(content: bytes) -> None:
    if content.startswith(_OLE):
        raise UnreadableFile(_old_office(content))
    if content.lstrip()[:5] == b"%PDF-":
        raise UnreadableFile("这是 PDF 文件，现在还不能读。请上传原来的 Word 或 Excel 文件，或复制文字后粘贴。")
    if content.startswith(b"{\\rtf"):
        raise UnreadableFile(f"这是 RTF 文件，不能直接读。{_SAVE_AS}")
    if content.startswith(_PICTURES):
        raise UnreadableFile("这是图片，读不出文字。请上传原来的 Word 或 Excel 文件，或把文字录入后粘贴。")
    if content.startswith(_ARCHIVES):
        raise UnreadableFile("这是压缩包。请解压后上传里面的文件。")
    if b"<!ENTITY" in content[:65536]:
        raise UnreadableFile("文件里引用了外部内容（实体声明），为了安全没有打开。请复制文字后粘贴。")


def _old_office(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "文件设了打开密码，读不了。请在 Word、Excel 或 WPS 里去掉密码，另存后重新上传。"
    if "WordDocument".encode("utf-16-le") in content:
        return f"这是旧版 .doc 或 .wps 文字文件，现在还不能读。{_SAVE_AS}"
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return f"这是旧版 .xls 或 .et 表格文件，现在还不能读。{_SAVE_AS}"
    return f"这是旧版 Office 或 WPS 文件，现在还不能读。{_SAVE_AS}"


def _reader(kind: str) -> Callable[[bytes], Document]:
    # Each format's library is loaded when the first file of that format comes.
    if kind == "docx":
        from tracker.importing.readers.docx import read_docx

        return read_docx
    if kind == "xlsx":
        from tracker.importing.readers.xlsx import read_xlsx

        return read_xlsx
    if kind == "html":
        from tracker.importing.readers.html import read_html

        return read_html
    return read_txt


_NAMES = {".docx": "docx", ".xlsx": "xlsx", ".xlsm": "xlsx", ".html": "html", ".htm": "html", ".txt": "txt"}


def _note_other_name(document: Document, kind: str, filename: str) -> Document:
    suffix = PurePosixPath(filename).suffix.lower()
    if not suffix or _NAMES.get(suffix) == kind:
        return document
    note = f"文件名以 {suffix} 结尾，内容其实是 .{kind}，已按内容读取。"
    return replace(document, notes=[*document.notes, note])


__all__ = ["MAX_BYTES", "kind_of", "read", "read_text"]
