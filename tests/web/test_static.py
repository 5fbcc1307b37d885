"""Static files: a browser keeps them for good, under an address that changes with them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tracker.web.static import KEPT, static

ADDRESS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def test_what_a_page_asks_for_is_kept_whoever_is_signed_in(sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("office1")
    addresses = ADDRESS.findall(client.get("/units").get_data(as_text=True))
    assert len(addresses) > 20
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.cache_control.max_age == KEPT
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("mark", ["", "?v=0123456789ab"])
def test_without_its_mark_a_file_is_asked_for_each_time(client: FlaskClient, mark: str) -> None:
    """Another mark is of another version: the page came from a host that is ahead."""
    answer = client.get(f"/static/css/base.css{mark}")
    assert answer.status_code == 200
    assert answer.cache_control.max_age is None


def test_a_changed_file_has_another_address(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    app.static_folder, before = str(tmp_path), app.static_folder
    try:
        with app.test_request_context("/"):
            file.write_text("a {}")
            first = static("a.css")
            file.write_text("b {}")
            os.utime(file, (1, 1))
            assert static("a.css") != first
    finally:
        app.static_folder = before
