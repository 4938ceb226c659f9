"""JSON from a record or a daemon, which may have been made to fill the memory."""

from __future__ import annotations

import json
from typing import Any, NoReturn

VALUES_LIMIT = 1_000_000
"""Values that a document may hold: a Python object is some hundred bytes, and `[],` three."""

_MARKS = b",:[{"


class TooManyValuesError(ValueError):
    """A document of more than VALUES_LIMIT values."""


def loads(data: bytes) -> Any:
    """The document, which holds no number that JSON does not have.

    Raises:
        TooManyValuesError: it could hold more than VALUES_LIMIT values; counted before it is read.
        ValueError: it is not JSON.
        RecursionError: it is nested too deep.
    """
    if sum(map(data.count, (_MARKS[at : at + 1] for at in range(len(_MARKS))))) > VALUES_LIMIT:
        raise TooManyValuesError(f"holds more than {VALUES_LIMIT} values")
    return json.loads(data, parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
