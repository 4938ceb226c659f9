"""Numbers as a person says them. Each fits a narrow column."""

from __future__ import annotations

_SIZES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def size(count: float | None) -> str:
    """Bytes with three digits at most: `38 MiB`, `1.2 GiB`; `–` where not known."""
    if count is None:
        return "–"
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_SIZES) - 1:
        value, unit = value / 1024, unit + 1
    digits = 1 if unit and value < 9.95 else 0
    return f"{value:.{digits}f} {_SIZES[unit]}"


def of(part: float, total: float) -> str:
    """A part of a total, the unit once where it is the same: `3.1 of 16 GiB`."""
    small, large = size(part), size(total)
    number, _, unit = small.rpartition(" ")
    return f"{number if large.endswith(' ' + unit) else small} of {large}"


def rate(per_second: float | None) -> str:
    """Bytes a second, `0` where nothing moves."""
    if per_second is None:
        return "–"
    return "0" if per_second < 0.5 else f"{size(per_second)}/s"


def percent(value: float | None) -> str:
    """One decimal below ten, none above."""
    if value is None:
        return "–"
    return f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


def count(value: int | None) -> str:
    return "–" if value is None else str(value)


def age(seconds: float | None) -> str:
    """The largest unit that fits, rounded down: `45s`, `12m`, `3h`, `9d`."""
    if seconds is None:
        return "–"
    whole = max(0, int(seconds))
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if whole >= length:
            return f"{whole // length}{unit}"
    return f"{whole}s"


def many(number: int, one: str, more: str = "") -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def took(seconds: float) -> str:
    """How long something took: `0.4 s`, `12 s`."""
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
