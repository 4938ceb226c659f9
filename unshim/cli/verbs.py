"""What each verb does. Slow imports stand in the verb that needs them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from unshim import __version__
from unshim.cli import exits
from unshim.cli.declared import Options
from unshim.cli.environment import on_terminal
from unshim.cli.exits import UsageError
from unshim.cli.giving import about_run, as_json, format_of, give
from unshim.cli.opening import Opened, find, known_checks, open_engine, pointer
from unshim.model.session import Look
from unshim.model.values import Missing
from unshim.report import out
from unshim.report.formats import Contents, format_named
from unshim.report.progress import Bar
from unshim.tell.lines import Ink


def run(options: Options) -> int:
    """Carry out what was asked for. Returns the exit code."""
    act = _VERBS.get(options.verb)
    if options.verb == "forget":
        from unshim.cli.forgetting import forget

        return forget(options)
    if act is None:
        from unshim.cli.changing import run as change

        return change(options)
    return act(options)


def _report(options: Options) -> int:
    if not options.report and not options.output and on_terminal():
        opened = open_engine(options)
        import gc

        from tui.run import run as screens
        from tui.terminal.hangup import GONE

        gc.enable()
        code = screens(opened.engine, banner=opened.banner, mouse=not options.no_mouse)
        return exits.INTERRUPTED if code == GONE else code
    opened = open_engine(options)
    with Bar("Looking at the node") as bar:
        look = opened.engine.look(bar.tell)
    code = exits.of_look(look, options.fail_on)
    report = format_named(options.report or format_of(options.output))(_contents(opened, look))
    give(options.output, report)
    return code


def _contents(opened: Opened, look: Look) -> Contents:
    engine, about = opened.engine, about_run(look.node)
    verdict = engine.verdict(look)
    banner = opened.banner or pointer(look.node)
    return Contents(look, verdict, engine.fixes, about, banner, out.width())


def _facts(options: Options) -> int:
    from unshim.cli.facts import show

    return show(options)


def _list(options: Options) -> int:
    known = known_checks()
    if as_json(options):
        from unshim.report.as_json import checks_as_json

        give(options.output, checks_as_json(known.checks, known.fixes))
        return exits.CLEAN
    from unshim.report.as_text import listed

    give(options.output, [listed(known.checks, known.fixes)])
    return exits.CLEAN


def _journal(options: Options) -> int:
    from unshim.apply.journal import STATE, runs
    from unshim.apply.trust import distrust
    from unshim.report import journal

    if os.geteuid() != 0 and STATE.exists():
        raise UsageError(f"not root: {STATE} may not be read; run it with sudo")
    if strange := distrust(STATE):
        out.complain(strange)
    if options.word:
        return _one_run(options)
    entries = runs()
    if as_json(options):
        give(options.output, journal.as_json(entries))
    else:
        give(options.output, journal.as_text(entries, str(STATE)))
    return exits.CLEAN


def _one_run(options: Options) -> int:
    import time

    from unshim.plan.story import story
    from unshim.report import journal
    from unshim.tell.story import story as told
    from unshim.tell.units import age

    found = story(options.word)
    if isinstance(found, Missing):
        raise UsageError(found.reason)
    if as_json(options):
        give(options.output, journal.story_as_json(found))
    else:
        give(options.output, told(found, f"{age(time.time() - found.run.began)} ago"))
    return exits.CLEAN


def _explain(options: Options) -> int:
    from unshim.report.as_text import explained

    known = known_checks()
    check = find(known.checks, options.word)
    cure = next((f for f in known.fixes if f.check_id == check.id), None)
    out.write(explained(check, cure, out.width()))
    return exits.CLEAN


def _plan(options: Options) -> int:
    opened = open_engine(options)
    for name in options.words:
        find(opened.engine.checks, name)
    with Bar("Rehearsing the fixes"):
        plan = opened.engine.plan(options.words)
    if options.output:
        from unshim.plan.saved import dumps

        out.write_file(options.output, dumps(plan))
    from unshim.report.as_text import plan_as_text

    if opened.banner:
        out.say(opened.banner, Ink.DIM)
    out.write(plan_as_text(plan, out.width()))
    return exits.of_plan(plan)


def _record(options: Options) -> int:
    from unshim.cli.recording import record

    return record(options)


def _completion(options: Options) -> int:
    from pathlib import Path

    folder = Path(__file__).resolve().parent.parent / "completions"
    out.raw((folder / f"unshim.{options.word}").read_text(encoding="utf-8"))
    return exits.CLEAN


def _help(options: Options) -> int:
    if options.man:
        from pathlib import Path

        page = Path(__file__).resolve().parent.parent / "completions" / "unshim.1"
        out.raw(page.read_text(encoding="utf-8"))
        return exits.CLEAN
    from unshim.cli.help import page as help_page
    from unshim.report.as_text import painted

    out.write(painted(help_page(options.word), out.width()))
    return exits.CLEAN


def _version(_: Options) -> int:
    out.say(f"unshim {__version__}")
    return exits.CLEAN


_VERBS: Mapping[str, Callable[[Options], int]] = {
    "": _report,
    "list": _list,
    "explain": _explain,
    "plan": _plan,
    "journal": _journal,
    "facts": _facts,
    "record": _record,
    "completion": _completion,
    "help": _help,
    "version": _version,
}
"""The verbs that change nothing."""
