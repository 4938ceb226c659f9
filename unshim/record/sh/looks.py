"""What the script looks at: the tables of the facts, as its shell has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from unshim import __version__
from unshim.facts.clients import buildkit
from unshim.facts.docker import answers as docker_answers
from unshim.facts.docker import docker
from unshim.facts.docker import running as docker_running
from unshim.facts.machine import boot_files, logs, mounts
from unshim.facts.network import cni, proxy
from unshim.facts.places import Places
from unshim.facts.registry import trees
from unshim.facts.subjects import SUBJECTS, named
from unshim.facts.systemd import unit_folders, units
from unshim.host.processes import KNOWN
from unshim.model.search_path import PATH, SEARCH_PATH
from unshim.record.index import FORMAT
from unshim.releases import containerd, distributions
from unshim.text import kept

_FIXES_WRITE = ("/etc/systemd/system/containerd.service.d/50-unshim-killmode.conf",)
"""Files that fixes make, where facts do not read them anyway."""


def constants() -> str:
    """Lists that the script goes through, as assignments."""
    lists: Mapping[str, Iterable[str]] = {
        "KNOWN": sorted(KNOWN),
        "UNITS": units.UNITS,
        "SPELLINGS": proxy.SPELLINGS,
        "UNIT_FOLDERS": unit_folders.DIRECTORIES,
        "PROPERTIES": (units.PROPERTIES,),
    }
    return "".join(f"{name}='{' '.join(values)}'\n" for name, values in lists.items())


def values() -> Mapping[str, str]:
    """What stands for each @NAME@ of looks and of what they lead to."""
    mentions = (*logs.ROTATION, *logs.AGENTS)
    return {
        "VERSION": __version__,
        "FORMAT": str(FORMAT),
        "PLACES": "\n".join(_places()),
        "PATH": PATH,
        "SEARCH_PATH": ":".join(SEARCH_PATH),
        "CONFIG_PATH": containerd.CONFIG_PATH,
        "SOCKET_PATH": containerd.SOCKET_PATH,
        "SNAPSHOTTER": containerd.SNAPSHOTTER,
        "MANAGED_SOCKETS": " ".join(distributions.sockets()),
        "DOCKER_CONFIG": docker.CONFIG,
        "DOCKER_SOCKET": docker_answers.SOCKET,
        "DOCKER_INFO": docker_answers.INFO,
        "DOCKER_LIMIT": str(docker_running.ASKED_ONE_BY_ONE),
        "DOCKER_CONTAINERS": docker_answers.CONTAINERS,
        "DOCKER_IMAGES": docker_answers.IMAGES,
        "FIXES_WRITE": " ".join(_FIXES_WRITE),
        "MOUNTS": mounts.PATH,
        "ABOVE": " ".join(boot_files.ABOVE),
        "LINKS": logs.LINKS,
        "MENTIONS": " ".join(mentions),
        "AGENTS": " | ".join(f"{place}/*" for place in mentions),
        "WHOLE": " | ".join(kept.WHOLE),
        "BUILDKIT_CONFIG": buildkit.CONFIG,
        "BUILDKIT_SOCKETS": " ".join(buildkit.SOCKETS),
        "TREES": " ".join((*trees.TREES, ":".join(trees.TREES))),  # 2.2 lists that one unsplit
        "CNI_CONF": cni.CONF_DIR,
        "CNI_BIN": " ".join((cni.BIN_DIR, cni.DEBIANS_BIN_DIR)),
        "MANAGER_FOLDERS": " ".join(proxy.MANAGER_FOLDERS),
    }


def _places() -> Iterator[str]:
    """For each subject, what it looks at whatever else it learns."""
    for subject in SUBJECTS:
        if not subject.places:
            continue
        places: Places = named(subject.places)
        yield f"# {subject.title}"
        asked = {"s": places.stat, "r": places.read, "rR": places.large, "l": places.list}
        for letters, paths in asked.items():
            if paths:
                yield f"wish {letters} {' '.join(paths)}"
        for folder in places.boot:
            yield f"boot_files {folder}"
