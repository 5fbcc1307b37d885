"""Where a message leads: to the page of what it speaks of, told by how its key begins."""

from __future__ import annotations

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from tracker.reminders.models import Message


class Way(NamedTuple):
    """A button. ``argument``: what the page's address takes, which stands second in the key; empty for a page of the
    message's plan."""

    begins: str
    label: str
    endpoint: str
    argument: str = ""


WAYS = (
    Way("slip", "去看督办单", "slips.listing"),
    Way("item:", "去看这条整改事项", "rectifications.one", "rectification_id"),
    Way("inspection:", "去看这次检查", "inspections.one", "inspection_id"),
    Way("rectification", "去看整改事项", "rectifications.listing"),
)


def way_on(message: Message) -> tuple[str, str] | None:
    """Label and address of the button; None where the message's own lines lead on."""
    way = next((one for one in WAYS if message.key.startswith(one.begins)), None)
    if way is None:
        return None
    arguments = {way.argument: message.key.split(":")[1]} if way.argument else {"plan_id": message.plan_id}
    return _(way.label), url_for(way.endpoint, **arguments)
