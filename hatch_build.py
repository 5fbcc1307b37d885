"""Build hook: copy htmx and Bootstrap's CSS out of installed wheels into tracker/static/vendor, sha256 checked.

Nothing third-party is committed and no Node is needed. Also run by hand: ``python hatch_build.py``
(needs the two build requirements installed).
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path(__file__).parent / "tracker" / "static" / "vendor"

# target name: (package, path inside it, sha256 of the file)
ASSETS = {
    "htmx.min.js": (
        "django_htmx",
        "static/django_htmx/htmx-2.min.js",
        "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de",
    ),
    "bootstrap.min.css": (
        "flask_bootstrap",
        "static/bootstrap5/css/bootstrap.min.css",
        "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede",
    ),
}


def copy_assets() -> None:
    """Write the files of ASSETS to VENDOR; SystemExit when one is missing or has changed."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, (package, inner, sha256) in ASSETS.items():
        spec = find_spec(package)
        if spec is None or spec.submodule_search_locations is None:
            raise SystemExit(f"{package} is not installed: it is a build requirement in pyproject.toml")
        content = (Path(next(iter(spec.submodule_search_locations))) / inner).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise SystemExit(f"{package}/{inner} is not the file this project was tested with")
        (VENDOR / name).write_bytes(content)


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before a wheel, an sdist or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        copy_assets()


if __name__ == "__main__":
    copy_assets()
