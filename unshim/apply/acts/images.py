"""Share an image between namespaces of containerd, by the recorded child, and take that back."""

from __future__ import annotations

from unshim.apply.acts.units import run
from unshim.apply.turn import Former, Turn
from unshim.model.steps import ShareImage


def share(step: ShareImage, _: Former, turn: Turn) -> None:
    """Raises: StepFailed."""
    run([*turn.commands["images"], "share", *_arguments(step), *step.blobs])


def unshare(step: ShareImage, _: Former, turn: Turn) -> None:
    """Raises: StepFailed."""
    run([*turn.commands["images"], "unshare", *_arguments(step)])


def _arguments(step: ShareImage) -> tuple[str, ...]:
    return (step.socket, step.source, step.target, step.name, step.digest)
