"""Nouns behave as typing's NamedTuples do."""

from __future__ import annotations

import typing

import pytest

from unshim.model import nouns


def _made(base: typing.Any) -> typing.Any:
    class Noun(base):  # type: ignore[misc]  # both are asked the same
        """What it is."""

        name: str
        number: int | None = None

        @property
        def shown(self) -> str:
            return f"{self.name} {self.number}"

    return Noun


def test_a_noun_is_what_typing_makes() -> None:
    ours, theirs = _made(nouns.NamedTuple), _made(typing.NamedTuple)
    for made in (ours, theirs):
        noun = made("a")
        assert noun == ("a", None)
        assert (noun.shown, noun._replace(number=2).shown) == ("a None", "a 2")
        assert repr(noun) == "Noun(name='a', number=None)"
        assert hash(noun) == hash(("a", None))
        with pytest.raises(TypeError):
            made()
        with pytest.raises(AttributeError):
            noun.name = "b"
    for word in ("_fields", "_field_defaults", "__match_args__", "__doc__", "__module__"):
        assert getattr(ours, word) == getattr(theirs, word)
