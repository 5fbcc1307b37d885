"""How like two texts are, by the pairs of characters they share: no dictionary of Chinese words is needed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

_NO_WORDS = re.compile(r"[\W_]+")

Pairs = frozenset[str]


def pairs_of(text: str) -> Pairs:
    """Every two characters that stand beside each other, marks and blanks left out."""
    words = _NO_WORDS.sub("", text)
    return frozenset(words[at : at + 2] for at in range(len(words) - 1))


class Likeness:
    """Likeness among the texts of a document. A pair that stands in many (健康) says little, a rare one a lot."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [pairs_of(text) for text in texts]

    @cached_property
    def _weights(self) -> dict[str, float]:
        often = Counter(pair for pairs in self._texts for pair in pairs)
        return {pair: math.log((len(self._texts) + 1) / count) for pair, count in often.items()}

    def _weight(self, pairs: Pairs) -> float:
        return math.fsum(self._weights[pair] for pair in pairs)

    def held(self, one: Sequence[int], other: Sequence[int]) -> dict[tuple[int, int], int]:
        """(place in ``one``, place in ``other``) -> how much of the lighter text the heavier one holds, 0 to 100.

        Both hold places in the texts given at first. Pairs of texts that share nothing are left out.
        """
        where: dict[str, list[int]] = {}
        for place in other:
            for pair in self._texts[place]:
                where.setdefault(pair, []).append(place)
        whole = {place: self._weight(self._texts[place]) for place in {*one, *other}}
        found: dict[tuple[int, int], int] = {}
        for place in one:
            shared: dict[int, list[float]] = {}
            for pair in self._texts[place]:
                for beside in where.get(pair, ()):
                    shared.setdefault(beside, []).append(self._weights[pair])
            for beside, weights in shared.items():
                found[place, beside] = round(100 * math.fsum(weights) / min(whole[place], whole[beside]))
        return found
