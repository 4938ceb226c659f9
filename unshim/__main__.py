"""`python -I -m unshim`: what bin/unshim execs."""

from __future__ import annotations

import gc
import sys


def run() -> int:
    if sys.argv[1:] in (["--version"], ["-V"]) and sys.stdout is not None:
        from unshim import __version__

        try:
            sys.stdout.write(f"unshim {__version__}\n")
            sys.stdout.flush()
            return 0
        except OSError:
            pass  # told by what tells all others
    gc.disable()  # a report ends before there is anything to collect; what lasts turns it on
    from unshim.cli import main

    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())
