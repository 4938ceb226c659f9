"""The tasks that containerd runs, kept current from its events; nothing here waits on a screen.

Tasks.List asks every shim (100 tasks: about 30 ms of the shims' CPU). So a full list is taken every
LIST_SECONDS only; between lists, an event about a task asks for that one task. Events come before
the first list, so that nothing falls between the two. A daemon that dies ends the event stream at
once; one that is frozen is noticed by a call to Version every second (0.3 ms) with a deadline.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from unshim.host.host import Host, RpcError
from unshim.live.entries import LIST_DEADLINE, Key, TaskAsker, TaskEntry
from unshim.live.events import EventQueue, subscribe
from unshim.live.words import event_of
from unshim.model.live import Event
from unshim.model.values import Missing, Why
from unshim.rpc import containerd as ctd
from unshim.rpc.answers import missing, visible_text

if TYPE_CHECKING:
    import grpc

    from unshim.rpc import containerd_pb2 as pb

LIST_SECONDS = 5.0
PROBE_SECONDS = 1.0
PROBE_DEADLINE = 2.0
RETRY_SECONDS = 1.0
_ASKED = Missing("containerd has not answered yet", Why.TIMEOUT)


@dataclass(slots=True)
class TaskFollower:
    """Follows one daemon in two threads, through its deaths and returns. Close it."""

    host: Host
    socket: str
    _tasks: dict[Key, TaskEntry] | Missing = field(default=_ASKED)
    _asker: TaskAsker = field(init=False)
    _changed: set[Key] = field(default_factory=set)
    _daemon: str = ""
    _events: EventQueue = field(default_factory=EventQueue)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _wake: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _answered: threading.Event = field(default_factory=threading.Event)
    _relist: threading.Event = field(default_factory=threading.Event)
    _stream: grpc.Call | None = None
    _lost: bool = False

    def __post_init__(self) -> None:
        self._asker = TaskAsker(self.host, self.socket)

    def start(self) -> None:
        for name, work in (("events", self._follow), ("tasks", self._list)):
            threading.Thread(target=work, name=f"unshim-{name}", daemon=True).start()

    def close(self) -> None:
        """End both threads; waits for neither, and no later read changes anything."""
        self._stop.set()
        self._wake.set()
        if (stream := self._stream) is not None:
            stream.cancel()  # type: ignore[no-untyped-call]  # grpc-stubs leave it without types
        self._events.close()

    def tasks(self, wait: float = 0.0) -> Mapping[Key, TaskEntry] | Missing:
        """The tasks as last known; the first time, waits up to that many seconds for them."""
        self._answered.wait(wait)
        return self._tasks

    def daemon(self) -> str:
        """The daemon's version as it names itself, "" where it has not answered."""
        return self._daemon

    def events(self, stop: threading.Event) -> Iterator[Event]:
        """Events as they come, until `stop` is set or the follower is closed."""
        return self._events.read(stop)

    # the thread that lists

    def _list(self) -> None:
        # The list waits for the subscription, but not for ever: events may not be offered.
        self._relist.wait(RETRY_SECONDS)
        due = 0.0
        while not self._stop.is_set():
            with self._lock:
                changed, self._changed = self._changed, set()
            try:
                if time.monotonic() >= due or self._relist.is_set() or not self._is_known():
                    self._relist.clear()
                    self._list_all()
                    due = time.monotonic() + LIST_SECONDS
                else:
                    ctd.version(self.host, self.socket, PROBE_DEADLINE)
                    for key in changed:
                        self._put(key, self._asker.one(key))
            except RpcError as error:
                self._lose(missing(error, "containerd"))
                self._stop.wait(RETRY_SECONDS)
                continue
            self._answered.set()
            self._wake.wait(PROBE_SECONDS)
            self._wake.clear()
            # Events of one start come in a burst: one look is enough for them.
            self._stop.wait(0.1)

    def _is_known(self) -> bool:
        return not isinstance(self._tasks, Missing)

    def _list_all(self) -> None:
        release = visible_text(ctd.version(self.host, self.socket, LIST_DEADLINE))
        entries = self._asker.every()
        with self._lock:
            self._daemon = release
            self._tasks = entries
            if self._lost:
                self._lost = False
                back = f"containerd {release} answers"
                self._events.put(Event(time.time(), "", "/daemon/back", back))

    def _put(self, key: Key, task: TaskEntry | None) -> None:
        """Replace the whole map: a reader may hold the old one."""
        if isinstance(self._tasks, Missing):
            return
        changed = dict(self._tasks)
        changed.pop(key, None)
        if task is not None:
            changed[key] = task
        self._tasks = changed

    # the thread that follows events

    def _follow(self) -> None:
        while not self._stop.is_set():
            try:
                subscribe(self.socket, self._opened, self._heard)
            except RpcError as error:
                if not self._stop.is_set():
                    self._lose(missing(error, "containerd"))
            self._stop.wait(RETRY_SECONDS)

    def _opened(self, stream: grpc.Call | None) -> bool:
        """A subscription stands, or None: it has ended. Whether to listen to it."""
        self._stream = stream
        if stream is None or self._stop.is_set():
            return False
        # A new subscription may have missed something: list again.
        self._relist.set()
        self._wake.set()
        return True

    def _heard(self, envelope: pb.Envelope) -> None:
        namespace = visible_text(envelope.namespace)
        event, container = event_of(envelope, lambda i: self._asker.meta((namespace, i)))
        with self._lock:
            if container:
                self._changed.add((namespace, container))
            self._events.put(event)
        if container:
            self._wake.set()

    def _lose(self, reason: Missing) -> None:
        with self._lock:
            self._tasks = reason
            self._daemon = ""
            self._answered.set()
            self._wake.set()
            if not self._lost and not self._stop.is_set():
                self._lost = True
                self._events.put(Event(time.time(), "", "/daemon/lost", reason.reason))
