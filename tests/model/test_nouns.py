"""Nouns behave as typing's NamedTuples do, but are equal by type, and never false."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
import typing
from collections.abc import Iterator, Mapping

import pytest

import unshim.model
from unshim.model import nouns
from unshim.model.machine import Flag, UnitState
from unshim.model.steps import ReloadSystemd, RestartUnit
from unshim.model.values import Missing, Origin, Source, Version


def _made(base: typing.Any) -> typing.Any:
    class Noun(base):  # type: ignore[misc]  # both are asked the same
        """What it is."""

        name: str
        number: int | None = None

        @property
        def shown(self) -> str:
            return f"{self.name} {self.number}"

    return Noun


class StopUnit(nouns.NamedTuple):
    """The same field as RestartUnit, and another act."""

    unit: str


def test_a_noun_is_what_typing_makes() -> None:
    ours, theirs = _made(nouns.NamedTuple), _made(typing.NamedTuple)
    for made in (ours, theirs):
        noun = made("a")
        assert noun == made("a") and noun != made("b")
        assert (noun.shown, noun._replace(number=2).shown) == ("a None", "a 2")
        assert repr(noun) == "Noun(name='a', number=None)"
        assert hash(noun) == hash(made("a"))
        assert made("a", 1) < made("a", 2) < made("b", 0)
        with pytest.raises(TypeError):
            made()
        with pytest.raises(AttributeError):
            noun.name = "b"
    words = ("_fields", "_field_defaults", "__match_args__", "__doc__", "__module__")
    for word in words:
        assert getattr(ours, word) == getattr(theirs, word)


def test_nouns_of_two_types_are_never_equal() -> None:
    stop: object = StopUnit("docker.service")
    restart: object = RestartUnit("docker.service")
    assert stop != restart and not stop == restart  # noqa: SIM201  (both operators are asked)
    assert restart not in [stop]
    assert len({stop, restart}) == 2
    assert {stop: 1}.get(restart) is None
    assert (stop,) != (restart,)
    assert stop == StopUnit("docker.service") and not stop != StopUnit("docker.service")  # noqa: SIM202


def test_a_noun_is_not_its_tuple() -> None:
    plain: object = ("x",)
    assert RestartUnit("x") != plain
    assert plain != RestartUnit("x")
    assert ReloadSystemd() != ()


def test_nouns_within_nouns_are_equal_by_type_too() -> None:
    class Holds(nouns.NamedTuple):
        step: object

    assert Holds(StopUnit("x")) != Holds(RestartUnit("x"))
    assert Holds(StopUnit("x")) == Holds(StopUnit("x"))


def test_no_noun_is_false_but_what_is_missing_is() -> None:
    assert bool(ReloadSystemd())
    assert bool(Version(0, 0, 0))
    assert not Missing("not permitted")


def test_a_version_stays_ordered() -> None:
    assert Version(1, 6, 9) < Version(1, 6, 10) < Version(2, 0, 0)
    assert max(Version(1, 4, 0), Version(1, 2, 9)) == Version(1, 4, 0)
    assert Version(1, 6, 0).line >= (1, 6)


def test_a_noun_survives_copies() -> None:
    source = Source(Origin.FILE, "/etc/x", 3)
    assert copy.deepcopy(source) == source == pickle.loads(pickle.dumps(source))
    assert type(copy.copy(source)) is Source


def _nouns() -> Iterator[type]:
    for found in pkgutil.walk_packages(unshim.model.__path__, "unshim.model."):
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            named = isinstance(value, type) and hasattr(value, "_fields")
            if named and value.__module__ == found.name:
                yield value


ALL = sorted(_nouns(), key=lambda noun: f"{noun.__module__}.{noun.__qualname__}")


@pytest.mark.parametrize("noun", ALL, ids=lambda noun: noun.__name__)
def test_each_noun_carries_its_types(noun: typing.Any) -> None:
    assert tuple(typing.get_type_hints(noun)) == noun._fields


@pytest.mark.parametrize("noun", ALL, ids=lambda noun: noun.__name__)
def test_no_noun_shares_what_can_be_changed(noun: typing.Any) -> None:
    for default in noun._field_defaults.values():
        assert not isinstance(default, dict | list | set | bytearray), default


def test_what_a_type_hint_says() -> None:
    assert typing.get_type_hints(Flag)["value"] == str | None
    assert typing.get_type_hints(UnitState)["loaded"] == Mapping[str, str]


def test_a_default_mapping_cannot_be_written_to() -> None:
    state = UnitState("loaded", "active", "running", "enabled", 1, 0, False)
    with pytest.raises(TypeError):
        state.loaded["KillMode"] = "none"  # type: ignore[index]


@pytest.mark.parametrize(
    ("values", "named", "wrong"),
    [
        ((), {}, "name"),
        (("a", 1, 2), {}, "2 values, 3 are given"),
        (("a",), {"name": "b"}, "takes no name"),
        (("a",), {"colour": "red"}, "takes no colour"),
        ((), {"number": 1}, "name"),
    ],
)
def test_what_does_not_fit_the_fields_is_refused(
    values: tuple[object, ...], named: dict[str, object], wrong: str
) -> None:
    with pytest.raises(TypeError, match=wrong):
        _made(nouns.NamedTuple)(*values, **named)


def test_fields_are_filled_from_places_names_and_defaults() -> None:
    made = _made(nouns.NamedTuple)
    assert made("a", number=2) == made("a", 2) == made(number=2, name="a") == made._make(["a", 2])
    assert made(name="a") == made("a", None)
    assert made("a", 2)._asdict() == {"name": "a", "number": 2}
    with pytest.raises(ValueError, match="has no colour"):
        made("a")._replace(colour="red")


def test_a_field_without_default_stands_before_those_with() -> None:
    with pytest.raises(TypeError, match="number stands behind"):

        class Wrong(nouns.NamedTuple):
            name: str = ""
            number: int  # type: ignore[misc]
