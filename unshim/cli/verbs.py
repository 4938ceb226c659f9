"""What each verb does. Slow imports stand in the verb that needs them."""

from __future__ import annotations

import argparse
import os

from unshim.cli import exits
from unshim.cli.environment import on_terminal
from unshim.cli.exits import UsageError
from unshim.cli.opening import Opened, choose_host, find, known_checks, open_engine
from unshim.model.node import Node
from unshim.model.session import Look
from unshim.report import out
from unshim.report.formats import Contents, format_named
from unshim.tell.lines import Ink


def run(options: argparse.Namespace) -> int:
    """Carry out what was asked for. Returns the exit code."""
    match options.verb:
        case None:
            return _report(options)
        case "list":
            return _list(options)
        case "explain":
            return _explain(options)
        case "plan":
            return _plan(options)
        case "facts":
            return _facts(options)
        case "record":
            return _record(options)
        case "completion":
            return _completion(options)
        case _:
            from unshim.cli.changing import run as change

            return change(options)


def _report(options: argparse.Namespace) -> int:
    wants_screens = options.report is None and options.output is None
    if wants_screens and on_terminal():
        opened = open_engine(options)
        import gc

        from tui.run import run as screens
        from tui.terminal.hangup import GONE

        gc.enable()
        code = screens(opened.engine, banner=opened.banner, mouse=not options.no_mouse)
        return exits.INTERRUPTED if code == GONE else code
    opened = open_engine(options)
    look = opened.engine.look()
    code = exits.of_results(look.results, options.fail_on)
    report = format_named(options.report or "text")(_contents(opened, look))
    if options.output is not None and options.output != "-":
        out.write_file(options.output, report if isinstance(report, str) else out.plain(report))
    elif isinstance(report, str):
        out.raw(report)
    else:
        out.write(report)
    return code


def _contents(opened: Opened, look: Look) -> Contents:
    engine, about = opened.engine, _about(look.node)
    verdict = engine.verdict(look)
    return Contents(look, verdict, engine.fixes, about, opened.banner, out.width())


def _about(node: Node) -> dict[str, object]:
    """What differs from one run to the next."""
    import time

    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"at": now, "uid": os.getuid(), "origin": node.origin, "live": node.live}


def _facts(options: argparse.Namespace) -> int:
    from unshim.facts.gather import gather
    from unshim.report import facts

    host, banner = choose_host(options)
    node = gather(host, whole=False)
    if options.json:
        out.raw(facts.as_json(node, options.subject, _about(node)))
        return exits.CLEAN
    if banner:
        out.say(banner, Ink.DIM)
    out.write(facts.as_text(node, options.subject))
    return exits.CLEAN


def _list(options: argparse.Namespace) -> int:
    known = known_checks()
    if options.json:
        from unshim.report.as_json import checks_as_json

        out.raw(checks_as_json(known.checks, known.fixes))
        return exits.CLEAN
    from unshim.report.as_text import listed

    out.write(listed(known.checks, known.fixes))
    return exits.CLEAN


def _explain(options: argparse.Namespace) -> int:
    from unshim.report.as_text import explained

    known = known_checks()
    check = find(known.checks, options.id)
    cure = next((f for f in known.fixes if f.check_id == check.id), None)
    out.write(explained(check, cure, out.width()))
    return exits.CLEAN


def _plan(options: argparse.Namespace) -> int:
    opened = open_engine(options)
    for name in options.ids:
        find(opened.engine.checks, name)
    plan = opened.engine.plan(options.ids)
    if getattr(options, "output", None):
        from unshim.plan.saved import dumps

        out.write_file(options.output, dumps(plan))
    from unshim.report.as_text import plan_as_text

    if opened.banner:
        out.say(opened.banner, Ink.DIM)
    out.write(plan_as_text(plan, out.width()))
    return exits.of_plan(plan)


def _record(options: argparse.Namespace) -> int:
    if options.sh == (options.destination is not None):
        raise UsageError("give either the file to record to, or --sh for a script that records")
    if options.sh:
        from unshim.record.sh import script

        out.raw(script())
        return exits.CLEAN
    from unshim.facts.gather import gather
    from unshim.host.local import LocalHost
    from unshim.host.once import RecordingHost
    from unshim.plan.rehearse import make_plan
    from unshim.record.recorded import RecordError
    from unshim.record.writing import write_record

    recording = RecordingHost(LocalHost())
    gather(recording)
    # What a plan would ask beside it, so that the record can be planned for.
    known = known_checks()
    make_plan(recording, known.checks, known.fixes, [f.check_id for f in known.fixes])
    try:
        write_record(recording, options.destination)
    except (RecordError, OSError) as error:
        raise UsageError(f"cannot record: {error}") from None
    out.say(f"Recorded in {options.destination}, secrets removed. Read it with --root.")
    return exits.CLEAN


def _completion(options: argparse.Namespace) -> int:
    from pathlib import Path

    folder = Path(__file__).resolve().parent.parent / "completions"
    out.raw((folder / f"unshim.{options.shell}").read_text(encoding="utf-8"))
    return exits.CLEAN
