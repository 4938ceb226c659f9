"""containerd's runtime handlers: can a pod be made of the one that pods get."""

from __future__ import annotations

from collections.abc import Iterator

from checks.runtime.config import containerd_config
from unshim.api import (
    Evidence,
    Finding,
    Node,
    Rank,
    Seen,
    Severity,
    before_migration,
    check,
    shows,
    without_kubelet,
)
from unshim.model.parts.containerd import ContainerdConfig, Handler

_LOST = (".runtime_type", ".sandbox_image")


def default_handler(config: ContainerdConfig) -> Handler | None:
    """The handler of pods that name none; None where it is not defined."""
    return next((h for h in config.handlers if h.name == config.default_handler.value), None)


def _lowered(node: Node) -> Severity | None:
    """A warning while no pod of the kubelet is run by containerd, information without a kubelet."""
    if without_kubelet(node):
        return Severity.INFO
    return Severity.WARNING if before_migration(node) else None


@check(
    Severity.ERROR,
    needs_containerd=True,
    well="The runtime handler that pods get is defined and has a type",
    remedy='Give the handler its table again, with runtime_type = "io.containerd.runc.v2", in the '
    "file that counts, then restart containerd.",
    proof=Seen("containerd 1.4, 1.6, 1.7 and 2.1"),
    rank=Rank.PODS_MADE,
)
def containerd_default_handler_unusable(node: Node) -> Iterator[Finding]:
    """The runtime handler that pods get is not defined, or is of no type.

    containerd's default_runtime_name names a handler in the table of runtimes. Where that is not
    there the CRI plugin does not load; where it has no runtime_type the plugin loads and every new
    pod fails. It comes about by an imported file: containerd 1.x takes a plugin's whole table from
    the file that it reads last, so that an import with one line about runc takes its type away, and
    the sandbox image, the registries and all else that stood in the main file.

    Source: containerd 1.x ValidatePluginConfig and mergeConfig.
    """
    config = containerd_config(node)
    named, handler = config.default_handler, default_handler(config)
    lost = [
        Evidence(f"{entry.key.rpartition('.')[2]} set before", entry.reason, "", entry.source)
        for entry in config.unread
        if entry.key.endswith(_LOST) and "replaces" in entry.reason
    ]
    if handler is None:
        yield Finding(
            f'the default runtime handler "{named.value}" is not defined',
            (shows("default_runtime_name", named, "a handler in the table of runtimes"), *lost),
            hurts="The CRI plugin does not load at containerd's next start.",
            severity=_lowered(node),
        )
    elif not handler.runtime_type.value:
        place = handler.runtime_type.source
        kind = Evidence("runtime_type", "none", "io.containerd.runc.v2", place)
        yield Finding(
            f'the default runtime handler "{handler.name}" has no runtime_type',
            (kind, *lost),
            hurts="From containerd's next start on every new pod fails.",
            severity=_lowered(node),
        )


@check(
    Severity.ERROR,
    needs_containerd=True,
    well="The options of runc's runtime handlers are of the types that containerd takes",
    remedy="Correct the line, restart containerd, and see that a new pod starts: neither its start "
    "nor `containerd config dump` shows this fault.",
    proof=Seen("containerd 1.3, 1.4, 1.6, 1.7 and 2.1"),
    rank=Rank.PODS_MADE,
)
def containerd_handler_options_invalid(node: Node) -> Iterator[Finding]:
    """An option of a runtime handler is of a wrong type, so that no pod can be made of it.

    `SystemdCgroup = "true"` is a text, not true. containerd reads a handler's options only when it
    makes a pod: it starts, its CRI plugin loads, `containerd config dump` shows the line, and each
    new pod fails with `failed to generate runtime options`. Of a handler that is not the default
    one it is a warning: only pods that ask for it fail.

    Source: containerd's CRI plugin, generateRuntimeOptions.
    """
    config = containerd_config(node)
    for handler in config.handlers:
        if handler.fault is None:
            continue
        default = handler.name == config.default_handler.value
        lowered = _lowered(node)
        yield Finding(
            f'options of the runtime handler "{handler.name}" cannot be used',
            (
                Evidence("option", handler.fault.value, "", handler.fault.source),
                shows("default_runtime_name", config.default_handler),
            ),
            hurts="Each new pod fails: `failed to generate runtime options`."
            if default
            else "Pods that ask for this handler fail: `failed to generate runtime options`.",
            severity=lowered if default else lowered or Severity.WARNING,
        )
