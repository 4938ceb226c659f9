"""The command line, declared once: parsed, helped, completed and put into the manual from here."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.cli.declared import Argument, Completes, Option, Verb
from unshim.facts.subjects import SUBJECTS
from unshim.report.formats import FORMATS

ABOUT = (
    "Finds, explains and fixes what is wrong on a Kubernetes node that moves from Docker Engine "
    "(dockershim) to containerd, or already runs it. Looking changes nothing; a fix is shown as a "
    "diff first, journalled, verified and can be undone."
)

EXITS = (
    (0, "nothing at or above --fail-on"),
    (1, "findings"),
    (2, "usage"),
    (3, "a check could not be evaluated"),
    (4, "apply failed and was undone"),
    (5, "apply failed and could not be fully undone"),
    (6, "refused, nothing changed"),
    (130, "interrupted"),
    (141, "whoever read the output is gone, as head(1) is"),
)
"""Each exit code and what it means."""

HELP = Option("--help", "show this help", short="-h")
VERSION = Option("--version", "show the release", short="-V")

_ROOT = Option(
    "--root",
    "look at a folder (a mounted disk, an image) or at what `unshim record` made, instead of this "
    "machine",
    "PATH",
    completes=Completes.ROOTS,
)
_ASSUME = Option(
    "--assume",
    "releases that no file of the folder tells, as of RPM's binary database",
    "NAME=X.Y.Z,…",
    many=True,
)
_DEMO = Option("--demo", "look at the recorded node that ships with unshim")
_DEMO_IF = Option("--demo-if-no-node", "the same, but only where this machine is none", hidden=True)
_LOOK = (_ROOT, _ASSUME, _DEMO, _DEMO_IF)
_JSON = Option("--json", "as JSON")
_YES = Option("--yes", "do not ask; for scripts")
_PARTIAL = Option("--partial", "where some of the fixes are refused, apply the rest (exit code 1)")


def _into(what: str, metavar: str = "FILE") -> Option:
    return Option("--output", what, metavar, "-o", completes=Completes.FILES)


_INTO = _into("write to a file, as JSON where its name ends in .json; nobody else may read it")
_READS = (("--root", "it changes the machine it runs on"), ("--demo", "it changes this machine"))
_AS_JSON = (("--report", "give --json"),)

REPORT = Verb(
    "",
    "the screens; without a terminal, a report",
    ABOUT,
    options=(
        Option("--report", "print a report; no screens", "FORMAT", choices=tuple(FORMATS)),
        _into("write the report to a file, in the format that its name ends in (.json, .txt)"),
        *_LOOK,
        Option(
            "--only",
            "run only these checks; may be repeated",
            "ID,…",
            completes=Completes.CHECKS,
            many=True,
        ),
        Option(
            "--skip",
            "leave these checks out; may be repeated",
            "ID,…",
            completes=Completes.CHECKS,
            many=True,
        ),
        Option(
            "--fail-on",
            "exit with 1 from this severity on (default: error)",
            "SEVERITY",
            choices=("error", "warning", "info", "never"),
        ),
        Option("--no-mouse", "leave the mouse to the terminal"),
    ),
    examples=(
        ("unshim", "the screens, on this node"),
        ("unshim --demo", "the same on a recorded node, anywhere"),
        ("unshim --report text", "what is wrong, as text"),
        ("unshim -o report.json", "for an audit"),
        ("unshim plan", "what the fixes would change"),
    ),
    instead=(("--json", "give --report json"),),
)

_LIST = Verb(
    "list",
    "all checks, with severity and fix",
    "Every check that unshim knows, with its severity at most, and whether unshim has a fix for "
    "what it finds. It looks at no node.",
    options=(_JSON, _INTO),
    examples=(("unshim list", "read them"), ("unshim explain ID", "one in full")),
    instead=_AS_JSON,
)
_EXPLAIN = Verb(
    "explain",
    "one check: what, why, remedy, source",
    "What a check looks for, why that matters and for which releases, what a person would do about "
    "it, what the fix of unshim does, and where the rule comes from. It looks at no node.",
    (Argument("ID", "check", "as `unshim list` has it", needed=True, completes=Completes.CHECKS),),
)
_PLAN = Verb(
    "plan",
    "show what fixes would change; changes nothing",
    "Rehearses the fixes of these checks on a picture of the node, and shows the diff of each "
    "file, the steps, what they disturb, and what every check would say afterwards.",
    (
        Argument(
            "ID",
            "check",
            "checks to fix (default: every error and warning that has a fix)",
            most=0,
            completes=Completes.CHECKS,
        ),
    ),
    (_into("save the plan, for `unshim apply`", "plan.json"), *_LOOK),
    (
        ("unshim plan", "everything that hurts"),
        ("unshim plan -o plan.json", "save it, to be read by somebody else and applied later"),
    ),
    (
        ("--report", "a plan is shown as text; -o saves it"),
        ("--json", "give -o plan.json"),
        *((name, "name the checks to plan for") for name in ("--only", "--skip")),
    ),
)
_APPLY = Verb(
    "apply",
    "carry fixes out, or a saved plan",
    "Shows the plan, asks for the node's name, and carries it out step by step. Each step is in "
    "the journal before it is done; afterwards everything is looked at again, and put back where "
    "something came out worse. Needs root.",
    (
        Argument(
            "ID|PLAN",
            "check",
            "checks to fix, or one plan that `unshim plan -o` saved, such as ./plan.json "
            "(default: every error and warning that has a fix)",
            most=0,
            completes=Completes.PLANS,
        ),
    ),
    (
        _YES,
        _PARTIAL,
        Option(
            "--confirm-within",
            "undo it unless `unshim confirm` comes within so many seconds of its verification",
            "SECONDS",
        ),
    ),
    (
        ("sudo unshim apply ID", "fix one thing"),
        ("sudo unshim apply ./plan.json", "what was planned, if nothing changed since"),
    ),
    _READS,
)
_UNDO = Verb(
    "undo",
    "undo a run",
    "Puts back what an apply changed: the bytes, owner and mode of each file, and whether each "
    "unit ran. What somebody changed since stays as it is, unless you say so. It refuses where a "
    "later run changed the same. Needs root.",
    (
        Argument(
            "RUN",
            "run",
            "as `unshim journal` has it, or how it begins (default: the newest)",
            completes=Completes.RUNS,
        ),
    ),
    (
        _YES,
        Option(
            "--step",
            "undo this file or unit alone; the rest of the run stands; may be repeated",
            "WHAT,…",
            completes=Completes.FILES,
            many=True,
        ),
        Option(
            "--keep",
            "leave this file as somebody changed it since; may be repeated",
            "FILE,…",
            completes=Completes.FILES,
            many=True,
        ),
        Option(
            "--force",
            "put this file back although somebody changed it since; may be repeated",
            "FILE,…",
            completes=Completes.FILES,
            many=True,
        ),
    ),
    instead=_READS,
)
_CONFIRM = Verb(
    "confirm",
    "keep a run that waits for that",
    "Keeps what `unshim apply --confirm-within SECONDS` changed: without it the run is undone when "
    "its time is over, also where every process of unshim is dead. Give it in a new login: that it "
    "reaches you shows that the node still lets people in. A run that was never verified is kept "
    "when it is named. Needs root.",
    (
        Argument(
            "RUN",
            "run",
            "as `unshim journal` has it, or how it begins (default: the newest that waits)",
            completes=Completes.RUNS,
        ),
    ),
    instead=_READS,
)
_JOURNAL = Verb(
    "journal",
    "what was applied and undone on this machine",
    "Every run on this machine, the newest first: when, who, how it ended, its fixes and files. Of "
    "one run all of it: each step and how long it took, why it failed, its diffs without secrets, "
    "and what can be done now. Needs root, as the journal does.",
    (
        Argument(
            "RUN",
            "run",
            "one run, by its id or number (default: a line for each)",
            completes=Completes.RUNS,
        ),
    ),
    (_JSON, _INTO),
    (("sudo unshim journal", "what there is"), ("sudo unshim journal 000003", "one run whole")),
    instead=_AS_JSON,
)
_FORGET = Verb(
    "forget",
    "set a run aside that cannot be undone",
    "Moves the folder of a run out of the way, where unshim does not look for runs. It changes "
    "nothing else: what the run did stays, and can only be put back by hand from then on. For "
    "a run whose journal is damaged, and for one that cannot be undone any more. Needs root.",
    (
        Argument(
            "RUN",
            "run",
            "as `unshim journal` has it, or its number",
            needed=True,
            completes=Completes.RUNS,
        ),
    ),
    (_YES,),
    instead=_READS,
)
_FACTS = Verb(
    "facts",
    "everything that is known, each value with its source",
    "What is known of the node, each value with the file and line, flag, daemon or release that it "
    "comes from.",
    (
        Argument(
            "SUBJECT",
            "subject",
            "one part of it (default: all)",
            choices=tuple(subject.word for subject in SUBJECTS),
            otherwise="--grep WORD looks for a word in all of them",
        ),
        Argument("KEY", "name", "one value, or all below a heading, such as cgroupDriver"),
    ),
    (
        Option("--grep", "only what has this word in its name, value or place", "WORD"),
        Option("--set", "only what somebody set in a file, a unit or a flag: no defaults"),
        _JSON,
        _INTO,
        *_LOOK,
    ),
    (
        ("unshim facts kubelet", "its flags and settings, and where each stands"),
        ("unshim facts kubelet cgroupDriver", "one value, at each place that says it"),
        ("unshim facts --grep cgroup", "every layer that names it"),
        ("unshim facts containerd --set", "what was configured"),
    ),
    _AS_JSON,
)
_RECORD = Verb(
    "record",
    "record this machine for --root, secrets removed",
    "Writes everything that a look reads into a file that anybody can look at with --root, on any "
    "machine. Secrets are removed; docs/recording.md says what is in it. Run it as root: what may "
    "not be read is not in the record.",
    (
        Argument(
            "PATH",
            "path",
            "a .tar.gz, or a folder, that is not there yet",
            completes=Completes.FILES,
        ),
    ),
    (
        Option(
            "--sh",
            "print a POSIX sh script that makes the same record on a host without this Python",
        ),
    ),
    (
        ("sudo unshim record node.tar.gz", "this machine"),
        ("unshim --root node.tar.gz", "look at it, anywhere"),
        ("unshim record --sh > record.sh", "for hosts without Python 3.10"),
    ),
    (("--root", "it records the machine it runs on"), ("--demo", "it records this machine")),
)
_COMPLETION = Verb(
    "completion",
    "print shell completion",
    "The file that makes a shell complete verbs, options, checks, runs and files. No Python starts "
    "at a press of TAB.",
    (
        Argument(
            "SHELL", "shell", "whose file to print", needed=True, choices=("bash", "zsh", "fish")
        ),
    ),
    examples=(
        ("unshim completion bash > /etc/bash_completion.d/unshim", "for everybody, as root"),
        ("unshim completion zsh > /usr/local/share/zsh/site-functions/_unshim", "the same for zsh"),
        ("unshim completion fish > ~/.config/fish/completions/unshim.fish", "for yourself"),
    ),
)
_VERBS = (
    _LIST,
    _EXPLAIN,
    _PLAN,
    _APPLY,
    _UNDO,
    _CONFIRM,
    _JOURNAL,
    _FORGET,
    _FACTS,
    _RECORD,
    _COMPLETION,
)
_HELP = Verb(
    "help",
    "help for a command; the manual",
    "What a command does, its words and options.",
    (
        Argument(
            "COMMAND",
            "command",
            "one of them (default: what there is)",
            choices=(*(verb.word for verb in _VERBS), "help"),
        ),
    ),
    (Option("--man", "print the manual page, for `man -l -`"),),
    (("unshim help --man | man -l -", "read the manual"),),
)

VERBS: Mapping[str, Verb] = {verb.word: verb for verb in (*_VERBS, _HELP)}
"""By the word that is typed; REPORT has none."""

OPTIONS: Mapping[str, Option] = {
    option.name: option
    for verb in (REPORT, *VERBS.values())
    for option in (*verb.options, HELP, VERSION)
}
"""Every option there is, by name. Those of one name are flags in all verbs, or in none."""
