"""The recorder in POSIX sh, for nodes that have no Python unshim runs on: one script, put together.

What it looks at and keeps is taken from unshim's own tables, so that neither forgets the other.
"""

from __future__ import annotations

from pathlib import Path

_TEXT = ("main.awk", "secrets.awk", "forms.awk", "allowed.awk", "sieve.awk", "json.awk")
_ANSWERS = ("grpc.awk",)
_PARTS = ("paths.sh", "answers.sh", "following.sh", "asking.sh")


def script() -> str:
    """The whole script, ready to be run by `sh`."""
    from unshim.record.sh.looks import constants

    text = _file("record.sh")
    text = text.replace("@TEXT_AWK@", _join(_TEXT)).replace("@ANSWERS_AWK@", _join(_ANSWERS))
    text = text.replace("@EXCHANGE@", _file("exchange.python").rstrip("\n"))
    text = text.replace("@PARTS@", constants() + _join(_PARTS))
    return _fill(text.replace("@LOOKS@", _join(("looks.sh",))))


def awk_programs() -> tuple[str, str]:
    """The awk programs inside the script: for text, and what answers of daemons need besides."""
    return _fill(_join(_TEXT)), _fill(_join(_ANSWERS))


def _fill(text: str) -> str:
    """`text` with what stands for each @NAME@."""
    from unshim.record.sh import kept, looks, secrets

    for name, value in {**looks.values(), **secrets.values(), **kept.values()}.items():
        text = text.replace(f"@{name}@", value)
    return text


def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _join(names: tuple[str, ...]) -> str:
    return "\n".join(_file(name) for name in names).rstrip("\n")
