"""Write the shell completion files and the manual that ship with unshim. With --check: compare."""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.shells import bash, fish, manual, zsh
from scripts.shells.offers import Offers
from unshim.apply.journal import STATE
from unshim.judge.discover import catalogue

FOLDER = Path(__file__).resolve().parent.parent / "unshim" / "completions"
_SHELLS = {"bash": bash.completion, "zsh": zsh.completion, "fish": fish.completion}


def completion(shell: str, state: Path = STATE) -> str:
    """Static completion: no Python starts at a press of TAB. Runs are folders below `state`."""
    ids = tuple(check.id for check in catalogue().checks)
    return _SHELLS[shell](Offers(ids, f"{state}/tx"))


def main() -> int:
    files = {FOLDER / f"unshim.{shell}": completion(shell) for shell in _SHELLS}
    files[FOLDER / "unshim.1"] = manual.page()
    stale = [p for p, text in files.items() if not p.exists() or p.read_text("utf-8") != text]
    if "--check" not in sys.argv:
        for path in stale:
            path.write_text(files[path], encoding="utf-8")
        stale = []
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
