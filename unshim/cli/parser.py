"""The command line: verbs, options and their help. Declared once, completed by shtab."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from unshim import __version__
from unshim.cli.exits import UsageError
from unshim.facts.subjects import SUBJECTS
from unshim.report.formats import FORMATS

EXITS = """exit codes:
  0 nothing at or above --fail-on   1 findings   2 usage   3 a check could not be evaluated
  4 apply failed and was undone     5 apply failed and could not be fully undone
  6 refused, nothing changed        130 interrupted"""

_WORDS = tuple(subject.word for subject in SUBJECTS)
_SUBJECTS = f"one of: {', '.join(_WORDS)} (default: all)"


class Parser(argparse.ArgumentParser):
    """argparse that raises instead of exiting, so that one place writes and exits."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see `{self.prog} --help`)")


def _ids(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _look(parser: argparse.ArgumentParser, suppress: bool = True) -> None:
    """Options that choose the node."""
    default = argparse.SUPPRESS if suppress else None
    parser.add_argument(
        "--root",
        metavar="DIR|FILE.tar.gz",
        default=default,
        help="look at a recorded node or a plain tree instead of this machine",
    )
    parser.add_argument(
        "--demo",
        nargs="?",
        const="always",
        choices=("always", "auto"),
        default=default,
        help="look at the recorded node that ships with unshim (auto: only where this machine "
        "is no Kubernetes node)",
    )


def build() -> Parser:
    """The whole parser."""
    parser = Parser(
        prog="unshim",
        description="Finds, explains and cures what is wrong on a Kubernetes node that moves "
        "from Docker to containerd, or already runs it.",
        epilog=EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"unshim {__version__}")
    parser.add_argument(
        "--report", choices=tuple(FORMATS), help="print a report instead of opening the screens"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report to a file")
    _look(parser, suppress=False)
    parser.add_argument(
        "--only", metavar="ID,…", type=_ids, default=(), help="run only these checks"
    )
    parser.add_argument("--skip", metavar="ID,…", type=_ids, default=(), help="leave these out")
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "info", "never"),
        default="error",
        help="the least severity that makes the exit code 1 (default: error)",
    )
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    # With `prog` argparse needs no formatter here, and so not the modules that one imports.
    verbs = parser.add_subparsers(
        dest="verb", metavar="COMMAND", parser_class=Parser, prog="unshim"
    )

    listed = verbs.add_parser("list", help="all checks, with severity and fix")
    listed.add_argument("--json", action="store_true", help="as JSON")

    explain = verbs.add_parser("explain", help="one check: what, why, remedy, source")
    explain.add_argument("id", metavar="ID")

    plan = verbs.add_parser("plan", help="show what fixes would change; changes nothing")
    default = "checks to cure (default: every error and warning)"
    plan.add_argument("ids", metavar="ID", nargs="*", help=default)
    plan.add_argument("-o", "--output", metavar="plan.json", default=argparse.SUPPRESS)
    _look(plan)

    apply = verbs.add_parser("apply", help="carry fixes out, or a saved plan")
    apply.add_argument("ids", metavar="ID|./plan.json", nargs="*")
    apply.add_argument("--yes", action="store_true", help="do not ask")
    _look(apply)

    undo = verbs.add_parser("undo", help="take a run back")
    undo.add_argument("run", metavar="RUN", nargs="?", default="", help="default: the newest")
    undo.add_argument("--yes", action="store_true", help="do not ask")

    verbs.add_parser("journal", help="what was applied and undone on this machine")

    facts = verbs.add_parser("facts", help="everything that is known, each value with its source")
    facts.add_argument("subject", metavar="SUBJECT", nargs="?", choices=_WORDS, help=_SUBJECTS)
    facts.add_argument("--json", action="store_true", help="as JSON")
    _look(facts)

    record = verbs.add_parser("record", help="record this machine for --root, secrets removed")
    record.add_argument("destination", metavar="DIR|FILE.tar.gz", nargs="?")
    record.add_argument(
        "--sh",
        action="store_true",
        help="print a POSIX sh script that makes the same record on a host without this Python",
    )

    completion = verbs.add_parser("completion", help="print shell completion")
    completion.add_argument("shell", choices=("bash", "zsh"))
    return parser


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Raises: UsageError, or SystemExit(0) after --help and --version."""
    return build().parse_args(arguments)
