"""Completion for zsh, by its _arguments."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.shells.offers import EVERY, Offers, names, shown, with_values
from unshim.cli.declared import Argument, Completes, Option, Verb
from unshim.cli.table import REPORT, VERBS

_TOP = """\
#compdef unshim
# zsh completion for unshim, made by scripts/completions.py

_unshim_checks() {{
    local -a checks=({checks})
    compadd "$@" -a checks
}}

_unshim_list_of_checks() {{
    _sequence -s , _unshim_checks
}}

_unshim_plans() {{
    _alternative 'checks:check:_unshim_checks' 'plans:saved plan:_files -g "*.json"'
}}

_unshim_runs() {{
    local -a runs=({runs}/[0-9]*(N/:t))
    compadd "$@" -a runs
}}

_unshim_verbs() {{
    local -a verbs=(
{verbs}
    )
    _describe command verbs
}}

_unshim() {{
    local word verb= skip= at
    for ((at = 2; at < CURRENT; at++)); do
        word=$words[at]
        if [[ -n $skip ]]; then
            skip=
            continue
        fi
        case $word in
        {with_values}) skip=1 ;;
        -*) ;;
        *)
            verb=$word
            break
            ;;
        esac
    done
    case $verb in
"""


def completion(offers: Offers) -> str:
    """The file."""
    verbs = "\n".join(f"        {_quoted(f'{v.word}:{v.summary}')}" for v in VERBS.values())
    top = _TOP.format(
        checks=" ".join(offers.checks),
        runs=offers.runs,
        verbs=verbs,
        with_values="|".join(with_values()),
    )
    return top + "\n".join(_body()) + "\n"


def _body() -> Iterator[str]:
    for verb in EVERY:
        yield f"    '{verb.word}')"
        yield "        _arguments -s \\"
        specs = [*map(_option, shown(verb)), *_words(verb)]
        yield from (f"            {spec} \\" for spec in specs[:-1])
        yield f"            {specs[-1]}"
        yield "        ;;"
    yield "    esac"
    yield "}"
    yield ""
    yield 'if [[ $funcstack[1] == _unshim ]]; then _unshim "$@"; else compdef _unshim unshim; fi'


def _option(option: Option) -> str:
    """A spec of _arguments; one that may be repeated begins with a star."""
    ways = names(option)
    told = f"[{_plain(option.help)}]"
    if option.metavar:
        told += f":{_plain(option.metavar)}:{_values(option)}"
    if option.many:
        return _quoted(f"*{option.name}{told}")
    if len(ways) == 1:
        return _quoted(f"{option.name}{told}")
    excluded = _quoted(f"({' '.join(ways)})")
    return f"{excluded}{{{','.join(ways)}}}{_quoted(told)}"


def _words(verb: Verb) -> Iterator[str]:
    if verb is REPORT:
        yield "'1:command:_unshim_verbs'"
        return
    yield "'1:command:'"
    for number, argument in enumerate(verb.arguments, 2):
        place = number if argument.most else "*"
        yield _quoted(f"{place}:{argument.noun}:{_values(argument)}")


def _values(one: Option | Argument) -> str:
    if one.choices:
        return f"({' '.join(one.choices)})"
    listed = isinstance(one, Option) and one.many
    return {
        Completes.CHECKS: "_unshim_list_of_checks" if listed else "_unshim_checks",
        Completes.PLANS: "_unshim_plans",
        Completes.RUNS: "_unshim_runs",
        Completes.ROOTS: '_files -g "*.(tar.gz|tgz)"',
        Completes.FILES: "_files",
        Completes.NOTHING: " ",
    }[one.completes]


def _plain(text: str) -> str:
    """Without what _arguments would read."""
    return text.replace("[", "(").replace("]", ")").replace(":", "\\:").replace("`", "")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
