"""The verb that sets a run aside."""

from __future__ import annotations

import os
import time

from unshim.cli import exits
from unshim.cli.changing import confirm, end, refuse
from unshim.cli.declared import Options
from unshim.model.values import Missing
from unshim.report import out
from unshim.tell.units import age


def forget(options: Options) -> int:
    """Show the run, ask, and move its folder out of the way."""
    from unshim.plan.forget import forget_run, to_forget
    from unshim.plan.story import story
    from unshim.tell.story import head

    if os.geteuid() != 0:
        return refuse("not root: run it with sudo")
    try:
        folder = to_forget(options.word)
    except OSError as error:
        return refuse(str(error))
    if isinstance(folder, Missing):
        return refuse(folder.reason)
    found = story(options.word)
    if isinstance(found, Missing):
        return refuse(found.reason)
    out.write(head(found, f"{age(time.time() - found.run.began)} ago"))
    out.flush()
    if not options.yes and not confirm(os.uname().nodename, "forget it"):
        out.say("Nothing was changed.")
        return exits.REFUSED
    return end(forget_run(options.word))
