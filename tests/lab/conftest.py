"""Fixtures for tests on real daemons and real nodes; where the lab cannot run, they skip."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from . import base, packages
from .cache import Unavailable
from .containerd import Daemon, Line
from .node import Node


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is marked `lab`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.lab)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    """A test of what is not to be had here is skipped."""
    return (yield from _skipping())


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup() -> Generator[None, object, object]:
    """So is one whose fixture is of what is not to be had here."""
    return (yield from _skipping())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    """And each further test of a fixture that failed so: pytest raises what it kept again."""
    return (yield from _skipping())


def _skipping() -> Generator[None, object, object]:
    try:
        return (yield)
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def lab() -> None:
    """The lab can run here."""
    if reason := packages.why_not():
        pytest.skip(reason)


@pytest.fixture(scope="session")
def node_layers(lab: None) -> None:
    """What nodes start from is in the cache."""
    base.layers()


@pytest.fixture
def boot(node_layers: None) -> Iterator[Callable[..., Node]]:
    """`Node.boot`; what it boots is stopped at the end of the test."""
    with ExitStack() as stack:

        def boot_one(*args: object, **settings: object) -> Node:
            return stack.enter_context(Node.boot(*args, **settings))  # type: ignore[arg-type]

        yield boot_one


@pytest.fixture
def node(node_layers: None) -> Iterator[Node]:
    """A fresh node with containerd and Docker running."""
    with Node.boot() as booted:
        yield booted


@pytest.fixture(scope="module")
def shared_node(node_layers: None) -> Iterator[Node]:
    """A node for all tests of a module: for those that only look."""
    with Node.boot() as booted:
        yield booted


@pytest.fixture
def start(lab: None) -> Iterator[Callable[..., Daemon]]:
    """`Daemon.start`; what it starts is ended at the end of the test."""
    with ExitStack() as stack:

        def start_one(line: Line = "1.6", config: str | None = None) -> Daemon:
            return stack.enter_context(Daemon.start(line, config))

        yield start_one
