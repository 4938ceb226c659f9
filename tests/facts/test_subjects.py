"""The table of subjects: what its rows name is there, and fits."""

from __future__ import annotations

import inspect

import pytest

from unshim.facts.subjects import PROCESSES, SUBJECTS, Subject, named
from unshim.host.host import Host
from unshim.model.node import Node

BY_NAME = {subject.name: subject for subject in SUBJECTS}


def test_the_subjects_are_the_parts_of_a_node() -> None:
    assert ("origin", "live", *BY_NAME) == Node._fields
    assert len(BY_NAME) == len(SUBJECTS)


@pytest.mark.parametrize("subject", SUBJECTS, ids=[subject.name for subject in SUBJECTS])
def test_a_reader_takes_the_host_and_what_it_needs(subject: Subject) -> None:
    """Strings name readers, so that none is loaded before it is read: here they are typed."""
    reader = named(subject.reader)
    taken = [p for p in inspect.signature(reader).parameters.values() if p.default is p.empty]
    assert [parameter.name.lstrip("_") for parameter in taken] == ["host", *subject.needs]
    assert taken[0].annotation == "Host"
    for parameter, need in zip(taken[1:], subject.needs, strict=True):
        assert _kinds(parameter.annotation) == _answers(need), f"{subject.reader}: {need}"


def _kinds(annotation: str) -> set[str]:
    return set(annotation.split(" | "))


def _answers(need: str) -> set[str]:
    """What a reader may be handed of what it needs."""
    if need == PROCESSES:
        return _kinds(Host.processes.__annotations__["return"])
    row = BY_NAME[need]
    kinds = _kinds(named(row.reader).__annotations__["return"])
    if row.unread:
        assert _kinds(named(row.unread).__annotations__["return"]) == kinds
        return kinds
    return {*kinds, "Missing"}


def test_needs_lead_round_in_no_circle() -> None:
    def below(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, f"{' -> '.join((*above, name))}"
        for need in BY_NAME[name].needs if name != PROCESSES else ():
            below(need, (*above, name))

    for name in BY_NAME:
        below(name, ())


def test_every_row_says_what_it_holds() -> None:
    assert [subject.name for subject in SUBJECTS if not (subject.title and subject.holds)] == []
