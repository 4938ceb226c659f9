"""A look at a node in one sentence, from two tables: how it opens, and how it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from unshim.judge.chain import concerns
from unshim.model.checks import Outcome, Result, Severity
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.session import Look
from unshim.model.values import Missing

_SET_TO_RUN = "The kubelet does not run; it is set to run this node's pods"

# For each runtime, the first row all of whose words are there. An opening that ends in a full stop
# is the whole sentence.
OPENINGS: Mapping[Runtime, tuple[tuple[tuple[str, ...], str], ...]] = {
    Runtime.DOCKERSHIM: (
        (("no_dockershim",), "This node is set to use dockershim, but {worst}."),
        ((), "This node still runs its pods through dockershim, which Kubernetes 1.24 removed."),
    ),
    Runtime.CRI_DOCKERD: (
        (("stopped",), _SET_TO_RUN + " through Docker, by cri-dockerd"),
        ((), "This node runs its pods through Docker, by cri-dockerd"),
    ),
    Runtime.CONTAINERD: (
        (("stopped",), _SET_TO_RUN + " on containerd"),
        ((), "This node runs its pods on containerd"),
    ),
    Runtime.OTHER: (((), "This node runs its pods on another runtime ({place})"),),
    Runtime.NONE: (
        (("bare",), "This machine is not a Kubernetes node: no kubelet and no containerd is here."),
        ((), "This machine runs containerd without a kubelet"),
    ),
}
ENDINGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("worst",), ", but {worst}."),
    (("things", "blind"), ". Nothing that could be seen is broken; {things}; {blind}."),
    (("things",), ". Nothing is broken; {things}."),
    (("blind",), ", and nothing that could be seen is wrong; {blind}."),
    (("stopped",), "; nothing else here is wrong."),
    ((), ", and nothing here is wrong."),
)


def sentence(look: Look, failed: Iterable[Result]) -> str:
    """The sentence. `failed` are the results that found something, what weighs most first."""
    runtime = look.node.runtime
    if isinstance(runtime, Missing):
        return f"Which runtime this node's kubelet uses is not known: {runtime.reason}."
    facts = {**_of_node(look.node), **_of_results(look, list(failed))}
    opening = _first(OPENINGS[runtime.value], facts)
    return opening if opening.endswith(".") else opening + _first(ENDINGS, facts)


def _first(rows: Iterable[tuple[tuple[str, ...], str]], facts: Mapping[str, str]) -> str:
    """The first row whose words are all there, with them filled in."""
    row = next(row for needs, row in rows if all(facts[need] for need in needs))
    return row.format_map(facts)


def _of_node(node: Node) -> dict[str, str]:
    """Words that are "" where they do not hold of the node."""
    kubelet, runtime = node.kubelet, node.runtime
    stopped = not isinstance(kubelet, Missing) and kubelet.process is None
    bare = isinstance(node.containerd, Missing) or not is_here(node.containerd)
    return {
        "place": "" if isinstance(runtime, Missing) else str(runtime.source),
        "stopped": "stopped" if stopped and not _without_kubelet(node) else "",
        "bare": "bare" if bare else "",
    }


def _without_kubelet(node: Node) -> bool:
    return not isinstance(node.runtime, Missing) and node.runtime.value in (
        Runtime.NONE,
        Runtime.OTHER,
    )


def _of_results(look: Look, failed: list[Result]) -> dict[str, str]:
    errors = [r for r in failed if r.severity is Severity.ERROR]
    dockershim = [r for r in errors if concerns(r, "dockershim")]
    warnings = sum(r.severity is Severity.WARNING for r in failed)
    blind = sum(r.outcome in (Outcome.UNKNOWN, Outcome.ERROR) for r in look.results)
    return {
        "worst": _summary(errors),
        "no_dockershim": _summary(dockershim),
        "things": f"{warnings} warning{'s' * (warnings > 1)}" if warnings else "",
        "blind": f"{blind} of {len(look.results)} checks could not be evaluated" if blind else "",
    }


def _summary(results: list[Result]) -> str:
    return results[0].findings[0].summary if results else ""


def is_here(part: object) -> bool:
    """Whether a program is on the node: by its binary, its process or its unit."""
    signs = (getattr(part, name) for name in ("binary", "process", "unit"))
    return any(not isinstance(sign, Missing) and sign is not None for sign in signs)
