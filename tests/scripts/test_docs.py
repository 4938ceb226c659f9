"""Pages that are made from the texts of checks, fixes and facts."""

from __future__ import annotations

import itertools
import re

import pytest

from scripts import docs
from tests.laws.nodes import CHECKS
from unshim.facts.subjects import SUBJECTS
from unshim.model.checks import Check

PAGE = docs.checks_page()


def test_each_check_has_its_entry_once_below_its_subject() -> None:
    found = []
    subject = ""
    for line in PAGE.splitlines():
        subject = line.removeprefix("## ") if line.startswith("## ") else subject
        if line.startswith("### "):
            found.append((subject, line.removeprefix("### ")))
    assert sorted(found) == sorted((check.subject, check.id) for check in CHECKS)


def test_a_subject_stands_once() -> None:
    subjects = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert len(set(subjects)) == len(subjects)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_an_entry_says_what_the_check_says(check: Check) -> None:
    entry = PAGE.partition(f"### {check.id}\n")[2].partition("\n### ")[0]
    assert f"**{check.title}.** At most {check.severity}." in entry
    assert f"*Remedy:* {check.remedy}\n" in entry
    told = " ".join(check.explanation.split())
    assert told in " ".join(entry.split())


def test_a_paragraph_is_one_line() -> None:
    lines = PAGE.partition("\n## ")[2].splitlines()
    for line, after in itertools.pairwise(lines):
        assert not (line and after), after


def test_the_table_of_subjects_is_put_in_its_place_and_nothing_else_changes() -> None:
    page = f"# Facts\n\nbefore\n\n{docs.TABLE}| old | row |\n| older | row |\n\nbehind\n\nlast\n"
    after = docs.facts_page(page)
    head, rows, rest = after.partition(docs.TABLE)
    table, _, behind = (rows + rest).removeprefix(docs.TABLE).partition("\n\n")
    assert (head, behind) == ("# Facts\n\nbefore\n\n", "behind\n\nlast\n")
    assert [row.split("|")[1].strip() for row in table.splitlines()] == [s.word for s in SUBJECTS]
    assert docs.facts_page(after) == after
