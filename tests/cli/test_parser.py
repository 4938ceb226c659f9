"""The command line: what each option becomes, and the one line for what it cannot be."""

from __future__ import annotations

import itertools
import re

import pytest

from unshim.cli.declared import Options, Verb
from unshim.cli.exits import UsageError
from unshim.cli.parser import parse
from unshim.cli.table import OPTIONS, REPORT, VERBS


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("", Options()),
        ("--report json -o x", Options(report="json", output="x")),
        ("--report=json -ox", Options(report="json", output="x")),
        ("-o -", Options(output="-")),
        ("--demo", Options(demo=True)),
        ("--demo-if-no-node", Options(demo_if_no_node=True)),
        ("--only a,b,,c", Options(only=("a", "b", "c"))),
        ("--only a --skip d --only b,c", Options(only=("a", "b", "c"), skip=("d",))),
        ("--only list --report text", Options(only=("list",), report="text")),
        ("plan", Options("plan")),
        ("plan a b -o p.json", Options("plan", ("a", "b"), output="p.json")),
        ("apply ./p.json --yes", Options("apply", ("./p.json",), yes=True)),
        ("undo", Options("undo")),
        ("undo 2026 --yes", Options("undo", ("2026",), yes=True)),
        ("facts kubelet --json", Options("facts", ("kubelet",), json=True)),
        ("journal --json -o x", Options("journal", json=True, output="x")),
        ("record x.tar.gz", Options("record", ("x.tar.gz",))),
        ("record --sh", Options("record", sh=True)),
        ("explain -- --odd", Options("explain", ("--odd",))),
        ("completion fish", Options("completion", ("fish",))),
        ("--report text --report text", Options(report="text")),
        ("--help", Options("help")),
        ("plan -h", Options("help", ("plan",))),
        ("--report xml --help", Options("help")),
        ("help facts", Options("help", ("facts",))),
        ("-V", Options("version")),
        ("--demo --version", Options("version")),
    ],
)
def test_words_become_options(line: str, options: Options) -> None:
    assert parse(line.split()) == options


@pytest.mark.parametrize(
    "pieces",
    [
        ("facts", "kubelet", "--demo", "--json"),
        ("plan", "a", "--root=x", "-ofile"),
        ("apply", "a", "b", "--yes"),
    ],
)
def test_options_stand_before_or_behind_the_verb_alike(pieces: tuple[str, ...]) -> None:
    whole = parse(pieces)
    words = [p for p in pieces if not p.startswith("-")]
    for order in itertools.permutations(pieces):
        if [p for p in order if not p.startswith("-")] == words:
            assert parse(order) == whole, order


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("--rport json", "there is no option --rport; did you mean --report?"),
        ("--rep json", "there is no option --rep; did you mean --report?"),
        ("--width 80", "there is no option --width (see `unshim --help`)"),
        ("facts --jsn", "there is no option --jsn; did you mean --json?"),
        ("-x", "there is no option -x (see `unshim --help`)"),
        ("facts -x", "there is no option -x (see `unshim facts --help`)"),
        ("fatcs", "there is no command 'fatcs'; did you mean facts?"),
        ("nonsense", "there is no command 'nonsense' (see `unshim --help`)"),
        ("version", "there is no command 'version'; did you mean --version?"),
        ("node.tar.gz", "did you mean --root node.tar.gz?"),
        ("facts kublet", "`unshim facts`: there is no subject 'kublet'; did you mean kubelet?"),
        ("facts weather", "there is no subject 'weather'; there are machine, kubelet,"),
        ("completion fsh", "there is no shell 'fsh'; did you mean fish?"),
        ("help plam", "there is no command 'plam'; did you mean plan?"),
        ("--report pdf", "--report: there is no format 'pdf'; there are text, json"),
        ("--fail-on eror", "--fail-on: there is no severity 'eror'; did you mean error?"),
        ("explain", "`unshim explain` wants ID: a check as `unshim list` has it"),
        ("explain a b", "`unshim explain` has no use for 'b'"),
        ("list x", "`unshim list` takes no words, and was given 'x'"),
        ("--root", "--root wants PATH behind it"),
        ("--root --demo", "--root wants PATH behind it, not --demo"),
        ("--demo=auto", "--demo takes no value, and was given 'auto'"),
        ("--only=", "--only names nothing; give ID,…, or leave it out"),
        ("--skip , plan", "--skip names nothing"),
        ("--root= plan", "--root is empty; give PATH, or leave it out"),
        ("--root a --root b", "--root is given twice: a and b"),
        ("--report json facts", "`unshim facts` does not use --report; give --json"),
        ("facts --only a", "`unshim facts` does not use --only (see `unshim facts --help`)"),
        ("--fail-on error plan", "`unshim plan` does not use --fail-on (see"),
        ("plan --only a", "`unshim plan` does not use --only; name the checks to plan for"),
        ("apply --demo", "`unshim apply` does not use --demo; it changes this machine"),
        ("--json", "a report does not use --json; give --report json"),
    ],
)
def test_what_cannot_be_meant_is_one_line_that_names_it(line: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(complaint)) as refused:
        parse(line.split())
    assert "\n" not in str(refused.value)


EVERY = (REPORT, *VERBS.values())


@pytest.mark.parametrize("verb", EVERY, ids=lambda verb: verb.name)
def test_no_option_is_ignored(verb: Verb) -> None:
    """Each option of all verbs is one of this one's, or refused by its name."""
    own = {option.name for option in verb.options}
    words = [argument.choices[0] if argument.choices else "x" for argument in verb.arguments]
    for option in OPTIONS.values():
        if option.name in ("--help", "--version"):
            continue
        value = (option.choices or ("x",))[0]
        line = [option.name, value] if option.metavar else [option.name]
        whole = [*line, *filter(None, [verb.word]), *words]
        if option.name in own:
            assert getattr(parse(whole), option.field) not in ("", (), False)
        else:
            with pytest.raises(UsageError, match=f"does not use {option.name}"):
                parse(whole)


@pytest.mark.parametrize("words", [["undo", "", "--yes"], [""], ["facts", "kubelet", ""]])
def test_an_empty_word_never_means_the_default(words: list[str]) -> None:
    """A variable that is not set must not undo the newest run."""
    with pytest.raises(UsageError, match="an empty word can mean nothing"):
        parse(words)


def test_options_of_one_name_are_of_one_shape_and_have_a_field() -> None:
    for option in (option for verb in EVERY for option in verb.options):
        same = OPTIONS[option.name]
        assert (bool(option.metavar), option.many) == (bool(same.metavar), same.many)
        assert option.field in Options._fields
