"""A look in a sentence, a picture of the call chain, and the next things to do. Pure judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from unshim.judge.chain import chain
from unshim.judge.disturbs import Cures
from unshim.model.checks import Outcome, Result, Severity
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.plan import Fix
from unshim.model.session import Look, SubjectCount, Suggestion, Verdict
from unshim.model.values import Missing, Setting, Version

# What must be cured first for the rest to mean anything, in this order.
_FIRST = (
    "containerd-config-parse-error",
    "containerd-not-running",
    "cri-plugin-failed",
    "cri-plugin-disabled",
    "kubelet-removed-flags",
    "kubelet-container-runtime-flag",
    "runtime-target-too-new-for-docker",
    "kubelet-dockershim-reference",
)


def verdict(look: Look, fixes: Sequence[Fix]) -> Verdict:
    """The opening screen as values, from one look."""
    failed = sorted((r for r in look.results if r.findings), key=weight)
    severities = [r.severity for r in failed if r.severity is not None]
    found = {r.check.id for r in failed}
    cures = Cures((fix for fix in fixes if fix.check_id in found), look.node)
    return Verdict(
        sentence=_sentence(look, failed),
        versions=versions(look.node),
        chain=chain(look.node, look.results),
        suggestions=_suggestions(failed, {f.check_id: f for f in fixes}),
        counts=_count("", look.results),
        subjects=tuple(
            _count(subject, [r for r in look.results if r.check.subject == subject])
            for subject in sorted({r.check.subject for r in look.results})
        ),
        could_not_look=_could_not_look(look),
        worst=max(severities, key=lambda s: s.rank) if severities else None,
        cures=cures,
    )


def weight(result: Result) -> tuple[int, int, int, str]:
    """What sorts first: severe, a root cause, early in the chain."""
    severity = result.severity or Severity.INFO
    caused = all(f.caused_by for f in result.findings)
    place = _FIRST.index(result.check.id) if result.check.id in _FIRST else len(_FIRST)
    return (-severity.rank, int(caused), place, result.check.id)


def _release(version: Setting[Version] | Missing) -> str:
    return "?" if isinstance(version, Missing) else str(version.value)


def versions(node: Node) -> tuple[str, ...]:
    """`Debian 12`, `kubelet 1.23.17`, `containerd 1.6.20`: what is here, what is known of it."""
    words = [_short(node.machine.os)] if node.machine.os else []
    if not isinstance(node.kubelet, Missing) and _here(node.kubelet):
        words.append(f"kubelet {_release(node.kubelet.version)}")
    if not isinstance(node.docker, Missing) and _here(node.docker):
        words.append(f"Docker {_release(node.docker.version)}")
    if not isinstance(node.containerd, Missing) and _here(node.containerd):
        words.append(f"containerd {_release(node.containerd.version)}")
    return tuple(words)


def _short(os: str) -> str:
    """`Debian GNU/Linux 12 (bookworm)` as people say it: `Debian 12`."""
    return os.replace(" GNU/Linux", "").partition(" (")[0]


def _here(part: object) -> bool:
    """Whether a program is on the node: by its binary, its process or its unit."""
    return any(
        not isinstance(found, Missing) and found is not None
        for found in (getattr(part, name) for name in ("binary", "process", "unit"))
    )


def _sentence(look: Look, failed: list[Result]) -> str:
    node = look.node
    if isinstance(node.runtime, Missing):
        return f"What the kubelet of this node uses could not be seen: {node.runtime.reason}."
    errors = [r for r in failed if r.severity is Severity.ERROR]
    worst = errors[0].findings[0].summary if errors else ""
    match node.runtime.value:
        case Runtime.DOCKERSHIM:
            if any(r.check.id == "runtime-target-too-new-for-docker" for r in errors):
                return f"This node is set to use dockershim, but {worst}."
            return (
                "This node still runs its pods through dockershim, which Kubernetes 1.24 removed."
            )
        case Runtime.CRI_DOCKERD:
            start = _running(node, "through Docker, by cri-dockerd")
        case Runtime.CONTAINERD:
            start = _running(node, "on containerd")
        case Runtime.OTHER:
            start = f"This node runs its pods on another runtime ({node.runtime.source})"
        case Runtime.NONE:
            if isinstance(node.containerd, Missing) or not _here(node.containerd):
                return "This machine is no Kubernetes node: no kubelet and no containerd is here."
            start = "This machine runs containerd without a kubelet"
    if worst:
        return f"{start}, but {worst}."
    warnings = sum(1 for r in failed if r.severity is Severity.WARNING)
    blind = sum(1 for r in look.results if r.outcome in (Outcome.UNKNOWN, Outcome.ERROR))
    unseen = f"; {blind} of {len(look.results)} checks could not look" if blind else ""
    if warnings:
        things = f"{warnings} thing{'s' * (warnings > 1)} to look at"
        return f"{start}; nothing {'seen ' if blind else ''}is broken, {things}{unseen}."
    if blind:
        return f"{start}, and nothing that could be seen is wrong{unseen}."
    if start.startswith(_STOPPED):
        return f"{start}; nothing else here is wrong."
    return f"{start}, and nothing here is wrong."


_STOPPED = "The kubelet does not run"


def _running(node: Node, where: str) -> str:
    """How this node runs its pods, or would if its kubelet ran."""
    if not isinstance(node.kubelet, Missing) and node.kubelet.process is None:
        return f"{_STOPPED}; it is set to run this node's pods {where}"
    return f"This node runs its pods {where}"


def _suggestions(failed: list[Result], fixes: Mapping[str, Fix]) -> tuple[Suggestion, ...]:
    """The three things to do next: what hurts most and is no consequence of something else."""
    suggestions: list[Suggestion] = []
    for result in failed:
        if len(suggestions) == 3:
            break
        if result.severity is Severity.INFO or all(f.caused_by for f in result.findings):
            continue
        fix = fixes.get(result.check.id)
        suggestions.append(
            Suggestion(fix.title if fix else result.check.title, result.check.id, fix is not None)
        )
    return tuple(suggestions)


def _count(subject: str, results: Iterable[Result]) -> SubjectCount:
    severities: Counter[Severity] = Counter()
    outcomes: Counter[Outcome] = Counter()
    for result in results:
        outcomes[result.outcome] += 1
        if result.severity is not None:
            severities[result.severity] += 1
    return SubjectCount(
        subject,
        severities[Severity.ERROR],
        severities[Severity.WARNING],
        severities[Severity.INFO],
        outcomes[Outcome.PASS],
        outcomes[Outcome.UNKNOWN] + outcomes[Outcome.ERROR],
        outcomes[Outcome.NOT_APPLICABLE],
    )


def _could_not_look(look: Look) -> str:
    reasons = Counter(r.reason for r in look.results if r.outcome is Outcome.UNKNOWN)
    if not reasons:
        return ""
    if look.node.live and not look.node.machine.root:
        return "not root"
    return reasons.most_common(1)[0][0] if len(reasons) == 1 else "each with its reason"
