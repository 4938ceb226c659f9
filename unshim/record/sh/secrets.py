"""What is secret, as the script's awk has it: from the one table in unshim/text/redact.py."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.text import redact


def values() -> Mapping[str, str]:
    """What stands for each @NAME@ of secrets.awk."""
    return {
        "WORDS": redact._WORDS,
        "HARMLESS": redact._HARMLESS_NAME.pattern[4:].replace(r"\w", "[a-z0-9_]"),
    }
