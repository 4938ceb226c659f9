"""What a socket's address means, as containerd, the kubelet and crictl write it."""

from __future__ import annotations

PATH_LIMIT = 107
"""Bytes a unix socket's path may have on Linux (sun_path without its final NUL)."""


def socket_path(address: str) -> str:
    """The absolute path in `unix:///run/x.sock`, `unix:/run/x.sock` or `/run/x.sock`; else ""."""
    for prefix in ("unix://", "unix:"):
        if address.startswith(prefix):
            address = address[len(prefix) :]
            break
    return address if address.startswith("/") else ""
