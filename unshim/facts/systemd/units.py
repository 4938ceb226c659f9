"""Units: found and merged as systemd does it (systemd.unit(5)), and what systemd says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unshim.facts.systemd.unit_folders import Folders
from unshim.facts.systemd.unit_settings import kill_mode, merge
from unshim.host.host import Host, Kind
from unshim.model.machine import Unit, UnitState
from unshim.model.values import FileText, Missing, Why
from unshim.text import lined, redact
from unshim.text.escape import decode

UNITS = (
    "kubelet.service",
    "containerd.service",
    "docker.service",
    "docker.socket",
    "cri-docker.service",
    "cri-docker.socket",
    "crio.service",
    "buildkit.service",
    "buildkitd.service",
)
LOADED = (
    "Type",
    "KillMode",
    "Restart",
    "Delegate",
    "TasksMax",
    "LimitNOFILE",
    "LimitNOFILESoft",
    "OOMScoreAdjust",
    "Slice",
    "ControlGroup",
)
RELATED = (
    "Requires",
    "Requisite",
    "Wants",
    "BindsTo",
    "PartOf",
    "After",
    "RequiredBy",
    "WantedBy",
    "BoundBy",
    "ConsistsOf",
    "TriggeredBy",
)
PROPERTIES = ",".join(
    (
        *("Id", "LoadState", "LoadError", "ActiveState", "SubState", "Result", "UnitFileState"),
        *("MainPID", "ExecMainStatus", "NRestarts", "NeedDaemonReload"),
        *("FragmentPath", "DropInPaths", *LOADED, *RELATED),
    )
)

Units = Mapping[str, "Unit | Missing | None"]
_Shown = Mapping[str, str]


def booted(host: Host) -> bool | Missing:
    """Whether systemd is the machine's manager (sd_booted(3)); Missing for what is not running."""
    found = host.stat("/run/systemd/system")
    if isinstance(found, Missing):
        return found
    if found is not None:
        return found.kind is Kind.DIRECTORY
    if host.live:
        return False
    running = host.processes()
    if isinstance(running, Missing) and running.why is Why.NOT_RUNNING:
        return running
    return False


def read(host: Host, names: Sequence[str] = UNITS) -> Units:
    """Each unit by its name; None for one that neither systemd nor its folders know."""
    shown = _show(host, names)
    folders = Folders(host)
    return {name: _unit(host, folders, name, shown) for name in names}


def unread(_host: Host, missing: Missing) -> Units:
    """The units where they could not be read."""
    return dict.fromkeys(UNITS, missing)


def _show(host: Host, names: Sequence[str]) -> Mapping[str, _Shown] | Missing:
    """One `systemctl show` for all units together."""
    running = booted(host)
    if isinstance(running, Missing):
        return running
    if not running:
        return Missing("systemd does not run here", Why.NOT_RUNNING)
    answer = host.run(["systemctl", "show", "--no-pager", "-p", PROPERTIES, *names], timeout=3.0)
    if isinstance(answer, Missing):
        return answer
    blocks = [_block(block) for block in decode(answer.stdout, newlines=True).split("\n\n")]
    blocks = [block for block in blocks if block]
    if len(blocks) != len(names):
        words = decode(answer.stderr).strip()[:200]
        return Missing(f"systemctl show failed: {words or f'exit code {answer.code}'}")
    return dict(zip(names, blocks, strict=True))


def _block(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines())
    return {key: value for key, equals, value in pairs if equals}


def _state(shown: _Shown) -> UnitState:
    def number(key: str) -> int:
        value = shown.get(key, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else 0

    return UnitState(
        load=shown.get("LoadState", ""),
        active=shown.get("ActiveState", ""),
        sub=shown.get("SubState", ""),
        enabled=shown.get("UnitFileState", ""),
        main_pid=number("MainPID"),
        restarts=number("NRestarts"),
        reload_needed=shown.get("NeedDaemonReload") == "yes",
        result=shown.get("Result", ""),
        exit_status=number("ExecMainStatus"),
        load_error=redact.text(shown.get("LoadError", "")),
        loaded={key: _limit(shown[key]) for key in LOADED if key in shown},
        related={key: tuple(sorted(shown[key].split())) for key in RELATED if key in shown},
    )


def _limit(value: str) -> str:
    """Old releases of systemd write the largest number for what has no limit."""
    return "infinity" if value == "18446744073709551615" else value


def _unit(
    host: Host, folders: Folders, name: str, all_shown: Mapping[str, _Shown] | Missing
) -> Unit | Missing | None:
    shown = all_shown if isinstance(all_shown, Missing) else all_shown[name]
    files = _files(host, folders, name, shown)
    if isinstance(files, Missing):
        return files
    state = shown if isinstance(shown, Missing) else _state(shown)
    if files is None:
        if isinstance(state, Missing) or state.load in ("not-found", ""):
            return None
        files = ()
    settings = merge(files)
    return Unit(name, files, settings, kill_mode(settings), state)


def _files(
    host: Host, folders: Folders, name: str, shown: _Shown | Missing
) -> tuple[FileText, ...] | None | Missing:
    """The fragment, then the drop-ins in the order they hold; None where there is no fragment."""
    fragment, drop_ins = _told(shown)
    if fragment:
        found = host.read(fragment)
        if isinstance(found, FileText):
            return _with_drop_ins(host, found, drop_ins)
        if isinstance(found, Missing) and found.why is Why.NOT_PERMITTED:
            return found
    searched = folders.fragment(name)
    if not isinstance(searched, str):
        return searched
    if masked(host, searched):
        return ()
    found = host.read(searched)
    if not isinstance(found, FileText):
        return found
    paths = folders.drop_ins(name)
    return paths if isinstance(paths, Missing) else _with_drop_ins(host, found, paths)


def _told(shown: _Shown | Missing) -> tuple[str, tuple[str, ...]]:
    """The paths as systemd tells them; it may have loaded other ones than the folders now hold."""
    if isinstance(shown, Missing):
        return "", ()
    paths = lined.words(lined.plain(shown.get("DropInPaths", ""), 1), escapes=True) or ()
    return shown.get("FragmentPath", ""), tuple(path.text for path in paths)


def _with_drop_ins(
    host: Host, fragment: FileText, paths: Sequence[str]
) -> tuple[FileText, ...] | Missing:
    files = [fragment]
    for path in paths:
        # A link to /dev/null masks its name in the folders below; systemd tells of it all the same.
        if masked(host, path):
            continue
        found = host.read(path)
        if isinstance(found, Missing):
            return found
        if found is not None:
            files.append(found)
    return tuple(files)


def masked(host: Host, path: str) -> bool:
    """Whether a unit file or drop-in is a link to /dev/null."""
    return host.resolve(path) == "/dev/null"
