"""Items 整改事项 issued by mistake are taken back 撤回, one or all of a notice: dated, with a reason, kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tracker import clock
from tracker.errors import Stale
from tracker.permissions import Actor
from tracker.supervision.answering import checked_words
from tracker.supervision.inspection_models import Rectification
from tracker.supervision.inspection_rules import RectificationVerb, next_rectification_state
from tracker.supervision.rectifications import hold_item, log_item, state_of
from tracker.supervision.rules import SlipState
from tracker.supervision.slips import drop_slip
from tracker.supervision.telling import tell_of_withdrawal


class Seen(NamedTuple):
    """An item, and how its row stood when the form was opened."""

    item: Rectification
    version: int


def withdraw_items(seen: Sequence[Seen], reason: str, actor: Actor) -> None:
    """Take back items of one inspection and unit, all of them or, where one was acted on meanwhile, none. They owe
    nothing and count nowhere from today on; the unit is told why. Stale, Refused for one that is settled, Invalid
    without a reason."""
    if not seen:
        raise Stale("这份通知书的整改事项刚才被别人办过。请刷新后再看。")
    reason = checked_words(reason, "撤回要写原因，单位看得到。", "withdraw_reason")
    for item, version in sorted(seen, key=lambda one: one.item.id):
        hold_item(item, version)
        _withdraw(item, reason, actor)
    tell_of_withdrawal([one.item for one in seen], reason)


def _withdraw(item: Rectification, reason: str, actor: Actor) -> None:
    before = state_of(item)
    item.state = next_rectification_state(item.state, RectificationVerb.WITHDRAW)
    item.withdrawn_at, item.withdrawn_by_id, item.withdraw_reason = clock.now(), actor.person_id, reason
    log_item(item, "rectification.withdraw", actor, reason, before)
    slip = item.open_slip
    if slip is not None and slip.state is SlipState.PROPOSED:
        drop_slip(slip, "整改事项已撤回", slip.version, actor)
