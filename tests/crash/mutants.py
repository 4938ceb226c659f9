"""The worker with one of its safeguards taken out, each in turn: the drills must notice.

What is taken out is found in the sources: each flush, each call that gives a file its owner, mode
or xattrs, each lock, each comparison of what stands with what was expected, each checksum.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests import TOP
from tests.crash import cases, damage, drills, foreign, orders
from tests.crash.cases import Case
from tests.crash.drills import Tally
from tests.crash.player import Stage

FLUSHES = ("fsync", "flush_folder")
OWNERS = ("fchown", "setxattr", "fchmod", "chmod")
LOCKS = ("flock",)
CHECKS = ("is_still", "is_as", "holds")
SUMS = ("crc32",)
EQUAL = (
    *(("make_folders", "chmod"), ("stand", "chmod"), ("replace", "is_as"), ("take", "is_as")),
    ("_plan", "crc32"),
)
"""Those without which no run ends differently: the worker's umask makes folders so already, systemd
reads a unit of any mode, what comes out of a place is compared again."""
UNREACHED = ("_replace_weakly", "wait")
"""Functions for kernels without renameat2, which no run here comes to; and what only waits."""


_EQUAL = [([function], name) for function, name in EQUAL]


class Mutant(NamedTuple):
    """What was taken out, where, and the module without it."""

    kind: str
    where: str
    module: Path
    source: str


class Caught(Exception):
    """Something was not as it must be."""


class _Strict(Tally):
    def add(self, what: str, where: str, found: list[str]) -> None:
        super().add(what, where, found)
        if found:
            raise Caught(f"{what}: {where}: {found[0]}")


class _Without(ast.NodeTransformer):
    """The module with the N-th of the safeguards replaced by a constant."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.taken: tuple[str, str, int] | None = None
        self._inside: list[str] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._inside.append(node.name)
        self.generic_visit(node)
        self._inside.pop()
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = _name(node)
        for kind, names in (("flush", FLUSHES), ("owner", OWNERS), ("lock", LOCKS)):
            if name in names and self._is_it(kind, name, node.lineno):
                return ast.copy_location(ast.Constant(None), node)
        if name in CHECKS and self._is_it("check", name, node.lineno):
            return ast.copy_location(ast.Constant(True), node)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        sums = [n for n in ast.walk(node) if isinstance(n, ast.Call) and _name(n) in SUMS]
        if sums and self._is_it("sum", "crc32", node.lineno):
            return ast.copy_location(ast.Constant(False), node)
        return node

    def _is_it(self, kind: str, name: str, line: int) -> bool:
        if set(self._inside) & set(UNREACHED) or (self._inside[-1:], name) in _EQUAL:
            return False
        self.left -= 1
        if self.left == -1:
            self.taken = (kind, name, line)
        return self.left == -1


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def mutants(tree: Path = TOP) -> Iterator[Mutant]:
    """Every one of these sources."""
    for module in sorted((tree / "unshim/apply").rglob("*.py")):
        for number in range(1000):
            without = _Without(number)
            changed = without.visit(ast.parse(module.read_text()))
            if without.taken is None:
                break
            kind, name, line = without.taken
            place = module.relative_to(tree)
            source = ast.unparse(ast.fix_missing_locations(changed))
            yield Mutant(kind, f"{place}:{line} without {name}", place, source)


def _planted(mutant: Mutant, top: Path) -> Path:
    tree = top / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    for name in ("apply", "model"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(TOP / "unshim" / name, tree / "unshim" / name, ignore=ignored)
    shutil.copy(TOP / "unshim/__init__.py", tree / "unshim")
    (tree / mutant.module).write_text(mutant.source)
    return tree


Drill = Callable[[Stage, Path, Tally], None]


def _over(chosen: tuple[Case, ...], drill: Callable[[drills.Scene, Tally], None]) -> Drill:
    def run(stage: Stage, top: Path, tally: Tally) -> None:
        for case in chosen:
            drill(drills.opened(stage, case, top), tally)

    return run


def _each(_: int) -> bool:
    return True


def _cut_off(scene: drills.Scene, tally: Tally) -> None:
    if scene.case is cases.REPLACE:
        orders.begun(scene, tally, _each)
        orders.set_aside(scene, tally, _each)
    if scene.case in (cases.REPLACE, cases.REMOVE):
        orders.edited(scene, tally, _each)
    orders.lost_power(scene, tally, _each)


_CARRIED_OUT = _over(cases.KINDS, lambda s, t: t.add("cases", s.case.name, drills.carried_out(s)))
_MEDDLED = _over(
    (cases.REPLACE, cases.CREATE, cases.REMOVE), lambda s, t: foreign.meddled(s, t, _each)
)
_MEDDLED_TWICE = _over((cases.REPLACE,), lambda s, t: foreign.meddled_twice(s, t, _each))
_KILLED = _over(
    (cases.REPLACE, cases.CREATE),
    lambda s, t: drills.killed(s, t, _each, lambda point: point % 4 == 0),
)
_DAMAGED = _over((cases.REPLACE,), lambda s, t: damage.damaged(s, t, _each))
_LOCKED = _over((cases.REPLACE,), damage.contended)

_DRILLS: dict[str, tuple[Drill, ...]] = {
    "flush": (_over(cases.FLUSHED, _cut_off),),
    "owner": (_CARRIED_OUT,),
    "lock": (_LOCKED,),
    "check": (_MEDDLED_TWICE, _MEDDLED, _KILLED),
    "sum": (_DAMAGED,),
}


def caught(top: Path, tally: Tally, every: int = 1) -> None:
    """Let the drills at each mutant, until one of them notices."""
    for number, mutant in enumerate(mutants()):
        if number % every == 0:
            tally.add("mutants", mutant.where, _survives(mutant, top))


def _survives(mutant: Mutant, top: Path) -> list[str]:
    tree = _planted(mutant, top)
    with Stage(top / "programs", tree) as stage:
        for drill in _DRILLS[mutant.kind]:
            try:
                drill(stage, top, _Strict())
            except (Caught, AssertionError):
                return []
    return ["nothing notices"]
