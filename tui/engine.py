"""What the screens need of an engine: unshim.engine.Engine has it, and so has a test's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from unshim.model.live import Sample
from unshim.model.plan import Fix, Plan
from unshim.model.session import Applied, Look, Progress, Run, Undoing, Verdict
from unshim.model.values import Missing


class Sampler(Protocol):
    """A source of live samples. `sample` blocks; one thread calls it."""

    def sample(self) -> Sample: ...

    def close(self) -> None: ...


class Engine(Protocol):
    """One node's door. Every method may be slow: only worker threads call them."""

    @property
    def fixes(self) -> tuple[Fix, ...]: ...

    @property
    def only_reads(self) -> bool: ...

    @property
    def has_live_panes(self) -> bool: ...

    def look(self) -> Look: ...

    def verdict(self, look: Look) -> Verdict: ...

    def plan(self, check_ids: Sequence[str]) -> Plan: ...

    def apply(self, plan: Plan, progress: Callable[[Progress], None]) -> Applied: ...

    def undo(self, run: str, progress: Callable[[Progress], None]) -> Applied: ...

    def undoing(self, run: str) -> Undoing | Missing: ...

    def journal(self) -> tuple[Run, ...]: ...

    def sampler(self) -> Sampler | Missing: ...
