"""The folders of units: a unit's file and its drop-ins, as systemd finds them (systemd.unit(5))."""

from __future__ import annotations

from unshim.host.host import Host
from unshim.model.values import Missing

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
VENDOR = "/usr/lib/systemd/system"
"""The folder of packages' units, which every machine with systemd has."""


class Folders:
    """The unit folders of one host, each listed once."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._listed = {folder: host.list(folder) for folder in self._distinct()}

    @property
    def partly(self) -> bool:
        """Whether this is a plain tree that lacks the folder of packages' units."""
        vendors = (self._listed.get(folder) for folder in DIRECTORIES[-2:])
        return self._host.at_rest is not None and all(names is None for names in vendors)

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
        files = self._host.list(f"{folder}/{below}")
        if isinstance(files, Missing):
            return files
        for file in files or ():
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
