"""containerd's CRI plugin: enabled again."""

from __future__ import annotations

from collections.abc import Iterator

from checks.runtime.cri import CRI_NAMES, cri_plugin_disabled
from unshim.judge.declare import fix
from unshim.judge.guards import RESTART_CONTAINERD, may_restart_containerd, refusing
from unshim.judge.phase import containerd_config
from unshim.model.node import Node
from unshim.model.plan import Disturbs, Refused
from unshim.model.steps import RestartUnit, Step, WriteFile
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
    may_restart_containerd(node, by_hand)
    for path in paths:
        file = files.get(path)
        if file is None:
            raise Refused(f"{path} disables the CRI plugin and is no file unshim edits", by_hand)
        items = [s.value for s in named if s.source.where == path]
        try:
            after = remove_items(file.data, ("disabled_plugins",), items, path)
        except EditError as error:
            raise refusing(error, by_hand) from None
        yield WriteFile(path, file.data, after)
    yield RestartUnit("containerd.service")
