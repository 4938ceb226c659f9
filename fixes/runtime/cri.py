"""containerd's CRI plugin: enabled again."""

from __future__ import annotations

from collections.abc import Iterator

from checks.runtime.config import containerd_config
from checks.runtime.cri import CRI_NAMES, cri_plugin_disabled
from checks.systemd.containerd_unit import containerd_unit_killmode
from unshim.api import (
    RESTART_CONTAINERD,
    Disturbs,
    Node,
    Refused,
    RestartUnit,
    Step,
    WriteFile,
    fix,
    may_restart_containerd,
    refusing,
)
from unshim.text.edit.lines import EditError
from unshim.text.edit.toml_text import remove_items


@fix(cri_plugin_disabled, disturbs=Disturbs.CONTAINERD)
def enable_cri_plugin(node: Node) -> Iterator[Step]:
    """Take the CRI plugin out of disabled_plugins and restart containerd.

    Containers keep running through the restart: it is refused where containerd's unit would end
    them. Docker keeps working beside it.
    """
    config = containerd_config(node)
    named = [s for s in config.disabled_plugins if s.value in CRI_NAMES]
    files = {f.path: f for f in config.files}
    paths = sorted({s.source.where for s in named})
    by_hand = (
        *(f"edit {path}: take the CRI plugin out of disabled_plugins" for path in paths),
        RESTART_CONTAINERD,
    )
    may_restart_containerd(node, by_hand, containerd_unit_killmode)
    for path in paths:
        file = files.get(path)
        if file is None:
            raise Refused(f"{path} disables the CRI plugin and is not a file unshim edits", by_hand)
        items = [s.value for s in named if s.source.where == path]
        try:
            after = remove_items(file.data, ("disabled_plugins",), items, path)
        except EditError as error:
            raise refusing(error, by_hand) from None
        yield WriteFile(path, file.data, after)
    yield RestartUnit("containerd.service")
