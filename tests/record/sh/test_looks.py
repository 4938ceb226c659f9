"""What the script is made from: every value stands in it, and what it looks at is what is read."""

from __future__ import annotations

import re

from fixes.systemd.containerd_unit import DROP_IN
from unshim.facts.subjects import SUBJECTS
from unshim.record.sh import kept, looks, script, secrets


def test_no_value_is_left_open_and_none_is_idle() -> None:
    text = script()
    assert re.findall(r"@[A-Z][A-Z_]+@", text) == []
    values = {**looks.values(), **kept.values(), **secrets.values()}
    assert [name for name, value in values.items() if value not in text] == []


def test_it_looks_where_fixes_write() -> None:
    assert f"wish r {DROP_IN}\n" in script()


def test_the_places_of_each_subject_are_looked_at_under_its_title() -> None:
    lines = script().splitlines()
    for subject in SUBJECTS:
        assert (f"# {subject.title}" in lines) == bool(subject.places)


def test_the_large_file_is_read_whole() -> None:
    assert "wish rR /proc/1/mountinfo" in script().splitlines()
