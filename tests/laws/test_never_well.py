"""Never well unless seen well: whatever was left out, hidden or broken, nothing says that all is
well of what was not seen to be. What may be said is judged here from the results alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from unshim.apply.open_run import OPEN
from unshim.cli import exits
from unshim.facts.gather import gather
from unshim.host.host import Host
from unshim.judge.diagnose import diagnose
from unshim.judge.verdict import verdict
from unshim.model.checks import Check, Outcome, Severity
from unshim.model.machine import Runtime
from unshim.model.plan import Disturbs
from unshim.model.session import Look, Run, Standing
from unshim.model.values import Missing, Why
from unshim.report.as_text import as_text
from unshim.report.formats import Contents
from unshim.tell.verdict import nothing_next

from .hiding import BreakingHost, Hides, HidingHost
from .nodes import CHECKS, FIXES, HEALTHY, NAMES, asked, host, look

RUN = Run("000007-x", 0.0, "root", ("a-check",), (), "", Disturbs.NOTHING)
WELL = re.compile(r"nothing here is wrong|all pass|it passes")
UNBROKEN = re.compile(
    r"nothing is broken|nothing (else )?here is broken|nothing else here is wrong"
)
RUNS = re.compile(r"\bruns its pods\b")
NO_TASK = re.compile(r"^Nothing to do next\.$")
FAULT = re.compile(r"unshim itself failed.*please report it")
Hidden = Callable[[Host, Hides], HidingHost]
SHARE = 24
"""One in so many of what a node is asked for is hidden and broken in the fast tests."""
SHARE_OF_ALL = 4
"""And in all of the tests; a drill hides and breaks each."""


def _quiet(seen: Look, severity: Severity) -> bool:
    """Whether every check could be evaluated, and none found what is this severe."""
    return all(
        r.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)
        or (r.severity is not None and r.severity.rank < severity.rank)
        for r in seen.results
    )


def _all_run(seen: Look) -> bool:
    return {r.check.id for r in seen.results} == {c.id for c in CHECKS}


def _broke(seen: Look) -> bool:
    return any(r.outcome is Outcome.ERROR for r in seen.results)


def _works(seen: Look) -> bool:
    """Whether the kubelet is seen to run where there is one."""
    runtime, kubelet = seen.node.runtime, seen.node.kubelet
    if isinstance(runtime, Missing) or isinstance(kubelet, Missing):
        return False
    return runtime.value in (Runtime.NONE, Runtime.OTHER) or bool(kubelet.process)


def _pods_run(seen: Look) -> bool:
    """Whether a container is seen to run, and one of a static pod's where there are any."""
    sources = [seen.node.pods]
    if not isinstance(seen.node.docker, Missing):
        sources.append(seen.node.docker.pods)
    running = {
        pod.name
        for pods in sources
        if not isinstance(pods, Missing)
        for container in pods.containers
        if container.state == "running"
        for pod in pods.pods
        if pod.id == container.pod_id and pod.ready
    }
    static = seen.node.static_pods
    wanted = [] if isinstance(static, Missing) else [p.name for p in static]
    return any(name.startswith(want) for name in running for want in wanted or [""])


def wrong(seen: Look) -> list[str]:
    """What says more than was seen."""
    said = verdict(seen, FIXES)
    words = said.sentence
    whole = _all_run(seen)
    well = whole and _quiet(seen, Severity.WARNING) and _works(seen)
    contents = Contents(seen, said, FIXES, {}, width=1000)
    text = "\n".join(line.text for line in as_text(contents))
    claims = {
        "the standing": said.standing is Standing.WELL and not well,
        "the sentence": bool(WELL.search(words)) and not (well or _of_some_and_quiet(seen)),
        "that nothing is broken": bool(UNBROKEN.search(words))
        and not (whole and _quiet(seen, Severity.ERROR)),
        "that pods run": bool(RUNS.search(words)) and not _pods_run(seen),
        "that there is nothing to do": bool(NO_TASK.search(nothing_next(said))) and not well,
        "no fault": _broke(seen) and not (FAULT.search(words) and "please report it" in text),
        "no count of what is unknown": said.counts.unknown
        != sum(r.outcome in (Outcome.UNKNOWN, Outcome.ERROR) for r in seen.results),
        "0 at info": exits.of_look(seen, "info") == 0
        and (bool(seen.open_run) or not _quiet(seen, Severity.INFO)),
        "0 at error": exits.of_look(seen, "error") == 0
        and (bool(seen.open_run) or _broke(seen) or not _quiet_at_error(seen)),
        "the open run": bool(seen.open_run) != text.lstrip("✗!i ").startswith("Run 000007"),
    }
    return [what for what, says_more in claims.items() if says_more]


def _of_some_and_quiet(seen: Look) -> bool:
    """Of some checks it may be said that they pass, in a sentence that says how many were run."""
    return bool(seen.left_out) and _quiet(seen, Severity.WARNING)


def _quiet_at_error(seen: Look) -> bool:
    severe = [r for r in seen.results if r.check.severity is Severity.ERROR]
    return _quiet(seen._replace(results=tuple(severe)), Severity.ERROR)


def _as(name: str, seen_through: Hidden, what: str) -> Look:
    """A recorded node of which one thing is hidden, or breaks."""
    node = gather(seen_through(host(name), what.__eq__))
    return Look(node, diagnose(node, CHECKS), 0.0)


def _raises(check: Check) -> Check:
    def run(_: object) -> Iterator[None]:
        raise ZeroDivisionError
        yield

    return check._replace(run=run)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_node_is_told_no_better_than_it_is(name: str) -> None:
    assert wrong(look(name)) == []
    if name in HEALTHY:
        assert verdict(look(name), FIXES).standing is Standing.WELL


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("name", HEALTHY)
def test_a_change_that_is_not_at_its_end_is_told_first_and_never_well(
    name: str, state: str
) -> None:
    seen = look(name)._replace(open_run=RUN._replace(state=state))
    assert wrong(seen) == []
    assert verdict(seen, FIXES).standing is Standing.UNSETTLED


@pytest.mark.parametrize("name", NAMES)
def test_one_check_left_out_is_never_well(name: str) -> None:
    whole = look(name)
    for gone in whole.results:
        rest = tuple(r for r in whole.results if r is not gone)
        for left, out in ((rest, (gone,)), ((gone,), rest)):
            part = Look(whole.node, left, 0.0, len(out))
            assert wrong(part) == [], gone.check.id
            said = verdict(part, FIXES)
            assert f"{len(left)} of {len(CHECKS)} checks" in said.sentence
            assert said.standing is not Standing.WELL


@pytest.mark.parametrize("name", NAMES)
def test_one_check_that_breaks_is_a_fault_of_unshim(name: str) -> None:
    whole = look(name)
    for number, result in enumerate(whole.results):
        if result.outcome is Outcome.NOT_APPLICABLE:
            continue
        (broken,) = diagnose(whole.node, [_raises(result.check)])
        assert broken.outcome in (Outcome.ERROR, Outcome.UNKNOWN)
        seen = whole._replace(
            results=(*whole.results[:number], broken, *whole.results[number + 1 :])
        )
        assert wrong(seen) == [], result.check.id


def _hidden_in(name: str, share: int) -> list[str]:
    """What of a node's sources is hidden: each share of the nodes hides another part of them."""
    start = NAMES.index(name) % share
    return list(asked(name)[start::share])


def _after(before: Outcome, broken: Look) -> set[Outcome]:
    """What may become of an outcome: what rests on a check that broke may be unknown."""
    return {before, Outcome.ERROR} | ({Outcome.UNKNOWN} if _broke(broken) else set())


def _each(name: str, share: int) -> None:
    said_more: dict[str, list[str]] = {}
    quiet: list[str] = []
    before = {r.check.id: r.outcome for r in look(name).results}
    for what in _hidden_in(name, share):
        for through in (HidingHost, BreakingHost):
            seen = _as(name, through, what)
            said_more |= {f"{through.__name__} {what}": more} if (more := wrong(seen)) else {}
            if through is BreakingHost:
                quiet += [
                    f"{what}: {r.check.id} became {r.outcome}: {r.reason}"
                    for r in seen.results
                    if r.outcome not in _after(before[r.check.id], seen)
                ]
    assert said_more == {}
    assert quiet == [], "an exception was taken for something that was seen"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_hidden_or_breaks_is_never_well(name: str) -> None:
    _each(name, SHARE)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_more_that_is_hidden_or_breaks_is_never_well(name: str) -> None:
    _each(name, SHARE_OF_ALL)


@pytest.mark.drill
@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_hidden_or_breaks_is_never_well(name: str) -> None:
    _each(name, 1)


def test_what_breaks_is_told_apart_from_what_cannot_be_seen() -> None:
    name = HEALTHY[0]
    hidden = gather(HidingHost(host(name), "/etc/crictl.yaml".__eq__))
    broken = gather(BreakingHost(host(name), "/etc/crictl.yaml".__eq__))
    assert not isinstance(hidden.crictl, Missing)
    assert isinstance(broken.crictl, Missing)
    assert broken.crictl.why is Why.BROKEN
