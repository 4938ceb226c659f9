"""The node in its cluster: cordoned, drained, taking pods again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unshim.apply import acts, by_sh
from unshim.apply.kind import Kind, Order, Picture
from unshim.apply.rows import shared
from unshim.apply.turn import Former
from unshim.model.disturbs import Disturbs
from unshim.model.steps import CordonNode, DrainNode


def _decode_cordon(fields: Mapping[str, Any]) -> CordonNode:
    step = CordonNode(**fields)
    return shared.right(step, acts.cluster.is_node(step.name, step.kubeconfig))


def _decode_drain(fields: Mapping[str, Any]) -> DrainNode:
    step = DrainNode(**fields)
    fits = acts.cluster.is_node(step.name, step.kubeconfig)
    return shared.right(step, fits and 0 < step.seconds <= acts.cluster.LONGEST)


def _cordon_order(step: CordonNode) -> Order:
    return (shared.CORDON if step.cordoned else shared.UNCORDON, 0)


def _uncordon_order(step: CordonNode | DrainNode) -> Order:
    """The node takes pods again only when everything else is as it was."""
    return (shared.UNCORDON, 0)


def _back_command(step: CordonNode | DrainNode, former: Former) -> str:
    return " ".join(acts.cluster.verb(step, former.get("cordoned", False)))


def _shows_nothing(step: CordonNode, picture: Picture) -> None:
    """The node itself does not know it."""


CORDON = Kind(
    CordonNode,
    "cordon-node",
    encode=shared.fields,
    decode=_decode_cordon,
    joined=shared.same,
    order=_cordon_order,
    undo_order=_uncordon_order,
    children=(),
    note=lambda s: acts.cluster.note_cordon(s),
    do=lambda s, former, turn: acts.cluster.cordon(s, former, turn),
    undo=lambda s, former, turn: acts.cluster.undo(s, former, turn),
    touches=lambda s: s.name,
    lost=shared.loses_nothing,
    command=lambda s: " ".join(acts.cluster.verb(s, s.cordoned)),
    undo_command=_back_command,
    disturbs=shared.disturbs_nothing,
    pictured=_shows_nothing,
    by_sh=by_sh.cordon,
)
DRAIN = Kind(
    DrainNode,
    "drain-node",
    encode=shared.fields,
    decode=_decode_drain,
    joined=shared.same,
    order=lambda _: (shared.DRAIN, 0),
    undo_order=_uncordon_order,
    children=(),
    note=lambda s: acts.cluster.note_drain(s),
    do=lambda s, former, turn: acts.cluster.drain(s, former, turn),
    undo=lambda s, former, turn: acts.cluster.undo(s, former, turn),
    touches=lambda s: s.name,
    lost=shared.loses_nothing,
    command=lambda s: " ".join(acts.cluster.drain_command(s)),
    undo_command=_back_command,
    disturbs=lambda _: Disturbs.DRAIN,
    pictured=lambda _, picture: picture.node_is_drained(),
    longest=lambda s: s.seconds + acts.cluster.BESIDE,
    by_sh=by_sh.cordon,
)
