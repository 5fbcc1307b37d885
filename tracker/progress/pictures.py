"""What a photograph tells: a small picture of it, and the day it was taken."""

from __future__ import annotations

import struct
from datetime import date, datetime
from io import BytesIO
from typing import BinaryIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 60_000_000  # above any scanner or telephone of an office; asked before a pixel is unpacked
BOX = (320, 320)  # pixels a thumbnail fits in

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF")
_DAMAGE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    MemoryError,
    struct.error,
)
_TAKEN = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized)


def thumbnail(file: BinaryIO, box: tuple[int, int] = BOX) -> bytes | None:
    """A JPEG of the picture, upright, within ``box``; None where it cannot be drawn: damaged, too many pixels, HEIC."""
    try:
        with _opened(file) as picture:
            picture.draft("RGB", (2 * box[0], 2 * box[1]))
            picture.thumbnail((2 * box[0], 2 * box[1]))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except _DAMAGE:
        return None
    upright.thumbnail(box)
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    out = BytesIO()
    paper.save(out, "JPEG", quality=80)
    return out.getvalue()


def shows_on(file: BinaryIO) -> date | None:
    """The day the photograph was taken, by the camera's own clock (EXIF); None where it does not say."""
    try:
        with _opened(file) as picture:
            exif = picture.getexif().get_ifd(ExifTags.IFD.Exif)
    except _DAMAGE:
        return None
    days = (_day(exif.get(tag)) for tag in _TAKEN)
    return next((day for day in days if day), None)


def _opened(file: BinaryIO) -> Image.Image:
    file.seek(0)
    picture = Image.open(file, formats=_FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    return picture


def _day(written: object) -> date | None:
    """A date out of ``2021:09:18 10:42:00``; cameras whose clock was never set write zeros."""
    try:
        return datetime.strptime(str(written).strip("\x00 ")[:10], "%Y:%m:%d").date()
    except ValueError:
        return None
