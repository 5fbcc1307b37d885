"""A webhook of the house's own: every message as JSON, signed with WEBHOOK_SECRET."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tracker.reminders.channels.letter import Letter
from tracker.reminders.channels.posting import post


def send(letter: Letter, settings: Mapping[str, Any]) -> None:
    """Post the letter; any 2xx is taken as received. NotSent otherwise. ``id`` is the same at every try."""
    content = {
        "id": letter.stable_id,
        "day": letter.day.isoformat(),
        "plan": letter.plan,
        "recipient": letter.recipient,
        "title": letter.title,
        "text": letter.body,
        "link": letter.link,
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    secret = settings["WEBHOOK_SECRET"]
    post(settings["WEBHOOK_URL"], body, {"X-Tracker-Signature": signature(secret, body)} if secret else None)


def signature(secret: str, body: bytes) -> str:
    """``sha256=`` and the hexadecimal HMAC-SHA256 of the body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
