"""Units: found and merged as systemd does it (systemd.unit(5)), and what systemd says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unshim.facts.systemd import unit_files
from unshim.host.host import Host, Kind
from unshim.model.machine import Unit, UnitState
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Why
from unshim.text import lined, redact
from unshim.text.escape import decode, visible

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
# In the order of systemd.unit(5); generators and attached images are left out, as none of these
# units comes from them.
DIRECTORIES = (
    "/etc/systemd/system.control",
    "/run/systemd/system.control",
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
)
KILL_MODES = ("control-group", "mixed", "process", "none")
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
# Dependencies only ever add up: an empty assignment does not take them back (systemd.unit(5)).
_NEVER_RESET = frozenset(
    [
        "After",
        "Before",
        "Requires",
        "Requisite",
        "Wants",
        "BindsTo",
        "PartOf",
        "Upholds",
        "Conflicts",
        "OnFailure",
        "OnSuccess",
        "PropagatesReloadTo",
        "ReloadPropagatedFrom",
        "JoinsNamespaceOf",
    ]
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
    folders = _Folders(host)
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
    host: Host, folders: _Folders, name: str, all_shown: Mapping[str, _Shown] | Missing
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
    return Unit(name, files, settings, _kill_mode(settings), state)


def _files(
    host: Host, folders: _Folders, name: str, shown: _Shown | Missing
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


class _Folders:
    """The unit folders of one host, each listed once."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._listed = {folder: host.list(folder) for folder in self._distinct()}

    def _distinct(self) -> tuple[str, ...]:
        # /lib is /usr/lib nearly everywhere; naming a file by both would show it twice.
        merged = self._host.resolve("/lib") == "/usr/lib"
        return DIRECTORIES[:-1] if merged else DIRECTORIES

    def fragment(self, name: str) -> str | None | Missing:
        """The first file of this name, else of its template; Missing when a folder before it could
        not be read."""
        for wanted in _with_template(name):
            for folder, names in self._listed.items():
                if isinstance(names, Missing):
                    return names
                if names and wanted in names:
                    return f"{folder}/{wanted}"
        return None

    def drop_ins(self, name: str) -> tuple[str, ...] | Missing:
        """Drop-ins by file name. Among equal names /etc wins over /usr; in one place the more
        special folder wins; those for a whole type come last (as systemd 252 does it)."""
        own, of_type = _drop_in_folders(name)
        winners: dict[str, str] = {}
        for names in (own, [of_type]):
            for folder in self._listed:
                for below in names:
                    failed = self._add(winners, folder, below)
                    if failed is not None:
                        return failed
        return tuple(winners[file] for file in sorted(winners))

    def _add(self, winners: dict[str, str], folder: str, below: str) -> Missing | None:
        names = self._listed[folder]
        if isinstance(names, Missing):
            return names
        if not names or below not in names:
            return None
        found = self._host.list(f"{folder}/{below}")
        if isinstance(found, Missing):
            return found
        for file in found or ():
            if file.endswith(".conf"):
                winners.setdefault(file, f"{folder}/{below}/{file}")
        return None


def _drop_in_folders(name: str) -> tuple[list[str], str]:
    """`cri-docker.service.d` and `cri-.service.d`, the most special first; and `service.d`. Each
    name of an instance is followed by that of its template."""
    stem, _, kind = name.rpartition(".")
    prefix, at, instance = stem.partition("@")
    names = [name]
    while "-" in prefix.rstrip("-"):
        prefix = prefix.rstrip("-").rpartition("-")[0] + "-"
        names.append(f"{prefix}{at}{instance}.{kind}")
    return [f"{one}.d" for whole in names for one in _with_template(whole)], f"{kind}.d"


def _with_template(name: str) -> tuple[str, ...]:
    """`a@b.service` and `a@.service`; a name without an instance alone."""
    stem, _, kind = name.rpartition(".")
    prefix, at, instance = stem.partition("@")
    return (name, f"{prefix}@.{kind}") if at and instance else (name,)


def merge(files: Sequence[FileText]) -> Mapping[str, tuple[Setting[str], ...]]:
    """Directives by "Section.Key", each with what is left after resets, in order.

    An empty assignment empties what came before. Of a directive with a single value the last
    element holds.
    """
    merged: dict[str, tuple[Setting[str], ...]] = {}
    for file in files:
        for found in unit_files.parse(file):
            key = visible(f"{found.section}.{found.key}")
            if not found.value.text:
                if found.key not in _NEVER_RESET:
                    merged.pop(key, None)
                continue
            text = redact.text(visible(found.value.text))
            source = Source(Origin.UNIT, visible(found.path), found.line)
            merged[key] = (*merged.get(key, ()), Setting(text, source))
    return merged


def _kill_mode(settings: Mapping[str, tuple[Setting[str], ...]]) -> Setting[str]:
    """The last valid one: systemd ignores a value it does not know."""
    for setting in reversed(settings.get("Service.KillMode", ())):
        if setting.value in KILL_MODES:
            return setting
    return Setting("control-group", Source(Origin.DEFAULT, "default of systemd"))
