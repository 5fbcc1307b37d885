"""Bytes to blocks. A reader knows a file format and nothing of tasks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import PurePosixPath

from tracker.errors import UnreadableFile
from tracker.importing.blocks import Document
from tracker.importing.readers.archive import office_kind
from tracker.importing.readers.csv import looks_like_csv
from tracker.importing.readers.text import read_text

MAX_BYTES = 100 * 1024 * 1024
OLD_TEXT = ("doc", "rtf", "odt")  # read through LibreOffice

_SAVE_AS = "请用 WPS 或 Word 打开后另存为 .docx（表格存为 .xlsx），再上传。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|table|div|p|meta|h[1-6]|"
    rb"section|article|main|title|center|font|span|style|script|link)\b",
    re.I | re.S,
)


def read(content: bytes, filename: str) -> Document:
    """A file as blocks, by its bytes; the name only serves a note where the two differ.

    Raises UnreadableFile with a sentence that says what the file is and what to do.
    """
    _refuse_by_size(content)
    kind = kind_of(content, filename)
    reader = _reader(kind)
    try:
        document = reader(content)
    except (UnreadableFile, MemoryError):
        raise
    except Exception as error:  # a dozen libraries on hostile bytes: what each raises for damage is nowhere written
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


def kind_of(content: bytes, filename: str = "") -> str:
    """docx, xlsx, xls, ods, csv, doc, pdf, ofd, html or txt, told from the bytes; only between csv and txt, which
    have no mark of their own, the name counts. Raises UnreadableFile for every other kind that is known."""
    if content.startswith(b"PK"):
        return office_kind(content)
    if content.startswith(_OLE):
        return _old_office(content)
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"{\\rtf"):
        return "rtf"
    _refuse_other_kinds(content)
    if _HTML.match(content[:4096]) or _HTML.match(content[:8192].replace(b"\0", b"").lstrip(b"\xff\xfe")):
        return "html"
    return "csv" if looks_like_csv(content, _suffix(filename) == ".csv") else "txt"


def _refuse_other_kinds(content: bytes) -> None:
    if content.startswith(_PICTURES):
        raise UnreadableFile("这是图片，读不出文字。请上传原来的 Word 或 Excel 文件，或把文字录入后粘贴。")
    if content.startswith(_ARCHIVES):
        raise UnreadableFile("这是压缩包。请解压后上传里面的文件。")
    if b"<!ENTITY" in content[:65536]:
        raise UnreadableFile("文件里引用了外部内容（实体声明），为了安全没有打开。请复制文字后粘贴。")


def _old_office(content: bytes) -> str:
    """What a compound file of the old formats holds, by the names of its streams."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableFile("文件设了打开密码，读不了。请在 Word、Excel 或 WPS 里去掉密码，另存后重新上传。")
    if "WordDocument".encode("utf-16-le") in content:
        return "doc"
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return "xls"
    raise UnreadableFile(f"这是旧版 Office 或 WPS 文件，不能直接读。{_SAVE_AS}")


_READERS = {
    "docx": ("docx", "read_docx"),
    "xlsx": ("xlsx", "read_xlsx"),
    "xls": ("xls", "read_xls"),
    "ods": ("ods", "read_ods"),
    "csv": ("csv", "read_csv"),
    "pdf": ("pdf", "read_pdf"),
    "ofd": ("ofd", "read_ofd"),
    "html": ("html", "read_html"),
    "txt": ("text", "read_txt"),
    **dict.fromkeys(OLD_TEXT, ("office", "read_old_text")),
}


def _reader(kind: str) -> Callable[[bytes], Document]:
    """A format's reader; its library is loaded when the first file of that format comes."""
    module, function = _READERS[kind]
    found: Callable[[bytes], Document] = getattr(import_module(f"{__name__}.{module}"), function)
    return found


def prepare(content: bytes) -> None:
    """What must be done for a file before the process gives up writing files: older text documents are converted.
    Raises UnreadableFile where that fails."""
    if content.startswith((_OLE, b"{\\rtf", b"PK")) and kind_of(content) in OLD_TEXT:
        from tracker.importing.readers.office import as_docx

        as_docx(content)


_NAMES = {
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".html": "html",
    ".htm": "html",
    ".et": "xls",
    ".wps": "doc",
    ".csv": "csv",
    ".txt": "txt",
    **{f".{kind}": kind for kind in ("xls", "ods", "pdf", "ofd", *OLD_TEXT)},
}


def _suffix(filename: str) -> str:
    return PurePosixPath(filename).suffix.lower()


def _note_other_name(document: Document, kind: str, filename: str) -> Document:
    suffix = _suffix(filename)
    if not suffix or _NAMES.get(suffix) == kind or {suffix, kind} == {".txt", "csv"}:
        return document
    note = f"文件名以 {suffix} 结尾，内容其实是 .{kind}，已按内容读取。"
    return replace(document, notes=[*document.notes, note])


__all__ = ["MAX_BYTES", "kind_of", "prepare", "read", "read_text"]
