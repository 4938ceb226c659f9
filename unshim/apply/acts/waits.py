"""What a plan may wait for: a closed list of conditions, asked again until they hold."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from types import MappingProxyType

from unshim.apply.acts import units
from unshim.apply.failures import StepFailed
from unshim.apply.turn import Former, Turn
from unshim.model.nouns import NamedTuple
from unshim.model.steps import WaitFor

LONGEST = 600
"""Seconds that a plan may wait for one condition."""
PAUSE = 0.2
_ANSWER = 2.0
"""Seconds that one look may take."""

_PATH = r"(/[A-Za-z0-9_.@:-]*[A-Za-z0-9_@:-])+"
_UNIT = r"[A-Za-z0-9][A-Za-z0-9:_.@-]*\.[a-z]+"
_URL = r"http://(127\.0\.0\.1|\[::1\]|localhost):[0-9]{1,5}/[A-Za-z0-9/_.-]*"


class Condition(NamedTuple):
    """`takes` is what its subject must wholly be, `words` say it of `{}`. `ends`: it is waited for
    after what stops, before anything is changed; else after what starts."""

    takes: str
    words: str
    ends: bool
    holds: Callable[[str], bool]


def _answers(path: str) -> bool:
    with closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(_ANSWER)
        try:
            client.connect(path)
        except OSError:
            return False
        return True


def _is_ok(url: str) -> bool:
    from http.client import HTTPConnection, HTTPException  # dear, and only this asks by it

    place, _, path = url.removeprefix("http://").partition("/")
    with closing(HTTPConnection(place, timeout=_ANSWER)) as connection:
        try:
            connection.request("GET", f"/{path}")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "socket-answers": Condition(_PATH, "{} answers", False, _answers),
        "socket-silent": Condition(_PATH, "nobody answers at {}", True, lambda p: not _answers(p)),
        "unit-active": Condition(
            _UNIT, "{} is active", False, lambda unit: units.state(unit) == "active"
        ),
        "unit-inactive": Condition(
            _UNIT, "{} is inactive", True, lambda unit: units.state(unit) in ("inactive", "failed")
        ),
        "path-there": Condition(_PATH, "{} is there", False, os.path.lexists),
        "path-gone": Condition(_PATH, "{} is gone", True, lambda p: not os.path.lexists(p)),
        "http-ok": Condition(_URL, "{} answers 200", False, _is_ok),
    }
)


def is_listed(step: WaitFor) -> bool:
    """Whether the list has this condition, for such a subject and so long."""
    condition = CONDITIONS.get(step.condition)
    fits = condition is not None and re.fullmatch(condition.takes, step.subject) is not None
    return fits and 0 < step.seconds <= LONGEST


def words_of(step: WaitFor) -> str:
    """What is waited for."""
    return CONDITIONS[step.condition].words.format(step.subject)


def ends(step: WaitFor) -> bool:
    """Whether it is waited for after what stops."""
    return CONDITIONS[step.condition].ends


def note(_: WaitFor) -> Former:
    """A wait changes nothing."""
    return {}


def wait(step: WaitFor, former: Former, turn: Turn) -> None:
    """Raises: StepFailed where it does not hold in time."""
    holds = CONDITIONS[step.condition].holds
    deadline = time.monotonic() + step.seconds
    while not holds(step.subject):
        if time.monotonic() >= deadline:
            raise StepFailed(f"waited {step.seconds} s in vain until {words_of(step)}")
        time.sleep(PAUSE)


def undo(step: WaitFor, former: Former, turn: Turn) -> None:
    """There is nothing to bring back."""
