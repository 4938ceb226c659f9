"""Which distribution manages this node, if any."""

from __future__ import annotations

from unshim.facts.places import Places
from unshim.facts.systemd import env_files
from unshim.host.host import Host
from unshim.model.parts.managed import Distribution
from unshim.model.values import Missing, Origin, Source
from unshim.releases.distributions import KNOWN, markers
from unshim.text.escape import visible

_RELEASES = ("/etc/os-release", "/usr/lib/os-release")

PLACES = Places(stat=tuple(path for path, _ in markers()), read=_RELEASES[:1])


def os_release(host: Host) -> tuple[str, dict[str, str]]:
    """The file, and its values: os-release(5) has the syntax of an EnvironmentFile."""
    for path in _RELEASES:
        file = host.read(path)
        if file is not None and not isinstance(file, Missing):
            pairs = env_files.parse_env_file(file.data)
            return path, {name: visible(value.text) for name, value in pairs}
    return _RELEASES[0], {}


def read(host: Host) -> Distribution | None:
    """The first whose mark is there: those of distributions before those of systems."""
    path, release = os_release(host)
    system = release.get("ID", "")
    for known in KNOWN:
        if known.marker and host.stat(known.marker):
            marker = Source(Origin.FILE, known.marker)
            return Distribution(known.name, marker, known.change, known.paths)
    for known in KNOWN:
        if system and known.system == system:
            marker = Source(Origin.FILE, path)
            return Distribution(known.name, marker, known.change, known.paths)
    return None
