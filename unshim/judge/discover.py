"""The checks and fixes of two packages: every folder is walked, every module imported."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import TypeVar

from unshim.judge.declare import DeclarationError, declared_check, declared_fix
from unshim.model.checks import Check
from unshim.model.nouns import NamedTuple
from unshim.model.plan import Fix

T = TypeVar("T", Check, Fix)


class Catalogue(NamedTuple):
    """Checks by subject and id, and the fixes that cure them, by the id of the check."""

    checks: tuple[Check, ...]
    fixes: tuple[Fix, ...]


def catalogue(checks: str = "checks", fixes: str = "fixes") -> Catalogue:
    """Every check and fix of two packages.

    Raises:
        DeclarationError: a module cannot be imported, two checks or two fixes share an id, two
            fixes cure one check, or a fix cures a check that is not among those found.
    """
    all_checks = _unique("checks", _collect(checks, declared_check))
    all_fixes = _unique("fixes", _collect(fixes, declared_fix))
    ids = {check.id for check in all_checks}
    cured: dict[str, Fix] = {}
    for fix in all_fixes:
        if fix.check_id not in ids:
            raise DeclarationError(
                f"fix {fix.id} cures {fix.check_id}, which is not among the checks of {checks}/"
            )
        if fix.check_id in cured:
            raise DeclarationError(
                f"fixes {cured[fix.check_id].id} and {fix.id} both cure {fix.check_id}"
            )
        cured[fix.check_id] = fix
    return Catalogue(
        tuple(sorted(all_checks, key=lambda c: (c.subject, c.id))),
        tuple(cured[check_id] for check_id in sorted(cured)),
    )


def _unique(kind: str, declared: Iterable[tuple[str, T]]) -> list[T]:
    """The values, each id once."""
    modules: dict[str, str] = {}
    values: list[T] = []
    for module, value in declared:
        if value.id in modules:
            places = " and ".join(dict.fromkeys((modules[value.id], module)))
            raise DeclarationError(f"two {kind} share the id {value.id}, in {places}")
        modules[value.id] = module
        values.append(value)
    return values


def _collect(package: str, made: Callable[[object], T | None]) -> Iterator[tuple[str, T]]:
    """What each module itself declares, not what it imports from another."""
    for name in _modules(package):
        for item in vars(_import(name)).values():
            value = made(item)
            if value is not None and item.__module__ == name:
                yield name, value


def _modules(package: str) -> Iterator[str]:
    """Every module below a package, folders walked. Not by pkgutil: it brings inspect, which costs
    a report a twentieth of its start."""
    for folder in _import(package).__path__:
        yield from sorted(_below(folder, package))


def _below(folder: str, package: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith(("_", ".")):
                continue
            if name.endswith(".py"):
                yield f"{package}.{name[:-3]}"
            elif entry.is_dir():
                yield from _below(entry.path, f"{package}.{name}")


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except DeclarationError:
        raise
    except Exception as error:  # whatever a module does wrong is told in one line, with its name
        line = " ".join(str(error).split())
        raise DeclarationError(
            f"{name} cannot be imported: {type(error).__name__}{': ' if line else ''}{line}"
        ) from error
