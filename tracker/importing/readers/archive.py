"""The zip around .docx, .xlsx, .ods, .odt and .ofd: looked at before anything in it is opened."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from tracker.errors import UnreadableFile

MAX_ENTRIES = 5_000
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 200
_SMALL = 2 * 1024 * 1024  # a short file of blanks packs well and harms nobody

_TRUNCATED = "文件不完整（可能没有下载完）或已损坏，打不开。请重新下载或另存后再上传。"
_BOMB = "文件解压后大得不正常，为了安全没有打开。请用原来的软件另存后再上传。"
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.text": "odt",
}
_OTHERS = {
    b"application/vnd.oasis.opendocument.presentation": "演示文稿",
    b"application/epub+zip": "电子书",
}


_DECLARATION = b"<!DOCTYPE"
_PIECE = 1 << 20


def office_kind(content: bytes) -> str:
    """``docx``, ``xlsx``, ``ods``, ``odt`` or ``ofd``. Raises UnreadableFile for damage, passwords,
    bombs, outside references, other zips."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_bombs(entries)
            _refuse_passwords(entries)
            kind = _kind(archive, {entry.filename for entry in entries})
            _refuse_outside_references(archive, entries)
            return kind
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise UnreadableFile(_TRUNCATED) from error


def _refuse_bombs(entries: list[ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise UnreadableFile(_BOMB)
    if any(e.file_size > _SMALL and e.file_size > MAX_RATIO * max(e.compress_size, 1) for e in entries):
        raise UnreadableFile(_BOMB)


def _refuse_passwords(entries: list[ZipInfo]) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("压缩包设了密码，读不了。请解压后上传里面的文件。")


def _kind(archive: ZipFile, names: set[str]) -> str:
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "OFD.xml" in names:
        return "ofd"
    if "mimetype" in names:
        said = archive.read("mimetype").strip()
        if said in _OPEN_DOCUMENTS:
            return _OPEN_DOCUMENTS[said]
        other = _OTHERS.get(said, "其他格式的文件")
        raise UnreadableFile(f"这是{other}，现在还不能读。请另存为 .docx 或 .xlsx 后再上传。")
    raise UnreadableFile("这是压缩包，不是 Word 或 Excel 文件。请解压后上传里面的文件。")


def _refuse_outside_references(archive: ZipFile, entries: list[ZipInfo]) -> None:
    for entry in entries:
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(entry) as part:
            if _declares_document_type(part):
                raise UnreadableFile("文件里引用了外部内容（实体声明），为了安全没有打开。请用原来的软件另存后再上传。")


def _declares_document_type(part: IO[bytes]) -> bool:
    """Looked for in the whole part, in any UTF: a comment of any length may stand before it."""
    before = b""
    while piece := part.read(_PIECE):
        text = before + piece.replace(b"\0", b"")
        if _DECLARATION in text:
            return True
        before = text[-len(_DECLARATION) :]
    return False
