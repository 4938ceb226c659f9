"""Sizes of log files as Docker and as Kubernetes write them. Pure text and numbers."""

from __future__ import annotations

_DOCKER = {"": 1, "b": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_KUBERNETES = {
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "Ki": 1024,
    "Mi": 1024**2,
    "Gi": 1024**3,
    "Ti": 1024**4,
}


def docker_bytes(text: str) -> int | None:
    """Bytes of Docker's `10m`, `1.5g`, `100mb`; None where it is not a size; -1 for unlimited.

    Source: docker/go-units RAMInBytes: powers of 1024, any case, an optional b or ib.
    """
    text = text.strip().lower()
    if text == "-1":
        return -1
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz").strip()
    unit = text[len(number) :].strip()
    unit = unit.removesuffix("ib") if unit.endswith("ib") else unit.removesuffix("b")
    if unit not in _DOCKER or not _decimal(number):
        return None
    return int(float(number) * _DOCKER[unit])


def kubelet_bytes(text: str) -> int | None:
    """Bytes of a Kubernetes quantity (`10Mi`, `5M`, `100`, `-1`); None where it is none.

    Source: k8s.io/apimachinery resource.ParseQuantity, without exponents.
    """
    text = text.strip()
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-")
    number = text.rstrip("kKMGTi")
    if text[len(number) :] not in _KUBERNETES or not _decimal(number):
        return None
    return sign * int(float(number) * _KUBERNETES[text[len(number) :]])


def _decimal(number: str) -> bool:
    return number.replace(".", "", 1).isdigit() and number.isascii() and len(number) < 100


def shown_bytes(count: int) -> str:
    """Bytes as a Kubernetes quantity, in the largest binary unit that stays whole."""
    for unit in ("Gi", "Mi", "Ki"):
        if count % _KUBERNETES[unit] == 0 and count >= _KUBERNETES[unit]:
            return f"{count // _KUBERNETES[unit]}{unit}"
    return str(count)
