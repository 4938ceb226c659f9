"""A look in a sentence, a picture of the call chain, and the next things to do. Pure judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from unshim.judge.chain import chain, running_release
from unshim.judge.diagnose import weight
from unshim.judge.disturbs import Cures
from unshim.judge.next import Suggestions
from unshim.judge.sentence import is_here, sentence
from unshim.judge.standing import standing_of
from unshim.model.checks import Outcome, Result, Severity
from unshim.model.node import Node
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.kubelet import Kubelet
from unshim.model.plan import Fix
from unshim.model.session import Look, SubjectCount, Verdict
from unshim.model.values import Missing, Setting, Version

NOT_ROOT = "not root"
"""What the reason of whatever only root may see begins with."""


def verdict(look: Look, fixes: Sequence[Fix]) -> Verdict:
    """The opening screen as values, from one look."""
    failed = sorted((r for r in look.results if r.findings), key=weight)
    severities = [r.severity for r in failed if r.severity is not None]
    failed_ids = {r.check.id for r in failed}
    standing = standing_of(look)
    cures = Cures((fix for fix in fixes if fix.check_id in failed_ids), look.node)
    return Verdict(
        sentence=sentence(look, failed, standing),
        standing=standing,
        versions=versions(look.node),
        chain=chain(look.node, failed),
        suggestions=Suggestions(failed, cures),
        counts=_count("", look.results),
        subjects=tuple(
            _count(subject, [r for r in look.results if r.check.subject == subject])
            for subject in sorted({r.check.subject for r in look.results})
        ),
        could_not_look=_could_not_look(look),
        worst=max(severities, key=lambda s: s.rank) if severities else None,
        cures=cures,
        left_out=look.left_out,
        open_run=look.open_run,
    )


def _release(version: Setting[Version] | Missing) -> str:
    return "?" if isinstance(version, Missing) else str(version.value)


def versions(node: Node) -> tuple[str, ...]:
    """`Debian 12`, `kubelet 1.23.17`, `containerd 1.6.20`: what is here, what is known of it."""
    parts = [_short(node.machine.os)] if node.machine.os else []
    if not isinstance(node.kubelet, Missing) and is_here(node.kubelet):
        parts.append(f"kubelet {_releases(node.kubelet)}")
    if not isinstance(node.docker, Missing) and is_here(node.docker):
        parts.append(f"Docker {_release(node.docker.version)}")
    if not isinstance(node.containerd, Missing) and is_here(node.containerd):
        parts.append(f"containerd {_releases(node.containerd)}")
    return tuple(parts)


def _releases(part: Kubelet | Containerd) -> str:
    """What runs, and what is on disk where that is another release."""
    runs, on_disk = running_release(part), part.version
    if isinstance(on_disk, Missing) or (isinstance(runs, Setting) and runs.value == on_disk.value):
        return _release(runs)
    return f"{_release(runs)} ({_release(on_disk)} on disk)"


def _short(os: str) -> str:
    """`Debian GNU/Linux 12 (bookworm)` as people say it: `Debian 12`."""
    return os.replace(" GNU/Linux", "").partition(" (")[0]


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
        outcomes[Outcome.ERROR],
    )


def _could_not_look(look: Look) -> str:
    return common_reason(r.reason for r in look.results if r.outcome is Outcome.UNKNOWN)


def common_reason(reasons: Iterable[str]) -> str:
    """Why checks are unknown in a few words, "" where for different reasons; `not root` only where
    every one of them says so."""
    different = set(reasons)
    if different and all(NOT_ROOT in reason for reason in different):
        return NOT_ROOT
    return different.pop() if len(different) == 1 else ""
