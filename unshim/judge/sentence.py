"""A look at a node in one sentence: how it opens, by what is seen of the node, and how it ends, by
its standing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from unshim.judge.chain import concerns
from unshim.judge.pods import pods_now, running_ids, static_pods_in
from unshim.judge.registered import node_name
from unshim.model.checks import Outcome, Rank, Result, Severity
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.session import Look, Standing
from unshim.model.values import Missing, Why

_STOPPED = "The kubelet does not run; it is set to run this node's pods "
_RUNS = "This node runs its pods "
_SET = "This node is set to run its pods "
_DOCKERSHIM = "through dockershim, which Kubernetes 1.24 removed"

# For each runtime, the first row all of whose words are there.
OPENINGS: Mapping[Runtime, tuple[tuple[tuple[str, ...], str], ...]] = {
    Runtime.DOCKERSHIM: (
        (("no_dockershim",), "This node is set to use dockershim"),
        (("stopped",), _STOPPED + _DOCKERSHIM),
        (("run",), "This node still runs its pods " + _DOCKERSHIM),
        ((), _SET + _DOCKERSHIM),
    ),
    Runtime.CRI_DOCKERD: (
        (("stopped",), _STOPPED + "through Docker, by cri-dockerd"),
        (("run",), _RUNS + "through Docker, by cri-dockerd"),
        ((), _SET + "through Docker, by cri-dockerd"),
    ),
    Runtime.CONTAINERD: (
        (("stopped",), _STOPPED + "on containerd"),
        (("run",), _RUNS + "on containerd"),
        ((), _SET + "on containerd"),
    ),
    Runtime.OTHER: (((), _SET + "on another runtime ({place})"),),
    Runtime.NONE: (
        (("bare",), "This machine is not a Kubernetes node: no kubelet and no containerd is here"),
        (("containerd",), "This machine runs containerd without a kubelet"),
        ((), "This machine has no kubelet"),
    ),
}
ENDINGS: Mapping[Standing, str] = {
    Standing.BROKEN: ", but {worst}{fault}.",
    Standing.FAULT: "{warned}{fault}{blind}{unsettled}.",
    Standing.UNSETTLED: "{warned}{blind}{unsettled}.",
    Standing.NOT_ALL_SEEN: "{seen}{blind}.",
    Standing.WARNED: ". Nothing is broken{warned}.",
    Standing.NOT_ALL_RUN: "; {outcomes}.",
    Standing.WELL: ", and nothing here is wrong.",
}
OF_SOME: Mapping[Standing, str] = {
    **ENDINGS,
    Standing.BROKEN: ": {worst}{fault}.",
    Standing.NOT_ALL_SEEN: "{warned}{blind}.",
    Standing.WARNED: "{warned}.",
}
"""The endings of a look for which checks were left out: it speaks for those that were run."""
UNSEEN: Mapping[Standing, str] = {
    Standing.BROKEN: "; {worst}{fault}.",
    Standing.FAULT: "{warned}{fault}{blind}{unsettled}.",
    Standing.UNSETTLED: "{warned}{blind}{unsettled}.",
    Standing.NOT_ALL_SEEN: "{warned}{blind}.",
}
"""The endings where it is not known what the kubelet uses."""
SAYS_ALL = (Why.AT_REST, Why.NO_NODE, Why.NOT_OFFERED)
"""Why it is not known, where the reason itself says what this is."""
NO_MORE = "{warned}{fault}{blind}{unsettled}."


def sentence(look: Look, failed: Iterable[Result], standing: Standing) -> str:
    """The sentence. `failed` are the results that found something, what weighs most first."""
    found = list(failed)
    facts = {**_of_node(look.node), **_of_results(look, found, standing)}
    causes = [r for r in _errors(found) if r.check.rank is not Rank.SYMPTOM]
    if look.left_out or not look.results:
        return _of_some(look) + OF_SOME[standing].format_map(facts)
    runtime = look.node.runtime
    if isinstance(runtime, Missing):
        opening = f"Which runtime this node's kubelet uses is not known: {runtime.reason}"
        if runtime.why in SAYS_ALL:
            opening = runtime.reason[:1].upper() + runtime.reason[1:]
        endings = ENDINGS if runtime.why is Why.AT_REST else UNSEEN
        return opening + endings[standing].format_map(facts)
    ending = ENDINGS[standing]
    if (runtime.value is Runtime.NONE and facts["bare"]) or (facts["stopped"] and not causes):
        ending = NO_MORE
    return _opening(runtime.value, facts) + ending.format_map(facts)


def _opening(runtime: Runtime, facts: Mapping[str, str]) -> str:
    """The first row whose words are all there, with them filled in."""
    row = next(row for needs, row in OPENINGS[runtime] if all(facts[need] for need in needs))
    return row.format_map(facts)


def _of_some(look: Look) -> str:
    run = len(look.results)
    every = f"{run + look.left_out} checks"
    return f"{run or 'None'} of {every} {'was' if run <= 1 else 'were'} run"


def _of_node(node: Node) -> dict[str, str]:
    """Words that are "" where they do not hold of the node."""
    runtime = node.runtime
    here = not isinstance(node.containerd, Missing) and is_here(node.containerd)
    return {
        "place": "" if isinstance(runtime, Missing) else str(runtime.source),
        "stopped": "stopped" if _kubelet_stopped(node) else "",
        "run": "run" if _pods_run(node) else "",
        "containerd": "containerd" if here else "",
        "bare": "bare" if is_nowhere(node.containerd) else "",
    }


def _kubelet_stopped(node: Node) -> bool:
    """Whether a kubelet that unshim knows the runtime of is here and does not run."""
    if isinstance(node.kubelet, Missing) or isinstance(node.runtime, Missing):
        return False
    elsewhere = node.runtime.value in (Runtime.NONE, Runtime.OTHER)
    return node.kubelet.process is None and not elsewhere


def _pods_run(node: Node) -> bool:
    """Whether pods are seen to run, and one of the static ones among them where there are any."""
    pods = pods_now(node)
    if isinstance(pods, Missing) or not running_ids(pods):
        return False
    if isinstance(node.static_pods, Missing):
        return True
    wanted = static_pods_in(node.static_pods, pods, node_name(node))
    return not wanted or any(row.runs for row in wanted)


def _of_results(look: Look, failed: list[Result], standing: Standing) -> dict[str, str]:
    errors = _errors(failed)
    dockershim = [r for r in errors if concerns(r, "dockershim")]
    warnings = sum(r.severity is Severity.WARNING for r in failed)
    warned = f"; {warnings} warning{'s' * (warnings > 1)}" if warnings else ""
    broke = sum(r.outcome is Outcome.ERROR for r in look.results)
    unknown = sum(r.outcome is Outcome.UNKNOWN for r in look.results)
    run = len(look.results)
    fault = f" in {broke} of {run} checks" if broke else ""
    return {
        "worst": _summary(errors),
        "no_dockershim": _summary(dockershim),
        "warned": warned,
        "seen": f". Nothing that could be seen is broken{warned}"
        if warned
        else ", and nothing that could be seen is wrong",
        "blind": f"; {unknown} of {run} checks could not be evaluated" if unknown else "",
        "fault": f"; unshim itself failed{fault}, please report it"
        if broke or standing is Standing.FAULT
        else "",
        "unsettled": "; a change by unshim is not at its end" if look.open_run else "",
        "outcomes": _outcomes(look.results),
    }


def _outcomes(results: Iterable[Result]) -> str:
    """`it passes`, `all pass`, `3 pass, 2 do not apply here` of results without more than notes."""
    found = [r.outcome for r in results]
    passed = len(found) - found.count(Outcome.NOT_APPLICABLE)
    if len(found) == 1:
        return "it passes" if passed else "it does not apply here"
    if passed in (0, len(found)):
        return "all pass" if passed else "none applies here"
    apart = len(found) - passed
    return f"{passed} pass{'es' * (passed == 1)}, {apart} do{'es' * (apart == 1)} not apply here"


def _errors(failed: Iterable[Result]) -> list[Result]:
    return [r for r in failed if r.severity is Severity.ERROR]


def _summary(results: list[Result]) -> str:
    return results[0].findings[0].summary if results else ""


def is_nowhere(part: object) -> bool:
    """Whether a program is seen not to be on the node; where nothing runs, by its files alone."""
    if isinstance(part, Missing):
        return False
    signs = [getattr(part, name) for name in ("binary", "process", "unit")]
    return all(
        sign is None or (isinstance(sign, Missing) and sign.why is Why.AT_REST) for sign in signs
    )


def is_here(part: object) -> bool:
    """Whether a program is on the node: by its binary, its process or its unit."""
    signs = (getattr(part, name) for name in ("binary", "process", "unit"))
    return any(not isinstance(sign, Missing) and sign is not None for sign in signs)
