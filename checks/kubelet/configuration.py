"""The kubelet's configuration and what it names: does the kubelet start with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from unshim.api import (
    At,
    Evidence,
    Finding,
    FromSource,
    Node,
    Rank,
    Seen,
    Setting,
    Severity,
    check,
    known,
    shows,
)
from unshim.model.parts.kubelet import Fault
from unshim.releases.kubelet import DRIVER_GATE, locks_driver_gate

_STOPS = "No pod of this node is started, stopped or looked after."


@check(
    Severity.ERROR,
    kubelet=True,
    well="No fault is seen in the kubelet's configuration that would keep it from starting",
    remedy="Correct what is shown, then restart the kubelet.",
    proof=(Seen("kubelet 1.23, 1.27 and 1.36"), FromSource("kubelet 1.28 and 1.29")),
    rank=Rank.SETTINGS_FIT,
    hop=At("kubelet", "its configuration", explains=True),
)
def kubelet_config_refused(node: Node) -> Iterator[Finding]:
    """The kubelet does not start with its configuration.

    The file of --config is not there, is empty, is no YAML, lacks its apiVersion or kind, or a
    setting is of another kind than its field (`maxPods: many`). Drop-ins of --config-dir must have
    both lines too, and no key twice; their folder must be there. 1.28 and 1.29 take --config-dir
    with the variable KUBELET_CONFIG_DROPIN_DIR_ALPHA alone. From 1.34 on the gate
    KubeletCgroupDriverFromCRI cannot be turned off. A key that the release does not know is no
    fault: the kubelet goes on without it, in drop-ins too.

    Source: kubernetes cmd/kubelet/app/server.go and pkg/kubelet/kubeletconfig.
    """
    kubelet = known(node.kubelet)
    faults = known(kubelet.config_faults)
    if faults:
        yield _finding(f"the kubelet does not start with {faults[0].source.where}", faults)
    gate = known(kubelet.effective.get(f"featureGates.{DRIVER_GATE}"))
    if not isinstance(gate, Setting) or gate.value is not False:
        return
    version = known(kubelet.version)
    if locks_driver_gate(version.value):
        yield Finding(
            f"kubelet {version.value} lets nobody turn {DRIVER_GATE} off",
            (shows(DRIVER_GATE, gate, "true, or not set"), shows("kubelet version", version)),
            hurts=_STOPS,
        )


@check(
    Severity.ERROR,
    kubelet=True,
    well="Nothing is seen that keeps the kubelet from its image credential providers",
    remedy="Install the program that is shown in the folder of --image-credential-provider-bin-dir "
    "and correct the file of --image-credential-provider-config; or take both flags away where no "
    "registry needs them.",
    proof=Seen("kubelet 1.23, 1.27 and 1.36"),
    rank=Rank.SETTINGS_FIT,
    hop=At("kubelet", "its providers", explains=True),
)
def kubelet_credential_provider_missing(node: Node) -> Iterator[Finding]:
    """The kubelet does not start with its image credential providers.

    They are programs that the kubelet asks for a registry's password. One flag without the other, a
    folder, file or program that is not there, or a line that the release does not take: the kubelet
    ends with `Failed to register CRI auth plugins`. An image of a cloud that is run elsewhere has
    such flags, and an upgrade may take the program away. Up to 1.23 both flags are ignored without
    the gate KubeletCredentialProviders.

    Source: kubernetes pkg/credentialprovider/plugin.
    """
    faults = known(known(node.kubelet).credential_faults)
    if faults:
        place = faults[0].source.where
        yield _finding(f"the kubelet does not start with the providers of {place}", faults)


def _finding(summary: str, faults: Iterable[Fault]) -> Finding:
    evidence = (Evidence(f.what, f.value, f.expected, f.source) for f in faults)
    return Finding(summary, tuple(evidence), hurts=_STOPS)
