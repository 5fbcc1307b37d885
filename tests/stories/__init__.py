"""Stories: long stretches of work, told step by step."""

import pytest

pytest.register_assert_rewrite("tests.stories.year_2021", "tests.stories.year_2022", "tests.stories.figures")
