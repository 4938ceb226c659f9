"""Whether a plan still holds: the one rule, for a plan on the screen and for a saved one.

What is gone or cannot be read any more is not the same as before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from unshim.apply.codec import encode
from unshim.model.nouns import NamedTuple
from unshim.model.plan import Plan
from unshim.plan.basis import ABSENT, UNREADABLE


class Basis(NamedTuple):
    """What a plan rests on. `hashes` and `facts` are the Plan's, `steps` their fingerprint."""

    node: str
    hashes: Mapping[str, str]
    facts: Mapping[str, str]
    steps: str


def basis_of(plan: Plan) -> Basis:
    return Basis(plan.node, plan.hashes, plan.facts, fingerprint(plan))


def fingerprint(plan: Plan) -> str:
    """sha256 of the steps, bytes and all, as 64 hex digits."""
    steps = json.dumps([encode(s) for s in plan.steps], sort_keys=True)
    return hashlib.sha256(steps.encode()).hexdigest()


def stale(old: Basis, new: Basis) -> str:
    """What changed between two makings of a plan, "" for nothing."""
    if old.node != new.node:
        return f"it was made for {old.node}, this is {new.node}"
    for path in sorted({*old.hashes, *new.hashes}):
        reason = _file(path, old.hashes.get(path), new.hashes.get(path))
        if reason:
            return reason
    for name in sorted({*old.facts, *new.facts}):
        was, now = (facts.get(name, "not known") for facts in (old.facts, new.facts))
        if was != now:
            return f"{name} was {was}, is {now}"
    return "" if old.steps == new.steps else "it would do other things now"


def _file(path: str, was: str | None, now: str | None) -> str:
    if was == now:
        return ""
    if was is None:
        return f"it rests on {path} too now"
    if now is None:
        return f"it does not rest on {path} any more"
    if now == UNREADABLE:
        return f"{path} cannot be read any more"
    if was == UNREADABLE:
        return f"{path} could not be read then"
    return f"{path} is gone" if now == ABSENT else f"{path} is another file now"
