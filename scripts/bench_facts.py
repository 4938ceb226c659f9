"""The part of the bench that needs a real node: every fact of it."""

from __future__ import annotations

from scripts.bench_times import beside, row


def run(runs: int) -> None:
    """Boot a node with a kubelet and a pod, and ask in it."""
    from tests.lab import kubelet, packages

    reason = packages.why_not()
    if reason:
        row("a real node", f"left out: {reason}")
        return
    runtimes: tuple[kubelet.Runtime, ...] = ("containerd", "dockershim")
    for runtime in runtimes:
        with kubelet.boot(runtime, [kubelet.Pod("web")]) as node:
            asked = node.command(["/opt/unshim/bin/unshim", "facts", "--json"])
            python = node.command(["/opt/unshim/bin/python", "-I", "-c", "pass"])
            times = beside(asked, runs, bare=python)
        value = f"{times.ratio:.1f} x bare ({times.ours:.0f} ms, bare {times.bare:.0f} ms)"
        row(f"unshim facts --json, a node on {runtime}", value, "at most 400 ms", times.ours <= 400)
