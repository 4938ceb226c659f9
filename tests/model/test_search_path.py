"""Where programs are looked for stands once."""

from __future__ import annotations

import re
from pathlib import Path

from tests import TOP
from unshim.model.search_path import PATH, SEARCH_PATH, SYSTEM_FOLDERS
from unshim.record.sh import script


def test_no_other_place_lists_folders_of_programs() -> None:
    """Neither as one text nor as a list."""
    lists = re.compile(r"/usr/local/sbin")
    sources = [*(TOP / "unshim").rglob("*.py"), *(TOP / "unshim").rglob("*.sh")]
    assert [path.name for path in sources if lists.search(Path(path).read_text())] == [
        "search_path.py"
    ]


def test_unshim_itself_looks_in_folders_of_the_system_alone() -> None:
    assert PATH.split(":") == list(SYSTEM_FOLDERS)
    assert set(SEARCH_PATH) - set(SYSTEM_FOLDERS) == {"/opt/bin"}


def test_the_recorder_in_sh_looks_in_the_same() -> None:
    assert f"\nPATH={PATH}\n" in script()
    assert f"DIRECTORIES={':'.join(SEARCH_PATH)}\n" in script()
