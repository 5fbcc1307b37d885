"""Stories use the Chromium of the browser tests; one runs for the whole session."""

from __future__ import annotations

from tests.browser.conftest import browser_type_launch_args

__all__ = ["browser_type_launch_args"]
