"""Names that the kubelet's release does not have, or soon may not have, and that do not stop it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unshim.api import (
    Evidence,
    Finding,
    Missing,
    Node,
    ParseError,
    Seen,
    Severity,
    as_written,
    cannot_tell,
    check,
    known,
)
from unshim.releases import kubelet_names
from unshim.releases.kubelet_names import ANY
from unshim.releases.kubelet_row import LAST, OLDEST


@check(
    Severity.WARNING,
    kubelet=True,
    well="The kubelet knows every field of its configuration",
    remedy="Correct the field's name where it is misspelt. Else delete it, or set it once the "
    "kubelet has a release that knows it.",
    proof=Seen("kubelet 1.20, 1.23, 1.27 and 1.36"),
)
def kubelet_unknown_fields(node: Node) -> Iterator[Finding]:
    """The kubelet's configuration sets fields that this release does not have.

    It starts all the same, and goes on with the default in their place: of the file of --config it
    says so once in its log, of drop-ins it says nothing. Such a field is misspelt (small and
    capital letters count), of a later release, or gone: containerRuntimeEndpoint came with 1.27,
    logging.sanitization went with 1.24.

    Source: kubernetes pkg/kubelet/apis/config/scheme and pkg/kubelet/kubeletconfig/util/codec.
    """
    kubelet = known(node.kubelet)
    if isinstance(kubelet.config, ParseError):
        raise cannot_tell(f"{kubelet.config.path} cannot be parsed")
    if isinstance(kubelet.config, Missing):
        known(kubelet.config_faults)  # says why it is not there yet, where it is still to come
    config, release = known(kubelet.config), known(kubelet.version).value
    minor = release.minor
    if not OLDEST <= minor <= LAST:
        raise cannot_tell(f"which fields kubelet {release} has is not known")
    values = {key: setting.value for key, setting in config.items()}
    unknown = kubelet_names.unknown_fields(values, minor)
    evidence = tuple(
        Evidence(path, *_known_of(path, minor), config[key].source) for key, path in unknown
    )
    if evidence:
        names = evidence[0].what if len(evidence) == 1 else f"{len(evidence)} fields"
        yield Finding(
            f"the kubelet ignores {names} of its configuration",
            evidence,
            hurts="What is set there does not hold: the kubelet takes its default.",
        )


def _known_of(path: str, minor: int) -> tuple[str, str]:
    """Why this release does not have a field, and the one that was meant where that is clear."""
    parts = re.sub(r"\[\d+\]", f".{ANY}", path).split(".")
    wanted = ".".join(parts)
    rows = []
    for name, row in kubelet_names.fields().items():
        above = ".".join(name.split(".")[: len(parts)])
        if above == wanted:
            rows.append(row)
        elif above.lower() == wanted.lower() and row.holds(minor):
            return "no such field", above
    gone = [turn for row in rows if (turn := row.gone_since(minor))]
    comes = [turn for row in rows if (turn := row.comes_after(minor))]
    if gone:
        return f"gone since 1.{max(gone)}", ""
    return (f"came with 1.{min(comes)}" if comes else "no such field"), ""


@check(
    Severity.INFO,
    kubelet=True,
    well="The kubelet is given no deprecated flags that a release to come may take away",
    remedy="Do without the flag before a release takes it away; `kubelet --help` says what to use "
    "in its place.",
    proof=Seen("kubelet 1.20, 1.23, 1.27 and 1.36"),
)
def kubelet_deprecated_flags(node: Node) -> Iterator[Finding]:
    """The kubelet is given flags that are deprecated, and of which no release is known to take them
    away.

    The kubelet says so at each start. Not meant are the many flags of which it only says that they
    should stand in its configuration file, nor those of which the release is known that takes them
    away: that one is told when it is the next.

    Source: kubernetes cmd/kubelet/app/options, 1.15 to 1.36.
    """
    release = known(known(node.kubelet).version).value
    for flag in known(known(node.kubelet).flags):
        row = kubelet_names.flag(flag.name)
        if row and row.is_deprecated(release.minor) and row.is_deprecated(LAST):
            evidence = Evidence(f"--{flag.name}", as_written(flag.value or ""), "", flag.source)
            yield Finding(
                f"--{flag.name} is deprecated",
                (evidence,),
                hurts="A kubelet of a release that took it away does not start with it.",
            )
