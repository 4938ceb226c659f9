"""What the daemons of this machine say at one moment: asked every second while a change settles."""

from __future__ import annotations

import http.client
from collections.abc import Iterable

from unshim.apply.turn import Probe
from unshim.host.host import Host
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing, Setting
from unshim.plan.probe import probe
from unshim.plan.units_again import UnitNow, Units
from unshim.text.escape import decode

_KEYS = "Id,ActiveState,MainPID,NRestarts"
_PATIENCE = 2.0
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


class Pulse(NamedTuple):
    """`containerd` is None where it does not answer, `unhealthy` is why the kubelet is not well by
    its own word, `changed` which file is not as the plan left it; "" for nothing."""

    units: Units
    containerd: Probe | None
    unhealthy: str = ""
    changed: str = ""


def units_now(host: Host, names: Iterable[str]) -> Units:
    """What systemd says of these units; nothing of one that it does not know, or does not answer
    for."""
    found: dict[str, UnitNow] = {}
    asked = sorted(names)
    if not asked:
        return found
    answer = host.run(["systemctl", "show", "--no-pager", "-p", _KEYS, "--", *asked], timeout=5.0)
    blocks = (
        [] if isinstance(answer, Missing) else decode(answer.stdout, newlines=True).split("\n\n")
    )
    for block in blocks:
        said = dict(line.partition("=")[::2] for line in block.splitlines())
        main, restarts = said.get("MainPID", ""), said.get("NRestarts", "")
        if said.get("Id"):
            state = said.get("ActiveState", "")
            found[said["Id"]] = UnitNow(state, _number(main), _number(restarts))
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def containerd_now(socket: str) -> Probe | None:
    """How the containerd at this socket is; None where there is none, or it does not answer."""
    return probe(socket) if socket else None


def health_address(node: Node) -> tuple[str, int] | None:
    """Where the kubelet tells whether it is healthy; None where it is set not to."""
    if isinstance(node.kubelet, Missing):
        return None
    running = node.kubelet.running
    settings = node.kubelet.effective if isinstance(running, Missing) else running
    address, port = settings.get("healthzBindAddress"), settings.get("healthzPort")
    if not isinstance(address, Setting) or not isinstance(port, Setting):
        return None
    number = _number(str(port.value))
    return (str(address.value), number) if 0 < number < 65536 else None


def unhealthy(address: tuple[str, int] | None) -> str:
    """Why the kubelet is not healthy by its own word, "" where it is, or is set not to say it."""
    if address is None:
        return ""
    host, port = address
    asking = http.client.HTTPConnection(_ANY.get(host, host), port, timeout=_PATIENCE)
    try:
        asking.request("GET", "/healthz")
        answer = asking.getresponse()
        body = answer.read(4096)
    except (OSError, http.client.HTTPException, ValueError):
        return "the kubelet does not answer at its healthz"
    finally:
        asking.close()
    if answer.status == http.client.OK:
        return ""
    lines = [line for line in decode(body, newlines=True).splitlines() if line.startswith("[-]")]
    return f"the kubelet says that it is not healthy: {lines[0] if lines else answer.status}"
