"""What a command line is made of: verbs, their options and words, and what came of one."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple
from unshim.model.values import StrEnum


class Completes(StrEnum):
    """What the shells offer for a value."""

    NOTHING = "nothing"
    CHECKS = "checks"
    PLANS = "plans"
    """Checks, and files that may be saved plans."""
    RUNS = "runs"
    ROOTS = "roots"
    """Folders, and what `unshim record` made."""
    FILES = "files"


class Option(NamedTuple):
    """An option. Without a `metavar` it is a flag; with `many` it takes a list with commas, and
    what repeated ones name adds up. A `hidden` one stands in no help."""

    name: str
    help: str
    metavar: str = ""
    short: str = ""
    choices: tuple[str, ...] = ()
    completes: Completes = Completes.NOTHING
    many: bool = False
    hidden: bool = False

    @property
    def field(self) -> str:
        """Its name in Options."""
        return self.name[2:].replace("-", "_")


class Argument(NamedTuple):
    """The words after a verb: at least one where `needed`, at most `most` (0: as many as come).
    `noun` is what a complaint calls one, `otherwise` what it says to do where no choice is near."""

    metavar: str
    noun: str
    help: str
    needed: bool = False
    most: int = 1
    choices: tuple[str, ...] = ()
    completes: Completes = Completes.NOTHING
    otherwise: str = ""


class Verb(NamedTuple):
    """A verb: a line for the list of them, what its help says, its words and options, and lines
    to try, each with what it does. `instead` says why an option of others is none of its own."""

    word: str
    summary: str
    text: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    instead: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """As it is typed: `unshim plan`; `unshim` for the one without a word."""
        return f"unshim {self.word}".rstrip()


class Options(NamedTuple):
    """A command line that can be used. `verb` is "" where screens or a report are asked for; what
    was not given is "", empty or False."""

    verb: str = ""
    words: tuple[str, ...] = ()
    report: str = ""
    output: str = ""
    root: str = ""
    assume: tuple[str, ...] = ()
    demo: bool = False
    demo_if_no_node: bool = False
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    fail_on: str = "error"
    no_mouse: bool = False
    json: bool = False
    yes: bool = False
    partial: bool = False
    keep: tuple[str, ...] = ()
    force: tuple[str, ...] = ()
    step: tuple[str, ...] = ()
    confirm_within: str = ""
    sh: bool = False
    grep: str = ""
    set: bool = False
    man: bool = False

    @property
    def word(self) -> str:
        """The first word after the verb, "" where there is none."""
        return self.words[0] if self.words else ""
