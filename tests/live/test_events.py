"""Events wait for a reader in another thread, and never hold up the one that hears them."""

from __future__ import annotations

import threading
from itertools import islice

import pytest

from unshim.host.host import RpcError
from unshim.live.events import EVENTS_KEPT, EventQueue, subscribe
from unshim.model.live import Event


def _event(number: int) -> Event:
    return Event(float(number), "k8s.io", "/tasks/start", str(number))


def test_events_are_read_in_their_order() -> None:
    queue = EventQueue()
    for number in range(3):
        queue.put(_event(number))
    assert [event.at for event in islice(queue.read(threading.Event()), 3)] == [0.0, 1.0, 2.0]


def test_the_oldest_are_dropped_when_nobody_reads() -> None:
    queue = EventQueue()
    for number in range(EVENTS_KEPT + 5):
        queue.put(_event(number))
    assert next(queue.read(threading.Event())).at == 5.0


def test_a_reader_that_waits_gets_what_comes() -> None:
    queue, heard = EventQueue(), list[Event]()
    reader = threading.Thread(target=lambda: heard.extend(islice(queue.read(threading.Event()), 1)))
    reader.start()
    queue.put(_event(7))
    reader.join(5)
    assert heard == [_event(7)]


@pytest.mark.parametrize("ending", ["stopped", "closed"])
def test_a_read_ends_when_it_is_stopped_or_closed(ending: str) -> None:
    queue, stop = EventQueue(), threading.Event()
    reader = threading.Thread(target=lambda: list(queue.read(stop)))
    reader.start()
    if ending == "closed":
        queue.close()
    else:
        stop.set()
    reader.join(5)
    assert not reader.is_alive()


def test_without_a_daemon_a_subscription_says_so_and_opens_nothing() -> None:
    def opened(_stream: object) -> bool:
        raise AssertionError("there is nothing to open")

    with pytest.raises(RpcError):
        subscribe("/nonexistent/containerd.sock", opened, print)
