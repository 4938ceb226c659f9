"""Write the shell completion files that ship with unshim. With --check: only compare."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import shtab

from unshim.cli.parser import build
from unshim.judge.discover import catalogue

FOLDER = Path(__file__).resolve().parent.parent / "unshim" / "completions"


def completion(shell: str) -> str:
    """Static completion: no Python starts at a press of TAB."""
    parser = build()
    ids = [check.id for check in catalogue().checks]
    for verbs in parser._actions:
        if not isinstance(verbs, argparse._SubParsersAction):
            continue
        for name in ("explain", "plan", "apply"):
            for action in verbs.choices[name]._actions:
                if action.dest in ("id", "ids"):
                    action.choices = ids
    text = shtab.complete(parser, shell=shell)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def main() -> int:
    stale = False
    for shell in ("bash", "zsh"):
        path, text = FOLDER / f"unshim.{shell}", completion(shell)
        if "--check" in sys.argv:
            stale |= not path.exists() or path.read_text(encoding="utf-8") != text
        else:
            path.write_text(text, encoding="utf-8")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main())
