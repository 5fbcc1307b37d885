"""Good files of every format, and what can go wrong with a file on its way."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.importing.drawn import as_ods, as_ofd, as_pdf, prose, table, zipped

SEED = Path(__file__).parents[2] / "seed"
CASES = Path(__file__).parent / "cases"
_ROWS = [
    ["序号", "重点任务", "牵头单位", "配合单位", "完成时限"],
    ["1", "推进老旧小区改造工程建设。", "县住建局", "县财政局", "2021年6月底前"],
    ["2", "开展全民健身活动提升体质。", "县体育局", "", "持续推进"],
]
_POINTS = [
    "某县2021年工作要点",
    "1.推进改造。（县住建局牵头，县财政局配合）",
    "2.开展健身。（县体育局负责，12月底前完成）",
]


def good_files() -> dict[str, bytes]:
    """One file of every format, by its name."""
    return {
        "通知.docx": (SEED / "潜江323通知.docx").read_bytes(),
        "清单.xlsx": (SEED / "潜江323任务清单.xlsx").read_bytes(),
        "清单.xls": (CASES / "qianjiang_list.xls").read_bytes(),
        "清单.ods": as_ods(_ROWS),
        "清单.csv": "\n".join(",".join(row) for row in _ROWS).encode("gb18030"),
        "清单.pdf": as_pdf(table(_ROWS)),
        "要点.pdf": as_pdf(prose(_POINTS)),
        "要点.ofd": as_ofd(prose(_POINTS)),
        "清单.ofd": as_ofd(table(_ROWS)),
        "网页.html": (SEED / "潜江323通知.html").read_bytes()[:40_000],
        "方案.txt": (CASES / "wuqing.txt").read_bytes(),
    }


def damaged(number: int) -> tuple[str, bytes, str]:
    """The ``number``-th damaged file: its name, its bytes and what was done to it; always the same."""
    random = Random(number)
    files = good_files()
    name = random.choice(sorted(files))
    content, done = files[name], []
    for damage in random.sample(DAMAGES, random.choice([1, 1, 2])):
        content = damage(content, random)
        done.append(damage.__name__)
    if random.random() < 0.2:
        name = f"{Path(name).stem}.{random.choice(['docx', 'xlsx', 'pdf', 'txt', 'csv', 'exe', 'html'])}"
        done.append("renamed")
    return name, content, ", ".join(done)


def flipped(content: bytes, random: Random) -> bytes:
    """Some bytes are others."""
    made = bytearray(content)
    for _ in range(random.choice([1, 3, 30, 300])):
        made[random.randrange(len(made))] = random.randrange(256)
    return bytes(made)


def cut(content: bytes, random: Random) -> bytes:
    """The end is missing, or the beginning."""
    place = random.randrange(1, len(content))
    return content[:place] if random.random() < 0.7 else content[place:]


def blanked(content: bytes, random: Random) -> bytes:
    """A stretch is zero, as after a disk failed."""
    start = random.randrange(len(content))
    end = min(len(content), start + random.randrange(1, 4096))
    return content[:start] + bytes(end - start) + content[end:]


def repeated(content: bytes, random: Random) -> bytes:
    """A stretch comes twice."""
    start = random.randrange(len(content))
    return content[: start + 2000] + content[start:]


def nested(content: bytes, random: Random) -> bytes:
    """The file inside a zip, in the place of what another format keeps there."""
    place = random.choice(["word/document.xml", "xl/workbook.xml", "content.xml", "OFD.xml", "a.docx"])
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", place: content})


def inner_flipped(content: bytes, random: Random) -> bytes:
    """Bytes of one part of a zip are others, and the zip itself is whole."""
    return _with_part(content, random, flipped)


def inner_cut(content: bytes, random: Random) -> bytes:
    """One part of a zip is cut short."""
    return _with_part(content, random, cut)


def _with_part(content: bytes, random: Random, damage: Callable[[bytes, Random], bytes]) -> bytes:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return damage(content, random)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        return damage(content, random)  # already damaged
    full = [name for name in sorted(entries) if entries[name]]
    victim = random.choice(full)
    return zipped({**entries, victim: damage(entries[victim], random)})


DAMAGES = [flipped, cut, blanked, repeated, nested, inner_flipped, inner_cut]
