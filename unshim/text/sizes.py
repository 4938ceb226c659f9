"""Sizes of log files as Docker and as Kubernetes write them. Pure text and numbers."""

from __future__ import annotations

from unshim.text.patterns import lazy

_DOCKER = lazy(r"([0-9]{1,99}(?:\.[0-9]{1,99})?) ?([kmgtp]?)i?b?")
_QUANTITY = lazy(r"([+-]?)([0-9]{0,99})(?:\.([0-9]{0,99}))?([kMGTPE]|[KMGTPE]i)?")
_POWERS = "kmgtpe"


def docker_bytes(text: str, base: int = 1000) -> int | None:
    """Bytes of Docker's `10m`, `1.5g`, `100mb`; None where it is not a size; -1 for unlimited.

    Docker takes 10m as ten million bytes; with `base` 1024 it is what the kubelet calls 10Mi.
    Source: moby daemon/logger/jsonfilelog, docker/go-units 0.4.0 FromHumanSize: powers of 1000,
    any case, an optional i and b that change nothing.
    """
    if text == "-1":
        return -1
    match = _DOCKER.fullmatch(text.lower())
    return int(float(match[1]) * base ** _power(match[2])) if match else None


def kubelet_bytes(text: str) -> int | None:
    """Bytes of a Kubernetes quantity (`10Mi`, `5M`, `100`, `-1`); None where it is none.

    Source: k8s.io/apimachinery resource.ParseQuantity, without exponents and parts of one.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None
    sign, fraction, suffix = -1 if match[1] == "-" else 1, match[3] or "", match[4] or ""
    unit = (1024 if suffix.endswith("i") else 1000) ** _power(suffix[:1].lower())
    size: int = int(match[2] + fraction) * unit // 10 ** len(fraction)
    return sign * size


def _power(unit: str) -> int:
    return _POWERS.index(unit) + 1 if unit else 0


def shown_bytes(count: int) -> str:
    """Bytes as a Kubernetes quantity, in the largest binary unit that stays whole."""
    for unit in ("Gi", "Mi", "Ki"):
        whole, rest = divmod(count, 1024 ** _power(unit[:1].lower()))
        if whole > 0 and not rest:
            return f"{whole}{unit}"
    return str(count)
