"""Which facts points may be given for: one table. A room adds its own through `registry.py`, a line for each kind:

KINDS["slip.yellow"] = FactKind("黄色督办", slip_facts)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tracker.assessment import sources
from tracker.assessment.sources import register_facts, urging_facts
from tracker.tasks.scored import Fact, Span

Source = Callable[[Span], Iterable[Fact]]
"""Reads the facts of a span, of one kind or several, in a number of statements that does not grow."""


@dataclass(frozen=True)
class FactKind:
    """``size``: what a fact of this kind counts, for thresholds and 每; empty when it counts nothing."""

    title: str
    source: Source
    size: str = ""


KINDS: dict[str, FactKind] = {
    sources.ON_TIME: FactKind("按时报送", register_facts),
    sources.LATE: FactKind("迟报", register_facts, "天"),
    sources.MISSING: FactKind("未报", register_facts),
    sources.RETURNED: FactKind("被办公室退回", register_facts),
    sources.URGED: FactKind("经催办", urging_facts, "次"),
    sources.IN_TIME: FactKind("按期办结", register_facts),
    sources.EARLY: FactKind("提前办结", register_facts, "天"),
    sources.CLOSED_LATE: FactKind("逾期办结", register_facts, "天"),
    sources.UNDONE: FactKind("到期未办结", register_facts),
    sources.WORKLOAD: FactKind("承担事项", register_facts, "项"),
}
"""Key -> kind, in the order of the editor. A key is kept in schemes and lines and never changes its meaning."""


def gather(span: Span) -> list[Fact]:
    """All facts of the span, each source asked once."""
    readers = dict.fromkeys(kind.source for kind in KINDS.values())
    return [fact for reader in readers for fact in reader(span)]


def title_of(kind: str) -> str:
    """The kind's title; its key when the room that had it is gone."""
    return KINDS[kind].title if kind in KINDS else kind
