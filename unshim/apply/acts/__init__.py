"""What the kinds of steps do to a machine, what they note before it, and how it is undone.

The modules are imported when one of their acts is asked for: a report shows steps and does none.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unshim.apply.acts import cluster as cluster
    from unshim.apply.acts import commands as commands
    from unshim.apply.acts import images as images
    from unshim.apply.acts import imports as imports
    from unshim.apply.acts import kernel as kernel
    from unshim.apply.acts import unit_steps as unit_steps
    from unshim.apply.acts import waits as waits
    from unshim.apply.acts import writes as writes
else:
    _ACTS = ("cluster", "commands", "images", "imports", "kernel", "unit_steps", "waits", "writes")

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name not in _ACTS:
            raise AttributeError(name)
        return import_module(f"{__name__}.{name}")
