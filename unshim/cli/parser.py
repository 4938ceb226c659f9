"""The command line: verbs, options and their help. Declared once, completed by shtab."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

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


class _Help(argparse.RawDescriptionHelpFormatter):
    """argparse's own, made for each option it is told of, without the modules that it would load
    to learn how wide the terminal is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """COLUMNS, else what the terminal says, else 80: as shutil.get_terminal_size has it."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:
        return 80


class Parser(argparse.ArgumentParser):
    """argparse that raises instead of exiting, so that one place writes and exits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": _Help, **options})

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
        "is not a Kubernetes node)",
    )


def _list(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON")


def _explain(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID")


def _plan(parser: Parser) -> None:
    default = "checks to fix (default: every error and warning)"
    parser.add_argument("ids", metavar="ID", nargs="*", help=default)
    parser.add_argument("-o", "--output", metavar="plan.json", default=argparse.SUPPRESS)
    _look(parser)


def _apply(parser: Parser) -> None:
    parser.add_argument("ids", metavar="ID|./plan.json", nargs="*")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument(
        "--partial",
        action="store_true",
        help="where some of the fixes are refused, apply the rest (exit code 1)",
    )
    _look(parser)


def _undo(parser: Parser) -> None:
    parser.add_argument("run", metavar="RUN", nargs="?", default="", help="default: the newest")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _journal(_: Parser) -> None:
    """Nothing to choose."""


def _facts(parser: Parser) -> None:
    parser.add_argument("subject", metavar="SUBJECT", nargs="?", choices=_WORDS, help=_SUBJECTS)
    parser.add_argument("--json", action="store_true", help="as JSON")
    _look(parser)


def _record(parser: Parser) -> None:
    parser.add_argument("destination", metavar="DIR|FILE.tar.gz", nargs="?")
    parser.add_argument(
        "--sh",
        action="store_true",
        help="print a POSIX sh script that makes the same record on a host without this Python",
    )


def _completion(parser: Parser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh"))


VERBS: Mapping[str, tuple[str, Callable[[Parser], None]]] = {
    "list": ("all checks, with severity and fix", _list),
    "explain": ("one check: what, why, remedy, source", _explain),
    "plan": ("show what fixes would change; changes nothing", _plan),
    "apply": ("carry fixes out, or a saved plan", _apply),
    "undo": ("undo a run", _undo),
    "journal": ("what was applied and undone on this machine", _journal),
    "facts": ("everything that is known, each value with its source", _facts),
    "record": ("record this machine for --root, secrets removed", _record),
    "completion": ("print shell completion", _completion),
}
"""Each verb with its help, and what adds its own options to its parser."""


def build(verbs: Sequence[str] = tuple(VERBS)) -> Parser:
    """The whole parser, or one that knows only these verbs."""
    parser = Parser(
        prog="unshim",
        description="Finds, explains and fixes what is wrong on a Kubernetes node that moves "
        "from Docker to containerd, or already runs it.",
        epilog=EXITS,
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
    parsers = parser.add_subparsers(
        dest="verb", metavar="COMMAND", parser_class=Parser, prog="unshim"
    )
    for verb in verbs:
        summary, add_options = VERBS[verb]
        add_options(parsers.add_parser(verb, help=summary))
    return parser


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command line.

    Only the parsers of verbs that stand in it are built: each costs a report a part of its start.
    Help and errors are those of the whole.

    Raises:
        UsageError: it cannot be used.
        SystemExit: with code 0, after --help and --version.
    """
    named = [verb for verb in VERBS if verb in arguments]
    if not any(word.startswith(("-h", "--h")) for word in arguments):
        try:
            return build(named).parse_args(arguments)
        except UsageError:
            pass  # told below, with every verb there is
    return build().parse_args(arguments)
