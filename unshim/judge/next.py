"""The things to do next, in order: what hurts most first, and what it needs before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import overload

from unshim.judge.guards import applied_check
from unshim.model.checks import Result, Severity
from unshim.model.plan import Cure
from unshim.model.session import Suggestion

MOST = 3


class Suggestions(Sequence[Suggestion]):
    """The three things to do next. They are worked out when they are first asked for: it takes
    running fixes, and some reports name none. `failed` is what weighs most first."""

    def __init__(self, failed: Iterable[Result], cures: Mapping[str, Cure]) -> None:
        self._failed = {result.check.id: result for result in failed}
        self._cures = cures
        self._made: tuple[Suggestion, ...] | None = None

    def _all(self) -> tuple[Suggestion, ...]:
        if self._made is None:
            found: dict[tuple[str, str], Suggestion] = {}
            for one in self._in_order():
                found.setdefault((one.title, one.check_id), one)
                if len(found) == MOST:
                    break
            self._made = tuple(found.values())
        return self._made

    def _in_order(self) -> Iterator[Suggestion]:
        """What hurts and is no consequence of something else; for what would be refused now, what
        it needs first."""
        for result in self._failed.values():
            follows = all(finding.caused_by for finding in result.findings)
            if result.severity is not Severity.INFO and not follows:
                yield self._for(result, frozenset())

    def _for(self, result: Result, after: frozenset[str]) -> Suggestion:
        check = result.check
        cure = self._cures.get(check.id)
        if cure is None:
            return Suggestion(check.title, check.id, False)
        if not cure.refused:
            return Suggestion(cure.fix.title, check.id, True)
        if not cure.first:
            return Suggestion(check.title, check.id, False)
        other = applied_check(cure.first[0])
        if other in self._failed and other not in after:
            return self._for(self._failed[other], after | {check.id})
        return Suggestion(cure.first[0], check.id, False, first=True)

    @overload
    def __getitem__(self, place: int) -> Suggestion: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Suggestion]: ...

    def __getitem__(self, place: int | slice) -> Suggestion | Sequence[Suggestion]:
        return self._all()[place]

    def __len__(self) -> int:
        return len(self._all())
