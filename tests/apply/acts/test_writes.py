"""A file written as a step: kept beside, put back, and let go of."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.apply.acts.test_files import folder as folder
from unshim.apply.acts import writes
from unshim.apply.failures import Stale, StepFailed
from unshim.apply.turn import Former, Turn
from unshim.model.steps import WriteFile

TURN = Turn("run-0", {})
KEPT = ".unshim-run-0~"


def noted(step: WriteFile) -> Former:
    former: Former = json.loads(json.dumps(writes.note(step)))
    return former


def _written(step: WriteFile) -> Former:
    former = noted(step)
    writes.write(step, former, TURN)
    return former


def tree(folder: Path) -> dict[str, tuple[object, ...]]:
    """Everything below a folder: kind, mode, owner, bytes or target, xattrs."""
    told: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        what: object = os.readlink(path) if path.is_symlink() else None
        if path.is_file() and not path.is_symlink():
            names = os.listxattr(path)
            what = path.read_bytes(), {name: os.getxattr(path, name) for name in names}
        told[str(path.relative_to(folder))] = (status.st_mode, status.st_uid, status.st_gid, what)
    return told


def old(folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    os.setxattr(path, "user.note", b"kept")
    if os.geteuid() == 0:
        os.chown(path, 12, 34)
    return path


STEPS = {
    "write": (b"old", b"new"),
    "remove": (b"old", None),
    "create": (None, b"new"),
}


def step_of(folder: Path, name: str) -> WriteFile:
    before, after = STEPS[name]
    path = old(folder)
    if before is None:
        path.unlink()
        path = folder / "a/b/config.toml"
    return WriteFile(str(path), before, after, 0o604)


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("name", STEPS)
def test_it_is_done_and_undone_and_may_be_undone_again(
    folder: Path, name: str, settled: bool
) -> None:
    step = step_of(folder, name)
    before = tree(folder)
    former = _written(step)
    after = tree(folder)
    path = Path(step.path)
    assert (path.read_bytes() if path.exists() else None) == step.after
    if settled:
        for _ in range(2):
            writes.settle(step, former, TURN)
        assert set(tree(folder)) == set(after) - {KEPT}
    for _ in range(2):
        writes.put_back(step, former, TURN)
        assert tree(folder) == before


def test_a_replaced_file_keeps_mode_owner_and_xattrs_and_the_old_one_is_kept(folder: Path) -> None:
    step = step_of(folder, "write")
    was, number = tree(folder)["config.toml"], Path(step.path).stat().st_ino
    former = _written(step)
    now = tree(folder)
    assert now["config.toml"] == (*was[:3], (b"new", {"user.note": b"kept"}))
    assert now[KEPT] == was
    writes.put_back(step, former, TURN)
    assert Path(step.path).stat().st_ino == number, "the very file that stood there, not a copy"


def test_a_new_file_has_the_mode_that_it_was_given_whatever_the_umask(folder: Path) -> None:
    old = os.umask(0o077)
    try:
        _written(step_of(folder, "create"))
    finally:
        os.umask(old)
    assert (folder / "a/b/config.toml").stat().st_mode & 0o777 == 0o604
    assert (folder / "a").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("name", STEPS)
def test_what_changed_since_it_was_noted_is_left_alone(folder: Path, name: str) -> None:
    step = step_of(folder, name)
    former = noted(step)
    path = Path(step.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"somebody else's")
    before, changed = tree(folder), path.stat().st_ctime_ns
    with pytest.raises(Stale):
        writes.write(step, former, TURN)
    assert tree(folder) == before
    if name == "write":
        assert path.stat().st_ctime_ns == changed, "it never went from its place"


@pytest.mark.parametrize("name", ["write", "remove"])
def test_so_is_what_was_removed_since(folder: Path, name: str) -> None:
    step = step_of(folder, name)
    former = noted(step)
    Path(step.path).unlink()
    with pytest.raises(Stale):
        writes.write(step, former, TURN)
    assert tree(folder) == {}


METADATA: dict[str, Callable[[Path], object]] = {
    "mode": lambda p: p.chmod(0o600),
    "owner": lambda p: os.chown(p, 5, 6),
    "xattr": lambda p: os.setxattr(p, "user.mine", b"1"),
    "no xattr": lambda p: os.removexattr(p, "user.note"),
}


@pytest.mark.parametrize("change", METADATA)
@pytest.mark.parametrize("name", ["write", "remove"])
def test_owner_mode_and_xattrs_that_changed_count_as_changed(
    folder: Path, name: str, change: str
) -> None:
    step = step_of(folder, name)
    former = noted(step)
    METADATA[change](Path(step.path))
    before = tree(folder)
    with pytest.raises(Stale, match="changed by somebody else"):
        writes.write(step, former, TURN)
    assert tree(folder) == before


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("change", METADATA)
def test_an_undo_leaves_owner_mode_and_xattrs_as_somebody_made_them_since(
    folder: Path, change: str, settled: bool
) -> None:
    """A file that was closed since must not open again."""
    step = step_of(folder, "write")
    former = _written(step)
    if settled:
        writes.settle(step, former, TURN)
    METADATA[change](Path(step.path))
    theirs = tree(folder)["config.toml"]
    writes.put_back(step, former, TURN)
    (name, mine), *rest = tree(folder).items()
    assert (name, rest) == ("config.toml", [])
    assert mine[:3] == theirs[:3]
    assert isinstance(mine[3], tuple) and isinstance(theirs[3], tuple)
    assert mine[3] == (b"old", theirs[3][1])


SINCE: dict[str, Callable[[Path], object]] = {
    "written": lambda p: p.write_bytes(b"somebody else's"),
    "removed": lambda p: p.unlink(),
    "linked": lambda p: (p.parent.parent / "second").hardlink_to(p),
    "a folder": lambda p: p.rename(p.parent / "moved").with_name(p.name).mkdir(),
    "a link": lambda p: p.rename(p.parent / "moved").with_name(p.name).symlink_to("moved"),
}


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("since", SINCE)
def test_what_changed_since_it_was_done_is_left_alone(
    folder: Path, since: str, settled: bool
) -> None:
    inside = folder / "inside"
    inside.mkdir()
    step = step_of(inside, "write")
    former = _written(step)
    if settled:
        writes.settle(step, former, TURN)
    SINCE[since](Path(step.path))
    before = tree(folder)
    assert writes.lost(step, former)
    with pytest.raises(StepFailed, match=r"config.toml (by hand|puts back)"):
        writes.put_back(step, former, TURN)
    assert tree(folder) == before


@pytest.mark.parametrize("since", ["written", "removed", "linked"])
@pytest.mark.parametrize("settled", [False, True])
def test_where_a_person_says_so_it_is_put_back_all_the_same(
    folder: Path, since: str, settled: bool
) -> None:
    inside = folder / "inside"
    inside.mkdir()
    step = step_of(inside, "write")
    before = tree(inside)
    former = _written(step)
    if settled:
        writes.settle(step, former, TURN)
    SINCE[since](Path(step.path))
    writes.put_back(step, former, TURN._replace(forced=True))
    assert tree(inside) == before


@pytest.mark.parametrize("forced", [False, True])
def test_nothing_is_put_back_where_others_may_write_by_now(folder: Path, forced: bool) -> None:
    inside = folder / "inside"
    inside.mkdir()
    step = step_of(inside, "write")
    former = _written(step)
    inside.chmod(0o777)
    before = tree(folder)
    with pytest.raises(StepFailed, match="can be written to by others than root"):
        writes.put_back(step, former, TURN._replace(forced=forced))
    assert tree(folder) == before


def test_what_a_person_wrote_and_closed_stays_closed_when_it_is_put_back(folder: Path) -> None:
    step = step_of(folder, "write")
    former = _written(step)
    Path(step.path).write_bytes(b"with a secret")
    Path(step.path).chmod(0o600)
    writes.put_back(step, former, TURN._replace(forced=True))
    assert Path(step.path).read_bytes() == b"old"
    assert Path(step.path).stat().st_mode & 0o777 == 0o600


def test_a_file_that_we_made_and_somebody_removed_is_as_it_was(folder: Path) -> None:
    step = step_of(folder, "create")
    former = _written(step)
    Path(step.path).unlink()
    assert writes.lost(step, former) == ""
    writes.put_back(step, former, TURN)
    assert tree(folder) == {}


def test_a_symlink_stays_and_what_it_leads_to_changes(folder: Path) -> None:
    path = old(folder)
    (folder / "link").symlink_to(path.name)
    before = tree(folder)
    step = WriteFile(str(folder / "link"), b"old", b"new")
    former = _written(step)
    assert (folder / "link").is_symlink() and path.read_bytes() == b"new"
    writes.put_back(step, former, TURN)
    assert tree(folder) == before


def test_a_symlink_that_leads_elsewhere_since_is_refused_at_each_turn(folder: Path) -> None:
    path, link = old(folder), folder / "link"
    link.symlink_to(path.name)
    (folder / "other").write_bytes(b"old")
    step = WriteFile(str(link), b"old", b"new")
    former = noted(step)

    def retarget(to: str) -> None:
        link.unlink()
        link.symlink_to(to)

    retarget("other")
    before = tree(folder)
    with pytest.raises(Stale, match="other since, not to"):
        writes.write(step, former, TURN)
    assert tree(folder) == before
    retarget(path.name)
    writes.write(step, former, TURN)
    retarget("other")
    before = tree(folder)
    assert "leads to" in writes.lost(step, former)
    with pytest.raises(StepFailed, match="other since, not to"):
        writes.put_back(step, former, TURN)
    assert tree(folder) == before
    writes.put_back(step, former, TURN._replace(forced=True))
    assert path.read_bytes() == b"old", "what was written is what goes back"
    assert (folder / "other").read_bytes() == b"old" and os.readlink(link) == "other"


def test_what_somebody_wrote_to_the_file_that_was_replaced_comes_back_with_it(
    folder: Path,
) -> None:
    """They had it open before, and closed it after."""
    step = step_of(folder, "write")
    former = _written(step)
    with (folder / KEPT).open("ab") as theirs:
        theirs.write(b" and theirs")
    with pytest.raises(StepFailed, match="kept as"):
        writes.settle(step, former, TURN)
    assert (folder / KEPT).read_bytes() == b"old and theirs"
    writes.put_back(step, former, TURN)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {"config.toml": b"old and theirs"}


@pytest.mark.parametrize("change", METADATA)
def test_a_former_file_whose_owner_or_mode_somebody_changed_stays_too(
    folder: Path, change: str
) -> None:
    step = step_of(folder, "write")
    former = _written(step)
    METADATA[change](folder / KEPT)
    with pytest.raises(StepFailed, match="kept as"):
        writes.settle(step, former, TURN)
    assert (folder / KEPT).exists()


def test_a_writer_who_does_not_end_keeps_a_file_from_being_replaced(folder: Path) -> None:
    step = step_of(folder, "write")
    former = noted(step)
    before = tree(folder)
    with Path(step.path).open("ab"), pytest.raises(Stale):
        writes.write(step, former, TURN)
    assert tree(folder) == before


@pytest.mark.parametrize("left", [b"", b"ne", b"\x00\x00\x00", b"somebody else's"])
def test_what_a_killed_write_had_not_finished_goes(folder: Path, left: bytes) -> None:
    step = step_of(folder, "write")
    before = tree(folder)
    former = noted(step)
    (folder / ".unshim-run-0-new~").write_bytes(left)
    writes.put_back(step, former, TURN)
    assert tree(folder) == before


@pytest.mark.parametrize("which", [KEPT, ".unshim-run-0-undo~"])
@pytest.mark.parametrize(("left", "stays"), [(b"new", False), (b"old", False), (b"n", True)])
def test_what_lies_beside_goes_if_it_is_ours_and_stays_if_it_is_not(
    folder: Path, which: str, left: bytes, stays: bool
) -> None:
    step = step_of(folder, "write")
    former = noted(step)
    (folder / which).write_bytes(left)
    if stays:
        with pytest.raises(StepFailed, match="somebody wrote to"):
            writes.put_back(step, former, TURN)
    else:
        writes.put_back(step, former, TURN)
    assert (folder / which).exists() is stays
    assert Path(step.path).read_bytes() == b"old"


def test_folders_in_which_somebody_put_something_stay(folder: Path) -> None:
    step = WriteFile(str(folder / "a/b/x.conf"), None, b"text")
    former = _written(step)
    (folder / "a/theirs").write_text("mine")
    writes.put_back(step, former, TURN)
    assert sorted(p.name for p in (folder / "a").iterdir()) == ["theirs"]
