"""Thumbnails and the day a photograph was taken."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from tracker.progress.pictures import shows_on, thumbnail


def photo(kind: str = "JPEG", size: tuple[int, int] = (800, 600), taken: str = "", turned: int = 1) -> BytesIO:
    """Its upper half is red, the lower blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0], size[1] // 2))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    out = BytesIO()
    image.save(out, kind, exif=exif)
    return out


def drawn(file: BytesIO) -> Image.Image:
    small = thumbnail(file)
    assert small is not None
    return Image.open(BytesIO(small))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_thumbnail_is_small_and_keeps_the_shape(kind: str) -> None:
    small = drawn(photo(kind))
    assert (small.format, small.size) == ("JPEG", (320, 240))


def test_a_photo_taken_upright_is_shown_upright() -> None:
    small = drawn(photo(turned=6))  # the camera was turned a quarter: what was left is now on top
    assert small.size == (240, 320)
    left, right = small.getpixel((10, 160)), small.getpixel((230, 160))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[2] > left[0]
    assert right[0] > right[2]


def test_what_is_transparent_becomes_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    assert drawn(out).getpixel((25, 25)) == (255, 255, 255)


def test_a_picture_of_too_many_pixels_is_not_unpacked() -> None:
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    assert thumbnail(BytesIO(bomb)) is None
    assert shows_on(BytesIO(bomb)) is None


def test_a_damaged_picture_has_no_thumbnail() -> None:
    assert thumbnail(BytesIO(photo().getvalue()[:600])) is None


@pytest.mark.parametrize(
    ("taken", "day"),
    [
        ("2021:09:18 10:42:00", date(2021, 9, 18)),
        ("2021:09:18", date(2021, 9, 18)),
        ("0000:00:00 00:00:00", None),
        ("2021:13:40 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("", None),
    ],
)
def test_the_day_of_a_photo_is_its_cameras(taken: str, day: date | None) -> None:
    assert shows_on(photo(taken=taken)) == day


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_make_it_fail(noise: bytes, in_a_photo: bool) -> None:
    content = bytearray(photo(size=(40, 30), taken="2021:09:18 10:42:00").getvalue() if in_a_photo else b"")
    content[20 : 20 + len(noise)] = noise
    thumbnail(BytesIO(content))
    shows_on(BytesIO(content))
