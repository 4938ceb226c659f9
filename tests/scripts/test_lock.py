"""The lines of requirements.lock: each Python gets the version that it was resolved for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from scripts.lock import lines_of

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")


def _taken(lines: list[str], python: str) -> dict[str, str]:
    """name -> version of the lines that pip goes by on one Python."""
    taken: dict[str, str] = {}
    for requirement in map(Requirement, map(str.strip, lines)):
        if requirement.marker is None or requirement.marker.evaluate({"python_version": python}):
            assert requirement.name not in taken, "two lines hold for one Python"
            taken[requirement.name] = str(requirement.specifier).removeprefix("==")
    return taken


def test_one_version_for_all_is_one_line_without_a_marker() -> None:
    assert lines_of({"rich": dict.fromkeys(PYTHONS, "14.0")}) == ["rich==14.0\n"]


def test_a_package_of_some_pythons_alone_needs_no_marker() -> None:
    """It is a constraint: on the others nothing asks for it."""
    assert lines_of({"tomli": {"3.10": "2.2"}}) == ["tomli==2.2\n"]


def test_where_versions_differ_the_last_holds_for_all_that_come() -> None:
    assert lines_of({"grpcio": {"3.10": "1.75", "3.13": "1.76"}}) == [
        "grpcio==1.75; python_version == '3.10'\n",
        "grpcio==1.76; python_version >= '3.13'\n",
    ]


def test_packages_come_by_name_whatever_its_case() -> None:
    one = {"3.12": "1"}
    names = [line.partition("==")[0] for line in lines_of({"b": one, "PyYAML": one, "A": one})]
    assert names == ["A", "b", "PyYAML"]


_versions = st.dictionaries(
    st.sampled_from(["a", "b"]),
    st.fixed_dictionaries({}, optional=dict.fromkeys(PYTHONS, st.sampled_from(["1", "2"]))).filter(
        bool
    ),
)


@given(_versions)
def test_each_python_takes_the_version_it_was_resolved_for(
    versions: dict[str, dict[str, str]],
) -> None:
    ordered = {name: {p: of[p] for p in PYTHONS if p in of} for name, of in versions.items()}
    lines = lines_of(ordered)
    for python in PYTHONS:
        taken = _taken(lines, python)
        for name, of in ordered.items():
            assert python not in of or taken[name] == of[python]


@pytest.mark.parametrize("python", ["3.14", "3.15"])
def test_a_python_that_is_newer_takes_the_newest(python: str) -> None:
    lines = lines_of({"a": {"3.9": "1", "3.10": "2", "3.14": "3"}})
    assert _taken(lines, python) == {"a": "3"}
