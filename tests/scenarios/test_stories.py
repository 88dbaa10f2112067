"""Every `.story` beside this file is played, and the whole list of findings must be the expected one."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

import pytest

from tests.scenarios.observing import StoryError
from tests.scenarios.script import read_script
from tests.scenarios.stage import play, tell

STORIES = sorted(Path(__file__).parent.glob("*.story"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(path: Path) -> None:
    script = read_script(path)
    found = play(script)
    told = [
        tell(script, finding, like) for finding, like in zip_longest(found, script.expected[: len(found)])
    ]
    full = "\n".join(f"expect {tell(script, finding)}" for finding in found)
    assert told == [expected.text for expected in script.expected], f"{script.title}; found:\n{full}"


def test_there_are_stories() -> None:
    assert len(STORIES) >= 20


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# t\nzone home inclusion 50 m\n22:00 at home\n", "expects something"),
        ("# t\n22:00 fly home\nexpect nothing\n", "x.story:2"),
        ("# t\n22:00 at the pub\nexpect nothing\n", "x.story:2"),
        ("# t\n25:61 at home\nexpect nothing\n", "x.story:2"),
        ("# t\n22:00 at home, mood good\nexpect nothing\n", "mood"),
    ],
)
def test_a_line_that_nobody_understands_is_refused(tmp_path: Path, text: str, said: str) -> None:
    story = tmp_path / "x.story"
    story.write_text(text, encoding="utf-8")
    with pytest.raises(StoryError, match=said):
        read_script(story)
