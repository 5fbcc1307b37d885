"""One measured thing beside its floor, and how it is timed."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import process_time


@dataclass(frozen=True)
class Figure:
    """``ours`` and ``floor`` in ``unit``; the floor is the barest way to the same result, None where there is none.

    ``aim`` is what ours may be at most: times the floor where there is one, else in ``unit``.
    """

    name: str
    ours: float
    floor: float | None
    aim: float
    unit: str = "s"

    @property
    def ratio(self) -> float | None:
        return self.ours / self.floor if self.floor else None

    @property
    def reached(self) -> bool:
        return (self.ours if self.ratio is None else self.ratio) <= self.aim


Clock = Callable[[], float]


def side_by_side(
    ours: Callable[[], object], floor: Callable[[], object], rounds: int = 5, clock: Clock = process_time
) -> tuple[float, float]:
    """Median seconds of both, taken in turn, so that a busy machine is unfair to neither; the first turn warms up.

    Seconds of this process's CPU, SQLite's work among them, unless another ``clock`` is given: what else the machine
    does then disturbs little. What waits for the disk is measured with time.perf_counter.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for kept, run in zip(times, (ours, floor), strict=True):
            gc.collect()
            begun = clock()
            run()
            if turn:
                kept.append(clock() - begun)
    return median(times[0]), median(times[1])
