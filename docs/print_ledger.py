"""Print a made-up ledger through LibreOffice and draw its pages, to be looked at beside the design.

python docs/print_ledger.py FOLDER [A4|A3] [ROWS]      needs soffice and pdftoppm
"""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.export import HEAD, rows
from tracker.exports.ledger import write_ledger
from tracker.exports.sheet import Paper


def main(folder: Path, paper: Paper = "A4", count: int = 61) -> None:
    """FOLDER gets ledger.xlsx, ledger.pdf and one ledger-n.png a page."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "ledger.xlsx").open("wb") as out:
        write_ledger(out, HEAD, rows(count), paper)
    run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, folder / "ledger.xlsx")
    run("pdftoppm", "-r", "90", "-png", folder / "ledger.pdf", folder / "ledger")


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--paper", choices=["A4", "A3"], default="A4")
    parser.add_argument("--rows", type=int, default=61)
    asked = parser.parse_args()
    main(asked.folder, asked.paper, asked.rows)
