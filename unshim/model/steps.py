"""Steps: what a plan does to a machine, one atomic act each. Data only.

Adding one: a noun here, in `Step`, and its row in apply/rows/.
"""

from __future__ import annotations

from unshim.model.nouns import NamedTuple


class WriteFile(NamedTuple):
    """Make `path` hold `after`. `before` is what it must hold now, None: it must not exist.

    `after` None removes the file. `mode` holds for a new file only; an existing one keeps its own.
    """

    path: str
    before: bytes | None
    after: bytes | None
    mode: int = 0o644


class ReloadSystemd(NamedTuple):
    """Have systemd read its unit files again. Restarts nothing."""


class RestartUnit(NamedTuple):
    unit: str


class StopUnit(NamedTuple):
    """Stop a unit, and with it what cannot run without it."""

    unit: str


class StartUnit(NamedTuple):
    """Start a unit, and see it stay up."""

    unit: str


class EnableUnit(NamedTuple):
    """Have a unit start at boot, or not (`enabled` False). Starts and stops nothing."""

    unit: str
    enabled: bool = True


class MaskUnit(NamedTuple):
    """Make it impossible to start a unit, or possible again (`masked` False). Stops nothing."""

    unit: str
    masked: bool = True


class ShareImage(NamedTuple):
    """Give `name` in namespace `source` to namespace `target` too; no bytes are copied.

    `blobs` are the digests the image needs, children before parents.
    """

    socket: str
    source: str
    target: str
    name: str
    digest: str
    blobs: tuple[str, ...] = ()


class ImportImage(NamedTuple):
    """Give namespace `target` the image `name` that Docker has, or that stands alone in `archive`.

    `digest` is the image's id, that of its configuration. `name` is whole, with its registry.
    """

    socket: str
    target: str
    name: str
    digest: str
    archive: str = ""


class LoadModule(NamedTuple):
    """Have the kernel hold a module from now on; a file in modules-load.d makes that last."""

    name: str


class SetSysctl(NamedTuple):
    """Give a kernel parameter the value `after` from now on; a file in sysctl.d makes that last.

    `before` is what it must be now; None: the kernel has no such parameter, which comes with a
    module of the same plan.
    """

    key: str
    before: str | None
    after: str


class RunCommand(NamedTuple):
    """Run a command of the closed list in apply/acts/commands.py, by its name there."""

    name: str
    arguments: tuple[str, ...]


class WaitFor(NamedTuple):
    """Wait until a condition of the list in apply/acts/waits.py holds of `subject`, no longer than
    `seconds`."""

    condition: str
    subject: str
    seconds: int


class CordonNode(NamedTuple):
    """Let the cluster put no new pods on a node, or let it again (`cordoned` False), by kubectl.

    `kubeconfig` is a file of root's whose user may do that.
    """

    name: str
    kubeconfig: str
    cordoned: bool = True


class DrainNode(NamedTuple):
    """Have a node's pods leave it within `seconds`, by kubectl: those of DaemonSets and static ones
    stay, and so do all where a pod has no controller or a disruption budget forbids it.

    `empty_dirs`: what pods keep in emptyDirs may be lost, as it is with every pod that goes.
    """

    name: str
    kubeconfig: str
    seconds: int
    empty_dirs: bool = False


Step = (
    WriteFile
    | ReloadSystemd
    | RestartUnit
    | StopUnit
    | StartUnit
    | EnableUnit
    | MaskUnit
    | ShareImage
    | LoadModule
    | SetSysctl
    | RunCommand
    | WaitFor
    | CordonNode
    | DrainNode
    | ImportImage
)
