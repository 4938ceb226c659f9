"""What kubelet releases make of image credential providers. Data.

Source: kubernetes pkg/credentialprovider/plugin and pkg/features of 1.20 to 1.36; of 1.23, 1.27 and
1.36 seen on the kubelets themselves.
"""

from __future__ import annotations

from unshim.model.values import Version

GATE = "KubeletCredentialProviders"
KIND = "CredentialProviderConfig"
_CONFIG, _PROVIDER = "kubelet.config.k8s.io", "credentialprovider.kubelet.k8s.io"
_SINCE = {"v1alpha1": (1, 20), "v1beta1": (1, 24), "v1": (1, 26)}
PROVIDER_VERSIONS = tuple(f"{_PROVIDER}/{version}" for version in _SINCE)


def has_providers(version: Version) -> bool:
    """Whether it knows them at all."""
    return version.line >= _SINCE["v1alpha1"]


def asks_providers(version: Version, gate: bool | None) -> bool:
    """Whether it asks them: on by default from 1.24 on, and always from 1.26 on. Without its gate
    it ignores both flags."""
    if version.line >= (1, 26):
        return True
    return version.line >= (1, 24) if gate is None else gate


def config_versions(version: Version) -> tuple[str, ...]:
    """The versions of the configuration that it reads."""
    return tuple(f"{_CONFIG}/{name}" for name, since in _SINCE.items() if version.line >= since)


def refuses_folder(version: Version) -> bool:
    """Whether the configuration must be a file. 1.36 takes a folder of them too, 1.27 does not."""
    return version.line <= (1, 27)


def looks_at_programs(version: Version) -> bool:
    """Whether it refuses a program that cannot be executed: 1.36 does, 1.27 does not; of those
    between it is not known."""
    return version.line >= (1, 36)
