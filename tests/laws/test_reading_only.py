"""Looking and planning ask questions and do nothing: every command and call is one that reads."""

from __future__ import annotations

import re

import pytest

from unshim.host.once import RecordingHost
from unshim.plan.rehearse import make_plan

from .nodes import CHECKS, FIXES, NAMES, host

READING = re.compile(
    r"/(containerd\.services\.\w+\.v1\.\w+|runtime\.v1(alpha2)?\.(Runtime|Image)Service)"
    r"/(List\w*|Get|Info|Version|Plugins|Server|Status|RuntimeConfig|Read|ReadContent|Stat|ImageStatus|"
    r"Usage|Metrics|\w*Stats)\*?"
)


READERS = (("systemctl", "show"), ("df", "-Pk"), ("df", "-Pi"))


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_runs_only_what_reads(name: str) -> None:
    recording = RecordingHost(host(name))
    make_plan(recording, CHECKS, FIXES, [])
    for (argv,) in recording.answers("run"):
        assert argv[1:] == ("--version",) or argv[:2] in READERS, argv
    for _, method, _, _ in recording.answers("call"):
        assert READING.fullmatch(method), method
    for _, path in recording.answers("http"):
        assert path.startswith(("/containers/", "/images/json", "/info")), path


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_asks_nothing_that_a_look_did_not_record(name: str) -> None:
    """A node that was recorded can be planned for: no answer is `not recorded`."""
    recording = RecordingHost(host(name))
    made = make_plan(recording, CHECKS, FIXES, [])
    assert not [r for r in made.refusals if "not recorded" in r.reason]
    assert "not recorded" not in {f.after.value for f in made.forecast}
