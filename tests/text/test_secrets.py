"""The table of what is secret: a line added to it is kept to by Python and by every awk."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import TOP
from tests.record.sh.awks import AWKS, cleaned
from unshim.text import secrets

CANARY = "CANARY7f3a"
ADD = """
import json, sys
from unshim.text import secrets
from unshim.text.secrets import Token

name, row, line = sys.argv[1:]
if name:
    setattr(secrets, name, (*getattr(secrets, name), eval(row)))
    secrets.SIGNS = (*secrets.SIGNS, *(token.sign for token in secrets.TOKENS if token.sign))
from unshim.record.sh import awk_programs
from unshim.text import redact
print(json.dumps([redact.text(line), awk_programs()[0]]))
"""


def _told(folder: Path, name: str, row: str, line: str) -> set[str]:
    """What Python and every awk here make of a line, with one row more in a table."""
    done = subprocess.run(
        [sys.executable, "-c", ADD, name, row, line],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    )
    by_python, program = json.loads(done.stdout)
    path = folder / "clean.awk"
    path.write_text(program)
    by_awk = {cleaned(awk, str(path), "text", line.encode() + b".").decode() for awk in AWKS}
    return {by_python, *by_awk}


@pytest.mark.parametrize(
    ("name", "row", "line", "cleaned_line"),
    [
        ("WORDS", "'hush[-_]?hush'", f"my_hush_hush: {CANARY}", "my_hush_hush: (removed)"),
        ("WORDS", "'hush'", f"run --hush-now {CANARY} x", "run --hush-now (removed) x"),
        ("NAMES", "'riddle'", f"riddle={CANARY} x-riddle=1", "riddle=(removed) x-riddle=1"),
        (
            "TOKENS",
            "Token('glpat-[a-z0-9A-Z]{10}', sign='glpat-')",
            f"see glpat-{CANARY}, glpat-{CANARY}x",
            f"see (removed), glpat-{CANARY}x",
        ),
        (
            "TOKENS",
            "Token('hv[sb][.][a-z0-9A-Z]{3,}', closed=False, sign='hv[sb]')",
            f"hvs.{CANARY}! hvs.ab",
            "(removed)! hvs.ab",
        ),
    ],
)
def test_one_line_more_removes_it_everywhere(
    tmp_path: Path, name: str, row: str, line: str, cleaned_line: str
) -> None:
    assert _told(tmp_path, "", "", line) == {line}
    assert _told(tmp_path, name, row, line) == {cleaned_line}


@pytest.mark.parametrize(
    ("name", "row", "line"),
    [
        ("HARMLESS_ENDINGS", "'colou?r'", "token-colour: blue"),
        ("PLAIN_VALUES", "'[0-9]+[.][0-9]+'", "token: 12.5"),
        ("FOLDERS", "'nix'", "token: /nix/store"),
    ],
)
def test_one_line_more_keeps_it_everywhere(tmp_path: Path, name: str, row: str, line: str) -> None:
    assert _told(tmp_path, "", "", line) == {f"{line.partition(':')[0]}: (removed)"}
    assert _told(tmp_path, name, row, line) == {line}


def test_numbers_are_secret_where_the_table_says(tmp_path: Path) -> None:
    line = "token-code: 1234"
    assert _told(tmp_path, "", "", line) == {line}
    assert _told(tmp_path, "NUMBERS_ARE_SECRET", "'code$'", line) == {"token-code: (removed)"}


def test_patterns_are_written_for_both_languages() -> None:
    tables = ("WORDS", "NAMES", "HARMLESS_ENDINGS", "NUMBERS_ARE_SECRET", "PLAIN_VALUES", "FOLDERS")
    patterns = [pattern for table in tables for pattern in getattr(secrets, table)]
    assert [p for p in patterns if re.search(r"\\|\(\?|\"|/|\{[0-9]", p) or p != p.lower()] == []
    tokens = [token.pattern for token in secrets.TOKENS]
    assert [p for p in tokens if re.search(r"\\|[(\"/]", p)] == []
