"""@check and @fix, and the discovery of built-ins. A new check is one decorated function."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable

from unshim.model.checks import Check, CheckFunction, Phase, Scope, Severity
from unshim.model.plan import Disturbs, Fix, FixFunction

_CHECK = "__unshim_check__"
_FIX = "__unshim_fix__"


def _texts(function: Callable[..., object]) -> tuple[str, str]:
    """The first docstring line, and the rest."""
    title, _, rest = (function.__doc__ or "").strip().partition("\n")
    rest = "\n".join(line.removeprefix("    ") for line in rest.split("\n"))
    if not title:
        raise ValueError(f"{function.__name__} has no docstring")
    return title.rstrip("."), rest.strip()


def check(
    severity: Severity,
    *,
    remedy: str,
    kubelet: bool = False,
    phases: tuple[Phase, ...] = (),
    needs_containerd: bool = False,
    containerd: tuple[tuple[int, int] | None, tuple[int, int] | None] | None = None,
) -> Callable[[CheckFunction], CheckFunction]:
    """Make a function a check. Its name is its id, its first docstring line its title.

    `severity` is the highest a finding of it can have. The rest is its scope (see Scope): outside
    it the outcome is not-applicable, with the reason.
    """

    def decorate(function: CheckFunction) -> CheckFunction:
        title, explanation = _texts(function)
        value = Check(
            id=function.__name__.replace("_", "-"),
            subject=function.__module__.rpartition(".")[2].replace("_", "-"),
            title=title,
            explanation=explanation,
            severity=severity,
            remedy=remedy,
            scope=Scope(kubelet, phases, containerd, needs_containerd),
            run=function,
        )
        setattr(function, _CHECK, value)
        return function

    return decorate


def fix(cures: CheckFunction, *, disturbs: Disturbs) -> Callable[[FixFunction], FixFunction]:
    """Make a function the fix of a check. `disturbs` is the most that it disturbs."""

    def decorate(function: FixFunction) -> FixFunction:
        title, explanation = _texts(function)
        cured: Check = getattr(cures, _CHECK)
        value = Fix(
            id=function.__name__.replace("_", "-"),
            check_id=cured.id,
            title=title,
            explanation=explanation,
            disturbs=disturbs,
            run=function,
        )
        setattr(function, _FIX, value)
        return function

    return decorate


def _modules(package: str) -> list[object]:
    top = importlib.import_module(package)
    # Not pkgutil: it brings inspect, which costs a report a twentieth of its start.
    files = (name for folder in top.__path__ for name in os.listdir(folder))
    names = sorted({f[:-3] for f in files if f.endswith(".py") and f != "__init__.py"})
    return [importlib.import_module(f"{package}.{name}") for name in names]


def checks(package: str = "checks") -> tuple[Check, ...]:
    """Every check of a package's modules, by subject and id.

    Raises:
        ValueError: two checks share an id.
    """
    found = [
        getattr(item, _CHECK)
        for module in _modules(package)
        for item in vars(module).values()
        if hasattr(item, _CHECK) and item.__module__ == getattr(module, "__name__", "")
    ]
    ids = [c.id for c in found]
    twice = {i for i in ids if ids.count(i) > 1}
    if twice:
        raise ValueError(f"checks share an id: {', '.join(sorted(twice))}")
    return tuple(sorted(found, key=lambda c: (c.subject, c.id)))


def fixes(package: str = "fixes") -> tuple[Fix, ...]:
    """Every fix of a package's modules, by the id of the check it cures, then its own."""
    found = [
        getattr(item, _FIX)
        for module in _modules(package)
        for item in vars(module).values()
        if hasattr(item, _FIX) and item.__module__ == getattr(module, "__name__", "")
    ]
    return tuple(sorted(found, key=lambda f: (f.check_id, f.id)))
