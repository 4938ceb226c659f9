"""A command line read by the table: options before and after the verb alike, nothing ignored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn

from unshim.cli.declared import Argument, Option, Options, Verb
from unshim.cli.exits import UsageError
from unshim.cli.table import HELP, OPTIONS, REPORT, VERBS, VERSION

_SHORT = {option.short: option for option in OPTIONS.values() if option.short}


def parse(arguments: Sequence[str]) -> Options:
    """What a command line asks for; `--help` is the verb help, `--version` the verb version.

    Raises:
        UsageError: it cannot be used; one line that names what is meant, and what may be.
    """
    if asked := _asked_about(arguments):
        return asked
    given: dict[str, tuple[Option, Any]] = {}
    words: list[str] = []
    for option, value in _pieces(arguments):
        if option is None:
            if not value:
                raise UsageError("an empty word can mean nothing; leave it out")
            words.append(value)
        else:
            _note(given, option, value)
    verb = _verb(words[:1])
    for option, _ in given.values():
        if all(own.name != option.name for own in verb.options):
            _unused(verb, option)
    rest = tuple(words[1:])
    _fit(verb, rest)
    values = {option.field: value for option, value in given.values()}
    for own in verb.options:
        if own.choices and own.field in values:
            _choose(own.name, values[own.field], own.choices, own.metavar.lower())
    return Options(verb=verb.word, words=rest, **values)


def _asked_about(arguments: Sequence[str]) -> Options | None:
    """The help or the release, where these are asked for; they are given whatever else is wrong."""
    ours = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if HELP.name in ours or HELP.short in ours:
        word = next((word for word in ours if word in VERBS), "")
        return Options(verb="help", words=(word,) if word else ())
    if VERSION.name in ours or VERSION.short in ours:
        return Options(verb="version")
    return None


def _pieces(arguments: Sequence[str]) -> Iterator[tuple[Option | None, Any]]:
    """Each option with its value, True for a flag; None with each word."""
    rest = iter(arguments)
    for word in rest:
        if word == "--":
            yield from ((None, left) for left in rest)
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            option = OPTIONS.get(name) or _unknown(name, arguments)
            yield option, _value(option, name, rest, value if equals else None)
        elif word.startswith("-") and word != "-":
            name, value = word[:2], word[2:]
            option = _SHORT.get(name) or _unknown(word, arguments)
            yield option, _value(option, name, rest, value or None)
        else:
            yield None, word


def _value(option: Option, name: str, rest: Iterator[str], value: str | None) -> Any:
    if not option.metavar:
        if value is not None:
            raise UsageError(f"{name} takes no value, and was given {value!r}")
        return True
    if value is None:
        value = next(rest, None)
        if value is None or (value.startswith("-") and value != "-"):
            after = f", not {value}" if value else ""
            raise UsageError(f"{name} wants {option.metavar} behind it{after}")
    if not option.many:
        if not value:
            raise UsageError(f"{name} is empty; give {option.metavar}, or leave it out")
        return value
    names = tuple(part.strip() for part in value.split(",") if part.strip())
    if not names:
        raise UsageError(f"{name} names nothing; give {option.metavar}, or leave it out")
    return names


def _note(given: dict[str, tuple[Option, Any]], option: Option, value: Any) -> None:
    before = given.get(option.name, (option, None))[1]
    if before is not None and option.many:
        value = (*before, *value)
    elif before not in (None, value):
        raise UsageError(f"{option.name} is given twice: {before} and {value}")
    given[option.name] = (option, value)


def _verb(words: Sequence[str]) -> Verb:
    for word in words:
        if word in VERBS:
            return VERBS[word]
        if word.endswith((".tar.gz", ".tgz")) or "/" in word:
            raise UsageError(f"there is no command {word!r}; did you mean --root {word}?")
        near = _near(word, VERBS)
        if not near and f"--{word}" in OPTIONS:
            near = f"--{word}"
        raise UsageError(f"there is no command {word!r}{_hint(near, 'unshim')}")
    return REPORT


def _unknown(name: str, arguments: Sequence[str]) -> NoReturn:
    word = next((word for word in arguments if word in VERBS), "")
    verb = VERBS.get(word, REPORT)
    shown = [o.name for o in (*verb.options, HELP, VERSION) if not o.hidden]
    every = [o.name for o in OPTIONS.values() if not o.hidden]
    near = _near(name, shown) or _near(name, every)
    raise UsageError(f"there is no option {name}{_hint(near, verb.name)}")


def _unused(verb: Verb, option: Option) -> NoReturn:
    why = dict(verb.instead).get(option.name, "")
    near = f"; {why}" if why else f" (see `{verb.name} --help`)"
    who = f"`{verb.name}`" if verb.word else "a report"
    raise UsageError(f"{who} does not use {option.name}{near}")


def _fit(verb: Verb, words: tuple[str, ...]) -> None:
    """Whether a verb can use its words. Raises: UsageError."""
    if not verb.arguments:
        if words:
            raise UsageError(f"`{verb.name}` takes no words, and was given {words[0]!r}")
        return
    left = words
    for argument in verb.arguments:
        mine = left[: argument.most] if argument.most else left
        left = left[len(mine) :]
        if argument.needed and not mine:
            raise UsageError(f"`{verb.name}` wants {argument.metavar}: {_what(argument)}")
        for word in mine if argument.choices else ():
            who, otherwise = f"`{verb.name}`", argument.otherwise
            _choose(who, word, argument.choices, argument.noun, otherwise)
    if left:
        raise UsageError(f"`{verb.name}` has no use for {left[0]!r} (see `{verb.name} --help`)")


def _what(argument: Argument) -> str:
    return ", ".join(argument.choices) or f"a {argument.noun} {argument.help}"


def _choose(who: str, word: str, choices: tuple[str, ...], noun: str, otherwise: str = "") -> None:
    if word in choices:
        return
    near = _near(word, choices)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(choices)}"
    if otherwise and not near:
        hint = f"{hint}; {otherwise}"
    raise UsageError(f"{who}: there is no {noun} {word!r}; {hint}")


def _near(word: str, names: Iterable[str]) -> str:
    """The name that was probably meant: one that begins so, or the most alike; "" for none."""
    import difflib

    names = list(names)
    begun = [name for name in names if len(word.strip("-")) > 1 and name.startswith(word)]
    alike = difflib.get_close_matches(word, names, n=1)
    return next(iter(begun if len(begun) == 1 else alike), "")


def _hint(near: str, name: str) -> str:
    return f"; did you mean {near}?" if near else f" (see `{name} --help`)"
