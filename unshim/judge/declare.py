"""@check and @fix: a new check is one decorated function, and so is a new fix."""

from __future__ import annotations

from collections.abc import Callable

from unshim.model.checks import (
    HOPS,
    At,
    Check,
    CheckFunction,
    FromSource,
    Phase,
    Rank,
    Scope,
    Seen,
    Severity,
    id_of,
)
from unshim.model.plan import Disturbs, Fix, FixFunction

_CHECK = "__unshim_check__"
_FIX = "__unshim_fix__"


class DeclarationError(Exception):
    """A check or fix that cannot be used as it is declared. Its text is one line: where, what."""


def declared_check(function: object) -> Check | None:
    """What @check made of a function, None for anything else."""
    value = getattr(function, _CHECK, None)
    return value if isinstance(value, Check) else None


def declared_fix(function: object) -> Fix | None:
    """What @fix made of a function, None for anything else."""
    value = getattr(function, _FIX, None)
    return value if isinstance(value, Fix) else None


def subject_of(module: str) -> str:
    """`cri-client` of `checks.cri_client.crictl`: the first folder of its package."""
    _, _, below = module.partition(".")
    return (below.partition(".")[0] or module).replace("_", "-")


def _place(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{function.__name__}"


def _texts(function: Callable[..., object]) -> tuple[str, str]:
    """The first docstring line, and the rest."""
    title, _, rest = (function.__doc__ or "").strip().partition("\n")
    rest = "\n".join(line.removeprefix("    ") for line in rest.split("\n"))
    if not title:
        raise DeclarationError(f"{_place(function)} has no docstring")
    return title.rstrip("."), rest.strip()


def _proof(proofs: tuple[Seen | FromSource, ...]) -> str:
    """`Proof: seen with containerd 1.6; read in the source of kubelet 1.24, not tested.`"""
    parts = (
        f"seen with {p.on}" if isinstance(p, Seen) else f"read in the source of {p.of}, not tested"
        for p in proofs
    )
    return f"Proof: {'; '.join(parts)}."


def check(
    severity: Severity,
    *,
    well: str,
    remedy: str,
    proof: Seen | FromSource | tuple[Seen | FromSource, ...],
    rank: Rank = Rank.REST,
    hop: At | None = None,
    follows: tuple[CheckFunction, ...] = (),
    kubelet: bool = False,
    phases: tuple[Phase, ...] = (),
    needs_containerd: bool = False,
    containerd: tuple[tuple[int, int] | None, tuple[int, int] | None] | None = None,
) -> Callable[[CheckFunction], CheckFunction]:
    """Make a function a check. Its name is its id, its first docstring line its title.

    `well` is what stands above it where it passes; it must hold of every node on which it does.
    `severity` is the highest a finding of it can have; `rank` says what must be fixed first, `hop`
    which hop of the call chain an error of it breaks, `follows` whose findings may be the root of
    its own. The rest is its scope (see Scope): outside it the outcome is not-applicable, with the
    reason.

    Raises:
        DeclarationError: there is no docstring or no proof, the hop is not one of the call chain,
            or it follows something that is not a check.
    """
    proofs = (proof,) if isinstance(proof, (Seen, FromSource)) else proof

    def decorate(function: CheckFunction) -> CheckFunction:
        title, explanation = _texts(function)
        if not proofs:
            raise DeclarationError(f"{_place(function)} says no proof")
        if hop is not None and hop.hop not in HOPS:
            hops = ", ".join(HOPS)
            raise DeclarationError(f"{_place(function)} names the hop {hop.hop}, not one of {hops}")
        for other in follows:
            if declared_check(other) is None:
                places = f"{_place(function)} follows {_place(other)}"
                raise DeclarationError(f"{places}, which is not a check")
        value = Check(
            id=id_of(function),
            subject=subject_of(function.__module__),
            title=title,
            well=well,
            explanation=f"{explanation}\n\n{_proof(proofs)}".lstrip(),
            severity=severity,
            remedy=remedy,
            scope=Scope(kubelet, phases, containerd, needs_containerd),
            run=function,
            proof=proofs,
            rank=rank,
            hop=hop,
            follows=follows,
        )
        setattr(function, _CHECK, value)
        return function

    return decorate


def fix(cures: CheckFunction, *, disturbs: Disturbs) -> Callable[[FixFunction], FixFunction]:
    """Make a function the fix of a check. `disturbs` is the most that it disturbs."""

    def decorate(function: FixFunction) -> FixFunction:
        title, explanation = _texts(function)
        cured = declared_check(cures)
        if cured is None:
            raise DeclarationError(
                f"{_place(function)} cures {_place(cures)}, which is not a check"
            )
        value = Fix(
            id=id_of(function),
            check_id=cured.id,
            title=title,
            explanation=explanation,
            disturbs=disturbs,
            run=function,
        )
        setattr(function, _FIX, value)
        return function

    return decorate
