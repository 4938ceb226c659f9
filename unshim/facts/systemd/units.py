"""Units: found and merged as systemd does it (systemd.unit(5)), and what systemd says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unshim.facts.systemd import unit_files
from unshim.facts.systemd.unit_folders import VENDOR, Folders
from unshim.facts.systemd.unit_settings import kill_mode, merge
from unshim.host.host import Host, Kind
from unshim.model.machine import Unit, UnitState
from unshim.model.values import FileText, Missing, Why
from unshim.text import lined, redact
from unshim.text.escape import decode
from unshim.text.patterns import lazy

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

_RESET = lazy(rb"(?m)^ExecStart=\s*$")
Units = Mapping[str, "Unit | Missing | None"]
_Answer = Mapping[str, str]


def booted(host: Host) -> bool | Missing:
    """Whether systemd is the machine's manager (sd_booted(3)); Missing for what is not running."""
    entry = host.stat("/run/systemd/system")
    if isinstance(entry, Missing):
        return entry
    if entry is not None:
        return entry.kind is Kind.DIRECTORY
    if host.live:
        return False
    running = host.processes()
    if isinstance(running, Missing) and running.why is Why.AT_REST:
        return running
    return False


def read(host: Host, names: Sequence[str] = UNITS) -> Units:
    """Each unit by its name; None for one that neither systemd nor its folders know."""
    answers = _show(host, names)
    folders = Folders(host)
    return {name: _unit(host, folders, name, answers) for name in names}


def unread(_host: Host, missing: Missing) -> Units:
    """The units where they could not be read."""
    return dict.fromkeys(UNITS, missing)


def _show(host: Host, names: Sequence[str]) -> Mapping[str, _Answer] | Missing:
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
        reason = decode(answer.stderr).strip()[:200]
        return Missing(f"systemctl show failed: {reason or f'exit code {answer.code}'}")
    return dict(zip(names, blocks, strict=True))


def _block(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines())
    return {key: value for key, equals, value in pairs if equals}


def _state(answer: _Answer) -> UnitState:
    def number(key: str) -> int:
        value = answer.get(key, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else 0

    return UnitState(
        load=answer.get("LoadState", ""),
        active=answer.get("ActiveState", ""),
        sub=answer.get("SubState", ""),
        enabled=answer.get("UnitFileState", ""),
        main_pid=number("MainPID"),
        restarts=number("NRestarts"),
        reload_needed=answer.get("NeedDaemonReload") == "yes",
        result=answer.get("Result", ""),
        exit_status=number("ExecMainStatus"),
        load_error=redact.text(answer.get("LoadError", "")),
        loaded={key: _limit(answer[key]) for key in LOADED if key in answer},
        related={key: tuple(sorted(answer[key].split())) for key in RELATED if key in answer},
    )


def _limit(value: str) -> str:
    """Old releases of systemd write the largest number for what has no limit."""
    return "infinity" if value == "18446744073709551615" else value


def _unit(
    host: Host, folders: Folders, name: str, answers: Mapping[str, _Answer] | Missing
) -> Unit | Missing | None:
    answer = answers if isinstance(answers, Missing) else answers[name]
    files = _files(host, folders, name, answer)
    if isinstance(files, Missing):
        return files
    garbled = unit_files.garbled(files or ())
    if garbled is not None:
        return garbled
    state = answer if isinstance(answer, Missing) else _state(answer)
    if files is None:
        if isinstance(state, Missing) or state.load in ("not-found", ""):
            return None
        files = ()
    settings = merge(files)
    return Unit(name, files, settings, kill_mode(settings), state)


def _files(
    host: Host, folders: Folders, name: str, answer: _Answer | Missing
) -> tuple[FileText, ...] | None | Missing:
    """The fragment, then the drop-ins in the order they hold; None where there is no fragment."""
    fragment, drop_ins = _paths_of(answer)
    if fragment:
        file = host.read(fragment)
        if isinstance(file, FileText):
            return _with_drop_ins(host, file, drop_ins)
        if isinstance(file, Missing) and file.why is Why.NOT_PERMITTED:
            return file
    searched = folders.fragment(name)
    if searched is None and folders.partly:
        return _without_fragment(host, folders, name)
    if not isinstance(searched, str):
        return searched
    if masked(host, searched):
        return ()
    file = host.read(searched)
    if not isinstance(file, FileText):
        return file
    paths = folders.drop_ins(name)
    return paths if isinstance(paths, Missing) else _with_drop_ins(host, file, paths)


def _without_fragment(host: Host, folders: Folders, name: str) -> tuple[FileText, ...] | Missing:
    """The drop-ins of a unit whose file is not in the tree: where one takes back the command and
    gives its own, as kubeadm's does, they are enough."""
    files = _read_all(host, folders.drop_ins(name))
    if isinstance(files, Missing):
        return files
    if any(_RESET.search(file.data) for file in files):
        return files
    return Missing(f"this tree has no {VENDOR}, where {name} may be", Why.NOT_PRESENT)


def _paths_of(answer: _Answer | Missing) -> tuple[str, tuple[str, ...]]:
    """The paths as systemd tells them; it may have loaded other ones than the folders now hold."""
    if isinstance(answer, Missing):
        return "", ()
    paths = lined.words(lined.plain(answer.get("DropInPaths", ""), 1), escapes=True) or ()
    return answer.get("FragmentPath", ""), tuple(path.text for path in paths)


def _with_drop_ins(
    host: Host, fragment: FileText, paths: Sequence[str]
) -> tuple[FileText, ...] | Missing:
    drop_ins = _read_all(host, paths)
    return drop_ins if isinstance(drop_ins, Missing) else (fragment, *drop_ins)


def _read_all(host: Host, paths: Sequence[str] | Missing) -> tuple[FileText, ...] | Missing:
    if isinstance(paths, Missing):
        return paths
    files = []
    for path in paths:
        # A link to /dev/null masks its name in the folders below; systemd tells of it all the same.
        if masked(host, path):
            continue
        file = host.read(path)
        if isinstance(file, Missing):
            return file
        if file is not None:
            files.append(file)
    return tuple(files)


def masked(host: Host, path: str) -> bool:
    """Whether a unit file or drop-in is a link to /dev/null."""
    return host.resolve(path) == "/dev/null"
