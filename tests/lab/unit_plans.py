"""Plans for units, made and carried out inside a node by unshim's own engine.

No fix of unshim's stops or masks a unit yet; these do, and are found as any other fix is.
"""

from __future__ import annotations

from .node import Node

FOLDER = "/opt/lab"
CHECKS = '''
"""Checks for units that shall not run, and for units that shall."""

from pathlib import Path

from unshim.judge.declare import check
from unshim.model.checks import Finding, Seen, Severity
from unshim.model.values import known

UNITS = Path("/opt/lab/units").read_text().split()


@check(Severity.WARNING, well="None is", remedy="Disable and mask them.", proof=Seen("systemd 252"))
def units_left(node):
    """Units are left that shall not run."""
    states = {u: known(known(node.units)[u].state) for u in UNITS}
    left = [u for u, s in states.items() if s.active == "active" or s.enabled != "masked"]
    if left:
        yield Finding(f"{', '.join(left)} may run", (), "It costs memory.")


@check(Severity.WARNING, well="All run", remedy="Enable and start them.", proof=Seen("systemd 252"))
def units_missing(node):
    """Units do not run that shall."""
    states = {u: known(known(node.units)[u].state) for u in UNITS}
    missing = [u for u, s in states.items() if s.active != "active"]
    if missing:
        yield Finding(f"{', '.join(missing)} should run", (), "Pods do not.")
'''
FIXES = '''
"""Fixes for them."""

from checks.lab.units import UNITS, units_left, units_missing
from unshim.judge.declare import fix
from unshim.model.plan import Disturbs
from unshim.model.steps import EnableUnit, MaskUnit, StartUnit, StopUnit


@fix(units_left, disturbs=Disturbs.DOCKER)
def end_units(node):
    """End them."""
    for unit in UNITS:
        yield MaskUnit(unit)
        yield EnableUnit(unit, False)
        yield StopUnit(unit)


@fix(units_missing, disturbs=Disturbs.DOCKER)
def begin_units(node):
    """Begin them."""
    for unit in UNITS:
        yield StartUnit(unit)
        yield EnableUnit(unit)
        yield MaskUnit(unit, False)
'''
APPLY = """
import sys

from unshim.engine import Engine
from unshim.host.local import LocalHost
from unshim.judge.discover import catalogue

found = catalogue()
checks = tuple(check for check in found.checks if check.subject == "lab")
engine = Engine(LocalHost(), checks, found.fixes, False)
print(*[f"{r.check.id} {r.outcome} {r.reason}" for r in engine.look().results], sep="\\n")
plan = engine.plan([sys.argv[1]])
print(*[s for s in plan.steps], sep="\\n")
print(*[f"{f.check_id} {f.after} {f.expected}" for f in plan.forecast], sep="\\n")
print(*[r.reason for r in plan.refusals], sep="\\n", flush=True)
applied = engine.apply(plan, lambda progress: None)
print(applied.ended, *applied.details, flush=True)
"""
PROGRAM = f"{FOLDER}/apply.py"


def install(node: Node) -> None:
    """Put the rules and the program that carries them out on a node that has a copy of unshim."""
    for package, text in (("checks", CHECKS), ("fixes", FIXES)):
        node.write(f"/opt/src/{package}/lab/__init__.py", "")
        node.write(f"/opt/src/{package}/lab/units.py", text)
    node.write(PROGRAM, APPLY)


def command(node: Node, rule: str, *units: str) -> list[str]:
    """The command line, in the node, that carries out a rule's fix for these units."""
    node.write(f"{FOLDER}/units", "\n".join(units))
    return ["/opt/unshim/bin/python", "-I", PROGRAM, rule]


def carry_out(node: Node, rule: str, *units: str) -> str:
    """Carry out the plan of a rule; what it planned, forecast, and how it ended."""
    return node.run(command(node, rule, *units), timeout=240).stdout.decode()
