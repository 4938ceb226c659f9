"""The links of units: noted whole, put back exactly, and nothing else touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from unshim.apply.acts import links
from unshim.apply.failures import StepFailed

NAMES = ["docker.service", "docker.socket", "dockerd.service"]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    etc, run = tmp_path / "etc", tmp_path / "run"
    for folder in (etc, run, etc / "multi-user.target.wants", etc / "containerd.service.d"):
        folder.mkdir()
    (etc / "multi-user.target.wants" / "docker.service").symlink_to("/lib/docker.service")
    (etc / "multi-user.target.wants" / "cron.service").symlink_to("/lib/cron.service")
    (etc / "dockerd.service").symlink_to("/lib/docker.service")
    (etc / "local.service").write_text("[Service]")
    return etc, run


def _tree(*folders: Path) -> list[tuple[str, str]]:
    paths = (path for top in folders for path in sorted(top.rglob("*")))
    return [(str(p), os.readlink(p) if p.is_symlink() else "-") for p in paths]


def _noted(folders: tuple[Path, Path]) -> dict[str, object]:
    wants = folders[0] / "multi-user.target.wants"
    return {"names": NAMES, "links": links.of(NAMES, folders), "folders": [str(wants)]}


def test_links_named_like_a_unit_or_leading_to_it_are_its_links(
    folders: tuple[Path, Path],
) -> None:
    etc, _ = folders
    assert links.of(NAMES, folders) == {
        f"{etc}/dockerd.service": "/lib/docker.service",
        f"{etc}/multi-user.target.wants/docker.service": "/lib/docker.service",
    }


def test_folders_that_are_not_there_hold_no_links(tmp_path: Path) -> None:
    assert links.of(NAMES, [tmp_path / "none"]) == {}


def test_what_was_disabled_and_masked_is_as_it_was_again(folders: tuple[Path, Path]) -> None:
    etc, run = folders
    before, former = _tree(*folders), _noted(folders)
    (etc / "dockerd.service").unlink()
    (etc / "multi-user.target.wants" / "docker.service").unlink()
    (etc / "docker.service").symlink_to("/dev/null")
    (run / "sockets.target.wants").mkdir()
    (run / "sockets.target.wants" / "docker.socket").symlink_to("/lib/docker.socket")
    links.put_back(former, folders)
    assert _tree(*folders) == before
    links.put_back(former, folders)
    assert _tree(*folders) == before, "a second time changes nothing"


def test_a_folder_that_went_with_its_last_link_comes_back(folders: tuple[Path, Path]) -> None:
    etc, _ = folders
    wants = etc / "multi-user.target.wants"
    (wants / "cron.service").unlink()
    before, former = _tree(*folders), _noted(folders)
    (wants / "docker.service").unlink()
    wants.rmdir()
    links.put_back(former, folders)
    assert _tree(*folders) == before
    assert wants.stat().st_mode & 0o777 == 0o755


def test_what_others_did_in_between_stays(folders: tuple[Path, Path]) -> None:
    etc, _ = folders
    former = _noted(folders)
    (etc / "multi-user.target.wants" / "cron.service").unlink()
    (etc / "multi-user.target.wants" / "ssh.service").symlink_to("/lib/ssh.service")
    (etc / "timers.target.wants").mkdir()
    (etc / "timers.target.wants" / "x.timer").symlink_to("/lib/x.timer")
    changed = _tree(*folders)
    links.put_back(former, folders)
    assert _tree(*folders) == changed


def test_a_link_that_leads_elsewhere_now_leads_back(folders: tuple[Path, Path]) -> None:
    etc, _ = folders
    before, former = _tree(*folders), _noted(folders)
    (etc / "dockerd.service").unlink()
    (etc / "dockerd.service").symlink_to("/dev/null")
    links.put_back(former, folders)
    assert _tree(*folders) == before


def test_a_file_where_a_link_stood_is_left_as_it_is(folders: tuple[Path, Path]) -> None:
    etc, _ = folders
    former = _noted(folders)
    (etc / "dockerd.service").unlink()
    (etc / "dockerd.service").write_text("somebody's own")
    with pytest.raises(StepFailed, match="is not a link any more"):
        links.put_back(former, folders)
    assert (etc / "dockerd.service").read_text() == "somebody's own"
