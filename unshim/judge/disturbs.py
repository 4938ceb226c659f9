"""What a fix disturbs on this node, judged once for every front end. Pure judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from unshim.judge.guards import applied_check
from unshim.model.node import Node
from unshim.model.plan import Cure, Disturbs, Fix, Made, PodsStay, Refused, steps_in
from unshim.model.steps import Step, WriteFile
from unshim.model.values import Unknown
from unshim.releases.distributions import where_to_change

WORDS = {
    Disturbs.NOTHING: "disturbs nothing",
    Disturbs.KUBELET: "restarts the kubelet, pods keep running",
    Disturbs.CONTAINERD: "restarts containerd, pods keep running",
    Disturbs.DOCKER: "restarts Docker",
    Disturbs.DRAIN: "needs a drain, pods are recreated",
    Disturbs.REBOOT: "needs a reboot",
}

SENTENCES = {
    **{disturbs: f"This {words}." for disturbs, words in WORDS.items()},
    Disturbs.DRAIN: "Drain the node first: its pods are recreated.",
}
"""What is said above the steps of a plan."""


def disturbed_by(fixes: Iterable[Fix], steps: Sequence[Step]) -> Disturbs:
    """What these steps really disturb: a fix names the most it may, and may restart nothing. The
    fixes are those that do not say that pods stay."""
    most = max((f.disturbs for f in fixes), key=lambda d: d.rank, default=Disturbs.NOTHING)
    if most.rank >= Disturbs.DRAIN.rank:
        return most
    from unshim.apply.kinds import disturbs_of  # only where a fix has steps to judge

    return disturbs_of(steps)


def cure_by(fix: Fix, node: Node) -> Cure:
    """What this fix would do to this node as it is, or why it would be refused now."""
    manager = node.machine.manager
    if manager:
        reason = f"{manager} writes this node's files itself and would revert the change"
        return _refused(fix, f"{reason}; change {where_to_change(manager)}")
    made: list[Made] = []
    try:
        made.extend(fix.run(node))
    except Refused as refused:
        fix = fix.titled(made)
        another = tuple(one for one in refused.by_hand[:1] if applied_check(one))
        return _refused(fix, refused.reason, refused.first or another)
    except Unknown as unknown:
        return _refused(fix, f"not enough is known to do it safely: {unknown.missing.reason}")
    except Exception as broken:  # beside the point: it must not take the report with it
        return _refused(fix, f"{type(broken).__name__} in the fix itself, please report it")
    steps = steps_in(made)
    files = len({s.path for s in steps if isinstance(s, WriteFile)})
    disturbs = disturbed_by([] if PodsStay() in made else [fix], steps)
    return Cure(fix.titled(made), disturbs, files)


def _refused(fix: Fix, reason: str, first: tuple[str, ...] = ()) -> Cure:
    return Cure(fix, fix.disturbs, 0, reason, first)


class Cures(Mapping[str, Cure]):
    """The cures of the checks that failed on a node and have a fix, by check id. Each is judged
    when it is first asked for: it takes running the fix, and some reports name none."""

    def __init__(self, fixes: Iterable[Fix], node: Node) -> None:
        self._fixes = {fix.check_id: fix for fix in fixes}
        self._node = node
        self._judged: dict[str, Cure] = {}

    def __getitem__(self, check_id: str) -> Cure:
        if check_id not in self._judged:
            self._judged[check_id] = cure_by(self._fixes[check_id], self._node)
        return self._judged[check_id]

    def __contains__(self, check_id: object) -> bool:
        return check_id in self._fixes

    def __iter__(self) -> Iterator[str]:
        return iter(self._fixes)

    def __len__(self) -> int:
        return len(self._fixes)


def at_most(fix: Fix) -> str:
    """The most that a fix disturbs on any node; what it disturbs on this one its cure says."""
    words = WORDS[fix.disturbs]
    return words if fix.disturbs is Disturbs.NOTHING else f"at most: {words}"


def describe_cure(cure: Cure) -> str:
    """`disturbs nothing, 1 file`; of one that would be refused, that and why. What hurts comes
    first, as a narrow screen shows no more."""
    if cure.refused:
        return f"not yet: {cure.refused}"
    counted = f", {cure.files} file{'s' * (cure.files > 1)}" if cure.files else ""
    return WORDS[cure.disturbs] + counted
