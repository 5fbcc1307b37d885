import pytest

from tracker.progress.text_figures import new_figures


@pytest.mark.parametrize(
    ("text", "last_text", "marked"),
    [
        ("本期筛查8,412人，累计41,236人", "累计32,824人", ["8,412", "41,236"]),
        ("累计32824人", "累计32,824人", []),
        ("完成82.5%", "完成82%", ["82.5%"]),
        ("完成82％", "完成82%", []),
        ("2021年召开3次", "2021年召开2次", ["3"]),
        ("本期无新进展", "累计3次", []),
        ("召开1,2号会议", "", ["1", "2"]),
    ],
)
def test_figures_that_are_new_are_marked(text: str, last_text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in new_figures(text, last_text)] == marked
