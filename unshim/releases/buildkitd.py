"""The settings of buildkitd.toml and what each must be.

Source: buildkit cmd/buildkitd/config/config.go and util/resolver/config/config.go of v0.32.2. Keys
are taken in any case, and keys that are not here are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FLAG, TEXT, NUMBER, TEXTS = "true or false", "text", "a whole number", "a list of texts"
NAMES = "a table of texts"
SPAN, SPACE = "a span of time", "a size"
ANY = "anything"
EACH = "*"
"""In a table: every key that is not named."""

Kind = str | Mapping[str, Any] | tuple[Mapping[str, Any]]
"""One of the words above, a table's keys, or (a table's keys,) for a list of tables."""

_POLICY = {
    "all": FLAG,
    "filters": TEXTS,
    "keepDuration": SPAN,
    "keepBytes": SPACE,
    "reservedSpace": SPACE,
    "maxUsedSpace": SPACE,
    "minFreeSpace": SPACE,
}
_WORKER: Mapping[str, Kind] = {
    "enabled": FLAG,
    "labels": NAMES,
    "platforms": TEXTS,
    "snapshotter": TEXT,
    "rootless": FLAG,
    "gc": FLAG,
    "gckeepstorage": SPACE,
    "reservedSpace": SPACE,
    "maxUsedSpace": SPACE,
    "minFreeSpace": SPACE,
    "gcpolicy": (_POLICY,),
    "networkMode": TEXT,
    "cniConfigPath": TEXT,
    "cniBinaryPath": TEXT,
    "cniPoolSize": NUMBER,
    "bridgeName": TEXT,
    "bridgeSubnet": TEXT,
    "apparmor-profile": TEXT,
    "selinux": FLAG,
    "max-parallelism": NUMBER,
    "defaultCgroupParent": TEXT,
}
_OCI: Mapping[str, Kind] = {
    **_WORKER,
    "noProcessSandbox": FLAG,
    "userRemapUnsupported": TEXT,
    "binary": TEXT,
    "proxySnapshotterPath": TEXT,
    "stargzSnapshotter": {EACH: ANY},
}
_CONTAINERD: Mapping[str, Kind] = {
    **_WORKER,
    "address": TEXT,
    "namespace": TEXT,
    "runtime": {"name": TEXT, "path": TEXT, "options": {EACH: ANY}},
}
_REGISTRY: Mapping[str, Kind] = {
    "mirrors": TEXTS,
    "http": FLAG,
    "insecure": FLAG,
    "ca": TEXTS,
    "tlsconfigdir": TEXTS,
    "keypair": ({"key": TEXT, "cert": TEXT},),
}
KEYS: Mapping[str, Kind] = {
    "debug": FLAG,
    "trace": FLAG,
    "root": TEXT,
    "insecure-entitlements": TEXTS,
    "proxyNetwork": FLAG,
    "provenanceEnvDir": TEXT,
    "log": {"format": TEXT, "level": TEXT},
    "grpc": {
        "address": TEXTS,
        "debugAddress": TEXT,
        "uid": NUMBER,
        "gid": NUMBER,
        "securityDescriptor": TEXT,
        "tls": {"cert": TEXT, "key": TEXT, "ca": TEXT},
    },
    "otel": {"socketPath": TEXT},
    "cdi": {"disabled": FLAG, "specDirs": TEXTS, "autoAllowed": TEXTS},
    "worker": {"oci": _OCI, "containerd": _CONTAINERD},
    "registry": {EACH: _REGISTRY},
    "dns": {"nameservers": TEXTS, "options": TEXTS, "searchDomains": TEXTS},
    "history": {"maxAge": SPAN, "maxEntries": NUMBER},
    "frontend": {
        "dockerfile.v0": {"enabled": FLAG},
        "gateway.v0": {"enabled": FLAG, "allowedRepositories": TEXTS},
    },
    "system": {"platformsCacheMaxAge": SPAN, "maxRegistryConcurrency": NUMBER},
    "cache": {"gha": {EACH: ANY}},
}
LOG_FORMATS = ("", "json", "text")
LOG_LEVELS = ("", "panic", "fatal", "error", "warn", "warning", "info", "debug", "trace")
