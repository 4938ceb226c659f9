"""Flags without a value: those of boolean settings follow from the table."""

from __future__ import annotations

from unshim.releases.kubelet_flags import _OF_NO_SETTING, BARE_FLAGS
from unshim.releases.kubelet_kinds import Kind
from unshim.releases.kubelet_table import TABLE


def test_a_setting_that_is_true_or_false_has_bare_flags_and_no_other_has() -> None:
    for row in TABLE:
        bare = row.kind is Kind.BOOLEAN
        assert all((flag in BARE_FLAGS) is bare for flag in row.flags), row.name


def test_what_follows_from_the_table_is_not_written_again() -> None:
    assert not {flag for row in TABLE for flag in row.flags} & _OF_NO_SETTING
    assert {"fail-swap-on", "register-node", "help", "h", "runonce"} <= BARE_FLAGS
