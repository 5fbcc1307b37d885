"""Run every module of this folder, or those named, and print one table: ``python -m bench [export pages …]``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from bench.figure import Figure

NOT_MEASURING = {"__init__", "__main__", "figure", "worlds"}


def modules() -> list[str]:
    """The names of the modules that measure."""
    return sorted(file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in NOT_MEASURING)


def line(figure: Figure) -> str:
    """One row of the table."""
    floor = "–" if figure.floor is None else f"{figure.floor:.3f} {figure.unit}"
    ratio = "–" if figure.ratio is None else f"{figure.ratio:.2f}×"
    aim = f"{figure.aim:g} {figure.unit}" if figure.ratio is None else f"{figure.aim:g}×"
    told = "" if figure.reached else "  missed"
    return f"{figure.name:<40} {figure.ours:>9.3f} {figure.unit:<3} {floor:>13} {ratio:>8} {aim:>9}{told}"


def main(names: list[str]) -> int:
    print(f"{'':<40} {'ours':>13} {'floor':>13} {'ratio':>8} {'aim':>9}")
    figures = [figure for name in names or modules() for figure in _shown(import_module(f"bench.{name}").measure())]
    return 0 if all(figure.reached for figure in figures) else 1


def _shown(figures: list[Figure]) -> list[Figure]:
    for figure in figures:
        print(line(figure), flush=True)
    return figures


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
