"""Completion for fish."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.shells.offers import EVERY, Offers, shown, with_values
from unshim.cli.declared import Argument, Completes, Option
from unshim.cli.table import REPORT, VERBS

_TOP = """\
# fish completion for unshim, made by scripts/completions.py

set -g __unshim_checks {checks}

function __unshim_verb # whether this verb stands on the line, with so many words; none: ''
    set -l words (commandline -opc)
    set -l verb ''
    set -l count 0
    set -l skip
    for word in $words[2..-1]
        if test -n "$skip"
            set skip
        else if contains -- $word {with_values}
            set skip 1
        else if string match -q -- '-*' $word
            continue
        else if test -z "$verb"
            set verb $word
        else
            set count (math $count + 1)
        end
    end
    test "$verb" = "$argv[1]"; and test "$argv[2]" = '' -o "$argv[2]" = "$count"
end

function __unshim_listed # checks after each comma; none twice
    set -l word (commandline -ct | string replace -r -- '^--[a-z-]+=' '')
    set -l before (string match -r -- '.*,' $word)
    for check in $__unshim_checks
        string match -q -- "*,$check,*" ",$before"; or echo "$before$check"
    end
end

function __unshim_runs
    for run in {runs}/[0-9]*/
        basename $run
    end
end

complete -c unshim -f
"""


def completion(offers: Offers) -> str:
    """The file."""
    values = " ".join(with_values())
    top = _TOP.format(checks=" ".join(offers.checks), runs=offers.runs, with_values=values)
    return top.replace("/[0-9]*/", "/*/") + "\n".join(_body()) + "\n"


def _body() -> Iterator[str]:
    for verb in VERBS.values():
        where = _where(REPORT.word)
        yield f"complete -c unshim {where} -a {verb.word} -d {_quoted(verb.summary)}"
    for verb in EVERY:
        where = _where(verb.word)
        for option in shown(verb):
            yield f"complete -c unshim {where} {_option(option)}"
        for number, argument in enumerate(verb.arguments):
            where = _where(verb.word, str(number) if argument.most else "")
            yield f"complete -c unshim {where} {_values(argument)}".rstrip()


def _where(word: str, count: str = "") -> str:
    return f"-n \"__unshim_verb '{word}' {count}\"".replace(' "', '"')


def _option(option: Option) -> str:
    short = f"-s {option.short[1:]} " if option.short else ""
    value = f" -r {_values(option)}" if option.metavar else ""
    return f"{short}-l {option.name[2:]}{value} -d {_quoted(option.help)}"


def _values(one: Option | Argument) -> str:
    if one.choices:
        return f"-a {_quoted(' '.join(one.choices))}"
    if isinstance(one, Option) and one.many:
        return "-a '(__unshim_listed)'"
    return {
        Completes.CHECKS: "-a '$__unshim_checks'",
        Completes.PLANS: "-a '$__unshim_checks (__fish_complete_suffix .json)'",
        Completes.RUNS: "-a '(__unshim_runs)'",
        Completes.ROOTS: "-a '(__fish_complete_suffix .tar.gz)'",
        Completes.FILES: "-F",
        Completes.NOTHING: "",
    }[one.completes]


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
