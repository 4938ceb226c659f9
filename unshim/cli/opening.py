"""From options to an engine: which host, which checks, which fixes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from unshim.cli.declared import Options
from unshim.cli.exits import UsageError
from unshim.engine import Engine
from unshim.host.host import Host
from unshim.model.checks import Check
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple

if TYPE_CHECKING:
    from unshim.judge.discover import Catalogue

DEMO = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), "demo.tar.gz")
DEMO_BANNER = "Demo: a recorded node that ships with unshim, not this machine."


class Opened(NamedTuple):
    """An engine and the line that says what it looks at, "" for this machine."""

    engine: Engine
    banner: str


def open_engine(options: Options) -> Opened:
    """The engine for these options.

    Raises:
        UsageError: no such check, or nothing that can be read at --root.
    """
    known = known_checks()
    chosen = choose(known.checks, options.only, options.skip)
    host, banner = choose_host(options)
    left_out = len(known.checks) - len(chosen)
    return Opened(Engine(host, chosen, known.fixes, not host.live, left_out), banner)


def known_checks() -> Catalogue:
    """Every check and fix that is installed.

    Raises:
        UsageError: one of them cannot be used as it is declared.
    """
    from unshim.judge.declare import DeclarationError
    from unshim.judge.discover import catalogue

    try:
        return catalogue()
    except DeclarationError as error:
        raise UsageError(f"a fault in the checks or fixes installed with unshim: {error}") from None


def choose_host(options: Options) -> tuple[Host, str]:
    """The machine to look at, and the line that says so, "" for this one.

    Raises:
        UsageError: nothing that can be read at --root.
    """
    root = options.root
    if root and (options.demo or options.demo_if_no_node):
        raise UsageError("--root and --demo exclude each other; leave one out")
    if root:
        return _rooted(root, options.assume)
    if options.assume:
        raise UsageError("--assume is for a tree that --root names; other releases are read")
    if not options.demo:
        from unshim.host.local import LocalHost

        host = LocalHost()
        if not options.demo_if_no_node:
            return host, ""
        from unshim.facts.gather import gather

        node = gather(host)
        if _looks_like_a_node(node):
            return host, pointer(node)
    from unshim.record.recorded import open_root

    return open_root(DEMO), DEMO_BANNER


def _rooted(root: str, said: tuple[str, ...]) -> tuple[Host, str]:
    from unshim.cli.assumed import assumed
    from unshim.record.recorded import RecordError, open_root

    releases = assumed(said)
    try:
        host = open_root(root, releases)
    except RecordError as error:
        raise UsageError(f"--root {error}") from None
    names = ", ".join(f"{name} {release}" for name, release in releases.items())
    assuming = f" Assumed unless it says otherwise: {names}." if names else ""
    return host, f"Showing {host.origin}, not this machine.{assuming}"


def _looks_like_a_node(node: Node) -> bool:
    """Whether a machine is a Kubernetes node: a kubelet, or a containerd that answers."""
    from unshim.model.machine import Runtime
    from unshim.model.values import Missing

    if isinstance(node.runtime, Missing) or node.runtime.value is not Runtime.NONE:
        return True
    return not isinstance(node.containerd, Missing) and bool(node.containerd.running)


def pointer(node: Node) -> str:
    """Where a machine without a kubelet is looked at: what shows one that has; else ""."""
    from unshim.judge.sentence import is_nowhere

    if node.live and is_nowhere(node.kubelet):
        return "There is no kubelet here; `unshim --demo` shows a recorded node that has one."
    return ""


def choose(
    all_checks: tuple[Check, ...], only: tuple[str, ...], skip: tuple[str, ...]
) -> tuple[Check, ...]:
    """The checks to run. Raises: UsageError for an id that is none, or where none is left."""
    for name in (*only, *skip):
        find(all_checks, name)
    chosen = tuple(c for c in all_checks if (not only or c.id in only) and c.id not in skip)
    if not chosen:
        raise UsageError("--only and --skip leave no check to run")
    return chosen


def find(all_checks: tuple[Check, ...], name: str) -> Check:
    """The check of that id. Raises: UsageError naming the nearest one."""
    for check in all_checks:
        if check.id == name:
            return check
    import difflib

    near = difflib.get_close_matches(name, [c.id for c in all_checks], n=1)
    hint = f"; did you mean {near[0]}?" if near else "; see `unshim list`"
    raise UsageError(f"there is no check {name!r}{hint}")
