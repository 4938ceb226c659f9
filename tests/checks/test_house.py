"""Where checks and fixes stand: known subjects, few to a file, each fix beside its check."""

from __future__ import annotations

import re
from collections import Counter

from tests.laws.nodes import CHECKS, FIXES

SUBJECTS = {
    "runtime", "kubelet", "cgroup", "cri-client", "images", "logs", "registry", "cni",
    "network-kernel", "systemd", "nerdctl-buildkit", "storage", "security", "docker-leftovers",
    "workload",
}  # fmt: skip


def test_every_check_has_a_subject_that_is_known() -> None:
    assert {check.subject for check in CHECKS} <= SUBJECTS


def test_a_file_holds_at_most_ten_checks() -> None:
    crowded = {m: n for m, n in Counter(c.run.__module__ for c in CHECKS).items() if n > 10}
    assert crowded == {}


def test_a_fix_stands_under_the_name_of_its_check() -> None:
    modules = {check.id: check.run.__module__.partition(".")[2] for check in CHECKS}
    elsewhere = {
        fix.id: fix.run.__module__
        for fix in FIXES
        if fix.run.__module__.partition(".")[2] != modules[fix.check_id]
    }
    assert elsewhere == {}


def test_proof_is_told_by_what_is_declared_alone() -> None:
    """Prose beside it could say otherwise."""
    prose = {check.id: check.explanation.rpartition("\n\nProof: ") for check in CHECKS}
    assert [i for i, (_, mark, _) in prose.items() if not mark] == []
    told = re.compile(r"not seen|not at hand|seen (with|on) (containerd|kubelet|a kubelet|Docker)")
    assert [i for i, (text, _, _) in prose.items() if told.search(text)] == []
