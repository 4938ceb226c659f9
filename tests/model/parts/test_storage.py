"""Disks are asked for by what they are for."""

from __future__ import annotations

import pytest

from unshim.model.parts.storage import Disk, Storage
from unshim.model.values import Missing, Origin, Setting, Source

NO = Missing("not recorded")
PLACE = Source(Origin.FILE, "/etc/x", 1)


def test_a_disk_is_found_by_its_use() -> None:
    disks = [Disk(use, Setting(f"/{use}", PLACE), None, NO, NO) for use in ("logs", "images")]
    assert Storage(NO, tuple(disks)).disk("images") is disks[1]
    with pytest.raises(KeyError, match="home"):
        Storage(NO, tuple(disks)).disk("home")
