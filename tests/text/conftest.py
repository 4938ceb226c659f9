"""The awk programs of the recorder as files."""

from __future__ import annotations

import pytest

from unshim.record.sh import awk_programs


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The two awk programs as files."""
    folder = tmp_path_factory.mktemp("awk")
    paths = []
    for name, text in zip(("clean.awk", "answers.awk"), awk_programs(), strict=True):
        (folder / name).write_text(text)
        paths.append(str(folder / name))
    return paths[0], paths[1]
