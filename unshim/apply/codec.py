"""Steps to JSON and back. Bytes are base64; an unknown kind or field is refused, never dropped."""

from __future__ import annotations

import typing
from types import GenericAlias
from typing import Any

from unshim.apply.kind import Kinds
from unshim.apply.kinds import KINDS, kind_of
from unshim.model.steps import Step


class CodecError(Exception):
    """What was read is not a step of this release."""


def encode(step: Step, kinds: Kinds = KINDS) -> dict[str, Any]:
    """A step as JSON takes it."""
    kind = kind_of(step, kinds)
    return {"kind": kind.name, **kind.encode(step)}


def decode(item: dict[str, Any], kinds: Kinds = KINDS) -> Step:
    """Raises: CodecError."""
    name = item.get("kind")
    kind = next((k for k in kinds.values() if k.name == name), None)
    if kind is None:
        raise CodecError(f"unknown kind of step: {name}")
    try:
        step: Step = kind.decode({key: value for key, value in item.items() if key != "kind"})
    except (TypeError, KeyError, ValueError) as error:
        raise CodecError(f"a step of kind {name} is not as it should be") from error
    for field, hint in typing.get_type_hints(kind.step).items():
        type_: Any = hint.__origin__ if isinstance(hint, GenericAlias) else hint
        if not isinstance(getattr(step, field), type_):
            raise CodecError(f"a step of kind {name} is not as it should be: {field}")
    return step
