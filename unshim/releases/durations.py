"""Durations as Go writes and reads them (time.ParseDuration): `1m30s`, `1.5h`, `0`."""

from __future__ import annotations

import re

_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_PART = r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)"


def is_duration(text: str) -> bool:
    """Whether Go takes a text as a duration."""
    try:
        go_duration(text)
    except ValueError:
        return False
    return True


def go_duration(text: str) -> str:
    """A duration as Go writes it: `90s` is `1m30s`, `0` is `0s`.

    Raises:
        ValueError: it is none for Go (time.ParseDuration): a number without a unit, for one.
    """
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    negative = "-" if text[:1] == "-" else ""
    if unsigned in ("0", "0s"):
        return "0s"
    total, at = 0, 0
    while at < len(unsigned) or not unsigned:
        part = re.match(_PART, unsigned[at:])
        if part is None or not (part[1] or part[2]):
            raise ValueError("no duration")
        unit, fraction = _UNITS[part[3]], part[2] or ""
        total += int(part[1] or "0") * unit + int(fraction or "0") * unit // 10 ** len(fraction)
        at += part.end()
    return negative + _format(total) if total else "0s"


def _format(total: int) -> str:
    """Nanoseconds in the words of Go's time.Duration."""
    for unit, name in ((1, "ns"), (1_000, "µs"), (1_000_000, "ms")):
        if total < unit * 1_000:
            return _decimal(total, unit) + name
    minutes, rest = divmod(total, _UNITS["m"])
    hours, minutes = divmod(minutes, 60)
    seconds = _decimal(rest, _UNITS["s"]) + "s"
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds


def _decimal(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    if not rest:
        return str(whole)
    digits = len(str(unit)) - 1
    return f"{whole}.{rest:0{digits}d}".rstrip("0")
