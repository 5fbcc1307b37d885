"""What a file is, told from its bytes and never from its name, and what is taken as evidence."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from tracker.errors import Invalid, UnreadableFile
from tracker.files.archives import members
from tracker.files.compound import MAGIC as COMPOUND
from tracker.files.compound import stream_names

HEAD_SIZE = 4096  # bytes from the beginning that tell most types


@dataclass(frozen=True)
class FileType:
    """A kind of file: ``label`` for the chip, ``media_type`` for the answer, ``endings`` without dot, usual first."""

    label: str
    media_type: str
    endings: tuple[str, ...]

    def name_for(self, name: str) -> str:
        """``name`` with an ending that fits the content: 扫描件.exe that holds a PDF becomes 扫描件.exe.pdf."""
        ending = PurePath(name).suffix.lower().removeprefix(".")
        return name if ending in self.endings else f"{name}.{self.endings[0]}"


_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = FileType("PDF", "application/pdf", ("pdf",))
JPG = FileType("JPG", "image/jpeg", ("jpg", "jpeg", "jfif"))
PNG = FileType("PNG", "image/png", ("png",))
GIF = FileType("GIF", "image/gif", ("gif",))
WEBP = FileType("WEBP", "image/webp", ("webp",))
TIFF = FileType("TIF", "image/tiff", ("tif", "tiff"))
HEIC = FileType("HEIC", "image/heic", ("heic", "heif"))
MP4 = FileType("MP4", "video/mp4", ("mp4", "m4v"))
MOV = FileType("MOV", "video/quicktime", ("mov",))
DOCX = FileType("DOCX", f"{_OFFICE}.wordprocessingml.document", ("docx", "docm", "wps"))
XLSX = FileType("XLSX", f"{_OFFICE}.spreadsheetml.sheet", ("xlsx", "xlsm", "et"))
PPTX = FileType("PPTX", f"{_OFFICE}.presentationml.presentation", ("pptx", "pptm", "dps"))
OFD = FileType("OFD", "application/ofd", ("ofd",))
DOC = FileType("DOC", "application/msword", ("doc", "wps"))
XLS = FileType("XLS", "application/vnd.ms-excel", ("xls", "et"))
PPT = FileType("PPT", "application/vnd.ms-powerpoint", ("ppt", "dps"))
TXT = FileType("TXT", "text/plain", ("txt", "csv", "md", "log"))

PICTURES = {JPG, PNG, GIF, WEBP, TIFF}  # of which a thumbnail can be drawn

_MAGICS: tuple[tuple[int, bytes, FileType], ...] = (
    (0, b"\xff\xd8\xff", JPG),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"GIF87a", GIF),
    (0, b"GIF89a", GIF),
    (8, b"WEBP", WEBP),
    (0, b"II*\x00", TIFF),
    (0, b"MM\x00*", TIFF),
    *((4, b"ftyp" + brand, HEIC) for brand in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")),
    *((4, b"ftyp" + brand, MP4) for brand in (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1")),
    *((4, b"ftyp" + brand, MP4) for brand in (b"M4V ", b"MSNV", b"3gp4", b"3gp5", b"3gp6")),
    (4, b"ftypqt  ", MOV),
)
_MEMBERS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX, "OFD.xml": OFD}
_STREAMS = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}
_ZIP = b"PK\x03\x04"
_ARCHIVES = (_ZIP, b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_MARKUP = re.compile(rb"\s*(<[!?a-z]|#!)|<(html|svg|script|body|iframe)\b", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def sniff(file: BinaryIO) -> FileType | None:
    """The type of a seekable ``file``, None for what is not in the table. Raises UnreadableFile for a zip bomb."""
    file.seek(0)
    head = file.read(HEAD_SIZE)
    for offset, magic, kind in _MAGICS:
        if head.startswith(magic, offset):
            return kind
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(_ZIP):
        return next((_MEMBERS[one.filename] for one in members(file) if one.filename in _MEMBERS), None)
    if head.startswith(COMPOUND):
        return next((_STREAMS[name] for name in stream_names(file) if name in _STREAMS), None)
    return TXT if _is_text(head) else None


def accept_evidence(name: str, file: BinaryIO) -> FileType:
    """The type of a file that may be kept as evidence, ``name`` as its owner called it.

    Raises Invalid with a sentence for everything else: programs, web pages, drawings with scripts, archives, files
    with a password, damaged ones. Plain text must be called so, since a script is text as well.
    """
    try:
        kind = sniff(file)
    except UnreadableFile as damage:
        raise UnreadableFile(f"没有收下“{name}”。{damage}") from damage
    ending = PurePath(name).suffix.lower().removeprefix(".")
    if kind is None or (kind is TXT and ending not in TXT.endings):
        raise Invalid(f"没有收下“{name}”。{_why_not(file)}")
    return kind


def _why_not(file: BinaryIO) -> str:
    file.seek(0)
    head = file.read(HEAD_SIZE)
    if not head:
        return "文件是空的，请重新选择。"
    if head.startswith(_ARCHIVES):
        return "压缩包不能直接查看，请解压后逐个上传。"
    if "EncryptedPackage" in stream_names(file):
        return "文件设有密码，请去掉密码后再传。"
    return "内容不是图片、PDF 或 Office 文件，请换成扫描的 PDF。"


def _is_text(head: bytes) -> bool:
    """Whether a file begins as plain text in UTF-8 or GB 18030, and neither as a web page nor as a script."""
    if not head or _CONTROL.search(head) or _MARKUP.match(head.removeprefix(codecs.BOM_UTF8)) or _MARKUP.search(head):
        return False
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    """A character cut at the end of the head is no error."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True
