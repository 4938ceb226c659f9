"""What each release of containerd makes of hosts.toml (remotes/docker/config/hosts.go)."""

from __future__ import annotations

from unshim.model.values import Version

_CAPABILITIES = ("pull", "resolve", "push", "referrers")
_KEYS = ("capabilities", "ca", "client", "skip_verify", "header")


def override_path_from(release: Version) -> bool:
    """Whether a release knows `override_path`."""
    return release >= Version(1, 6, 0)


def dial_timeout_from(release: Version) -> bool:
    """Whether a release knows `dial_timeout`."""
    return release >= Version(2, 0, 7)


def capabilities_of(release: Version) -> tuple[str, ...]:
    """All that a host can be asked for; `referrers` came with 2.2."""
    return _CAPABILITIES if release >= Version(2, 2, 0) else _CAPABILITIES[:3]


def needs_hosts(release: Version) -> bool:
    """Whether a file without any [host] table is refused (1.5 to 1.7.31)."""
    return release < Version(1, 7, 32)


def tries_https_first(release: Version) -> bool:
    """Whether http:// with TLS settings is tried with TLS first."""
    return release >= Version(1, 7, 16) or (1, 6, 32) <= release[:3] < (1, 7, 0)


def keys_of(release: Version) -> tuple[str, ...]:
    """The keys of a host that a release knows."""
    optional = (
        ("override_path", override_path_from(release)),
        ("dial_timeout", dial_timeout_from(release)),
    )
    return (*_KEYS, *(key for key, is_known in optional if is_known))
