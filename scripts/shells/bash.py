"""Completion for bash, without bash-completion's functions: they are not on every node."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.shells.offers import EVERY, Offers, names, shown, valued, with_values
from unshim.cli.declared import Argument, Completes, Option
from unshim.cli.table import VERBS

_TOP = """\
# bash completion for unshim, made by scripts/completions.py
# shellcheck shell=bash

_unshim_checks='{checks}'

_unshim_words() {{ # those of a list
    local word
    for word in $1; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}}

_unshim_listed() {{ # those of a list, after each comma; none twice
    local word last=${{cur##*,}} before=
    [[ $cur == *,* ]] && before=${{cur%,*}},
    for word in $1; do
        [[ $word == "$last"* && ,$before != *",$word,"* ]] && COMPREPLY+=("$before$word")
    done
    compopt -o nospace 2>/dev/null
}}

_unshim_files() {{ # folders, and files of these patterns
    local pattern IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -d -- "$cur"))
    for pattern; do
        COMPREPLY+=($(compgen -f -X "!$pattern" -- "$cur"))
    done
}}

_unshim_runs() {{
    local run
    for run in {runs}/[0-9]*/; do
        run=${{run%/}} run=${{run##*/}}
        [[ -n $run && $run == "$cur"* && $run != *'*'* ]] && COMPREPLY+=("$run")
    done
}}

_unshim() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} option=${{COMP_WORDS[COMP_CWORD - 1]}}
    local verb= word at count=0
    COMPREPLY=()
    [[ $option == '=' ]] && option=${{COMP_WORDS[COMP_CWORD - 2]}}
    [[ $cur == '=' ]] && cur=
    for ((at = 1; at < COMP_CWORD; at++)); do
        word=${{COMP_WORDS[at]}}
        case $word in
        {with_values})
            [[ ${{COMP_WORDS[at + 1]}} == '=' ]] && ((at++))
            ((at++))
            ;;
        -* | '=') ;;
        *) [[ -z $verb ]] && verb=$word || ((count++)) ;;
        esac
    done
    case $option in
"""


def completion(offers: Offers) -> str:
    """The file."""
    values = "|".join(with_values())
    top = _TOP.format(checks=" ".join(offers.checks), runs=offers.runs, with_values=values)
    return top + "\n".join(_body()) + "\n"


def _body() -> Iterator[str]:
    for option in valued():
        yield f"    {'|'.join(names(option))})"
        yield f"        {_values(option)}"
        yield "        return"
        yield "        ;;"
    yield "    esac"
    yield "    case $cur in"
    yield "    -*)"
    yield "        case $verb in"
    for verb in EVERY:
        yield f"        '{verb.word}') _unshim_words '{_options(shown(verb))}' ;;"
    yield "        esac"
    yield "        return"
    yield "        ;;"
    yield "    esac"
    yield "    case $verb:$count in"
    yield f"    :*) _unshim_words '{' '.join(VERBS)}' ;;"
    for verb in VERBS.values():
        for number, argument in enumerate(verb.arguments):
            count = number if argument.most else "*"
            yield f"    {verb.word}:{count}) {_values(argument)} ;;"
    yield "    esac"
    yield "}"
    yield ""
    yield "complete -F _unshim unshim"


def _options(options: tuple[Option, ...]) -> str:
    return " ".join(name for option in options for name in names(option))


def _values(one: Option | Argument) -> str:
    if one.choices:
        return f"_unshim_words '{' '.join(one.choices)}'"
    listed = isinstance(one, Option) and one.many
    return {
        Completes.CHECKS: f'_unshim_{"listed" if listed else "words"} "$_unshim_checks"',
        Completes.PLANS: "_unshim_words \"$_unshim_checks\"; _unshim_files '*.json'",
        Completes.RUNS: "_unshim_runs",
        Completes.ROOTS: "_unshim_files '*.tar.gz' '*.tgz'",
        Completes.FILES: "_unshim_files '*'",
        Completes.NOTHING: ":",
    }[one.completes]
