"""Regular expressions that are compiled when they are first used: most reports need few of them."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Lazy:
    """What `re.compile` makes, made when the first of its methods is asked for."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(*self._source), name)
        setattr(self, name, method)  # found at once from now on
        return method


def lazy(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A pattern to be searched with, as `re.compile` gives it.

    Raises:
        re.error: at its first use, where it is none; a test compiles each.
    """
    return cast("re.Pattern[AnyStr]", _Lazy(pattern, flags))
