"""What both front ends drive: look, plan, apply, undo. Holds a host, the checks and the fixes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from unshim.model.checks import Check
from unshim.model.nouns import NamedTuple
from unshim.model.plan import Fix, Plan
from unshim.model.session import NO_CHOICE, Applied, Choice, Look, Progress, Run, Undoing, Verdict
from unshim.model.values import Missing

if TYPE_CHECKING:
    from unshim.host.host import Host
    from unshim.live.replay import Replay
    from unshim.live.sampler import Sampler


class Engine(NamedTuple):
    """One node's door with the checks and fixes to use on it. Every method is slow: call it in a
    worker thread. `look` may be called again at any time; it reads everything afresh. `left_out`
    is how many checks there are beside these."""

    host: Host
    checks: tuple[Check, ...]
    fixes: tuple[Fix, ...]
    only_reads: bool
    left_out: int = 0

    def look(self, tell: Callable[[int, int], None] = lambda done, of: None) -> Look:
        """Gather the node and diagnose it. `tell` is told how many subjects are read, of all."""
        from unshim.facts.gather import gather
        from unshim.judge.diagnose import diagnose

        start = time.monotonic()
        node = gather(self.host, whole=False, tell=tell)
        results = diagnose(node, self.checks)
        seconds = time.monotonic() - start
        return Look(node, results, seconds, self.left_out, self._open_run())

    def _open_run(self) -> Run | None:
        """The newest run of this machine that is not at its end; a record has none."""
        if not self.host.live:
            return None
        from unshim.apply.open_run import open_run

        return open_run()

    def verdict(self, look: Look) -> Verdict:
        from unshim.judge.verdict import verdict

        return verdict(look, self.fixes)

    def plan(self, check_ids: Sequence[str]) -> Plan:
        """Rehearse the fixes of these checks (of every error and warning, where empty)."""
        from unshim.plan.rehearse import make_plan

        return make_plan(self.host, self.checks, self.fixes, check_ids)

    def apply(self, plan: Plan, progress: Callable[[Progress], None], within: float = 0) -> Applied:
        """Carry a plan out, look again, compare with the forecast; undo where it is worse, and
        where nobody confirms it `within` so many seconds (0: nobody has to)."""
        from unshim.plan.carry_out import apply_plan

        return apply_plan(self, plan, progress, within)

    def confirm(self, run: str) -> Applied:
        """Keep a run that waits for that; "" for the newest that does."""
        from unshim.plan.carry_out import confirm_run

        return confirm_run(self, run)

    def undo(
        self, run: str, progress: Callable[[Progress], None], choice: Choice = NO_CHOICE
    ) -> Applied:
        """Take a run back; "" for the newest that can be."""
        from unshim.plan.carry_out import undo_run

        return undo_run(self, run, progress, choice)

    def undoing(self, run: str, choice: Choice = NO_CHOICE) -> Undoing | Missing:
        """What taking a run back would do, "" for the newest that stands. Raises: OSError,
        ValueError for a journal that cannot be read."""
        from unshim.plan.undoing import undoing

        return undoing(run, choice=choice)

    def journal(self) -> tuple[Run, ...]:
        """Runs on this machine, the newest first."""
        from unshim.apply.journal import runs

        return runs()

    def sampler(self) -> Sampler | Replay | Missing:
        """A source of live samples, those that were recorded for a recorded node; Missing where
        there are none."""
        from unshim.record.recorded import RecordedHost

        if isinstance(self.host, RecordedHost):
            from unshim.live.replay import open_replay

            samples = self.host.samples()
            if isinstance(samples, Missing):
                return samples
            return open_replay(samples, self.host.origin)
        from unshim.live.sampler import open_sampler

        return open_sampler(self.host)

    @property
    def has_live_panes(self) -> bool:
        """Whether `sampler` has something to give. Quick, unlike the rest."""
        from unshim.record.recorded import RecordedHost

        recorded = isinstance(self.host, RecordedHost) and self.host.has_samples
        return self.host.live or recorded
