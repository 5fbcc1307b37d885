"""Every page has a title, every string of a person goes through gettext, nothing comes from outside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TRACKER = Path(__file__).parents[2] / "tracker"
TEMPLATES = sorted((TRACKER / "templates").rglob("*.html"))
FRAMES = {"base.html", "page.html"}
PAGES = [file for file in TEMPLATES if not file.name.startswith("_") and file.parent.name != "_macros"]
SAMPLES = {"states.html"}
"""Shows made-up values as they would come from the database."""
STATIC = [file for file in (TRACKER / "static").rglob("*.*") if "vendor" not in file.parts]

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
SAID = re.compile(r"""\bn?_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
COMPARED = re.compile(r'(?:"equalto",|==) "[^"]*"')
"""A stored value asked for, not shown."""
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
OUTSIDE = re.compile(r"(?:https?:)?//[\w-]+\.[\w.-]+")


def name(file: Path) -> str:
    return str(file.relative_to(TRACKER))


@pytest.mark.parametrize("file", [file for file in PAGES if file.name not in FRAMES], ids=name)
def test_a_page_has_a_title(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert re.search(r"\{%-? block title -?%\}\s*(?!\{%|\s)", text), "block title is missing or empty"


@pytest.mark.parametrize("file", [file for file in TEMPLATES if file.name not in SAMPLES], ids=name)
def test_chinese_in_a_template_goes_through_gettext(file: Path) -> None:
    text = COMMENT.sub("", file.read_text(encoding="utf-8"))
    assert CHINESE.findall(SAID.sub("", COMPARED.sub("", text))) == []


@pytest.mark.parametrize("file", TEMPLATES + STATIC, ids=name)
def test_nothing_comes_from_outside_the_site(file: Path) -> None:
    text = file.read_text(encoding="utf-8", errors="replace").replace("http://www.w3.org/2000/svg", "")
    assert OUTSIDE.findall(text) == []


@pytest.mark.parametrize("file", TEMPLATES, ids=name)
def test_a_template_has_no_script_or_style_of_its_own(file: Path) -> None:
    """The pages' content security policy would refuse them."""
    text = COMMENT.sub("", file.read_text(encoding="utf-8"))
    assert not re.search(
        r"<style|\sstyle=|\son(?:click|change|load|submit|input|focus|blur|key\w+|mouse\w+)=|<script(?![^>]*\ssrc=)|javascript:",
        text,
    )


@pytest.mark.parametrize("file", [file for file in TEMPLATES if file.name.endswith("row.html")], ids=name)
def test_a_row_that_is_swapped_has_one_root(file: Path) -> None:
    """But for the office's reason, which stands as a row under its row."""
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", COMMENT.sub("", file.read_text(encoding="utf-8")), flags=re.DOTALL)
    opening, depth, roots = r"<(/?)([a-z][\w-]*)(?:\"[^\"]*\"|[^>])*?(/?)>", 0, 0
    for closes, tag, empty in re.findall(opening, text):
        if closes:
            depth -= 1
            continue
        roots += depth == 0
        depth += not empty and tag not in {"input", "br", "img", "col", "hr", "path", "rect"}
    assert roots - text.count('<tr class="reason-row') == 1


@pytest.mark.parametrize("file", [file for file in STATIC if file.suffix == ".js"], ids=name)
def test_a_script_has_no_sentences_of_its_own(file: Path) -> None:
    """They stand in the page that loads it, where gettext reaches them."""
    text = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert CHINESE.findall(text) == []


def test_every_sentence_a_script_asks_for_stands_in_the_page() -> None:
    asked = {
        name for file in STATIC if file.suffix == ".js" for name in re.findall(r'words\.say\("(\w+)"', file.read_text())
    }
    offered = re.findall(r"data-([\w-]+)=", (TRACKER / "templates/progress/_words.html").read_text(encoding="utf-8"))
    as_asked = {re.sub(r"-(\w)", lambda letter: letter[1].upper(), one) for one in offered}
    assert asked <= as_asked
