"""The part of the bench that needs a real node: every fact of it, and of its record."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Beside = Callable[[Sequence[str], int], tuple[float, float, float]]
Row = Callable[[str, str, str, "bool | None"], None]


def run(runs: int, beside: Beside, row: Row, unshim: str, record: str) -> None:
    """Every fact of a record; then boot a node with a kubelet and a pod, and ask in it."""
    ours, bare, memory = beside([unshim, "facts", "--json", "--root", record], runs)
    row(
        "unshim facts --json --root NODE",
        f"{ours:.0f} ms, bare Python {bare:.0f} ms",
        f"at most +150 ms: +{ours - bare:.0f}",
        ours - bare <= 150,
    )
    row("", f"peak {memory:.0f} MB", "at most 90 MB", memory <= 90)
    from tests.lab import kubelet, packages

    reason = packages.why_not()
    if reason:
        row("a real node", f"left out: {reason}", "", None)
        return
    runtimes: tuple[kubelet.Runtime, ...] = ("containerd", "dockershim")
    for runtime in runtimes:
        with kubelet.boot(runtime, [kubelet.Pod("web")]) as node:
            asked = node.command(["/opt/unshim/bin/unshim", "facts", "--json"])
            ours, _, _ = beside(asked, runs)
            python = node.command(["/opt/unshim/bin/python", "-I", "-c", "pass"])
            bare, _, _ = beside(python, runs)
        row(
            f"unshim facts --json, a node on {runtime}",
            f"{ours:.0f} ms, bare Python {bare:.0f} ms",
            "at most 400 ms",
            ours <= 400,
        )
