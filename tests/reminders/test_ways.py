"""Where messages lead."""

from __future__ import annotations

import pytest
from flask import Flask

from tracker.reminders.models import Message
from tracker.reminders.ways import way_on


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("key", "way"),
    [
        ("slips:3:2021-07-26", ("去看督办单", "/plans/7/slips")),
        ("rectifications:3", ("去看整改事项", "/plans/7/rectifications")),
        ("item:12:returned:1", ("去看这条整改事项", "/rectifications/12")),
        ("inspection:5:withdrawn:12", ("去看这次检查", "/inspections/5")),
        ("rule:4", None),
    ],
)
def test_a_message_leads_to_what_it_speaks_of(app: Flask, key: str, way: tuple[str, str] | None) -> None:
    with app.test_request_context("/"):
        assert way_on(Message(key=key, plan_id=7)) == way
