"""The verb `facts`: all that is known, one part of it, or what is asked for by name or word."""

from __future__ import annotations

from unshim.cli import exits
from unshim.cli.declared import Options
from unshim.cli.exits import UsageError
from unshim.cli.giving import about_run, as_json, give
from unshim.cli.opening import choose_host
from unshim.model.node import Node
from unshim.report import facts as reports
from unshim.report import known, out
from unshim.report.known import Fact
from unshim.report.progress import Bar
from unshim.tell.lines import Ink, line


def show(options: Options) -> int:
    """Show what is known. Raises: UsageError for a name that nothing has."""
    from unshim.facts.gather import gather

    host, banner = choose_host(options)
    with Bar("Looking at the node") as bar:
        node = gather(host, whole=False, tell=bar.tell)
    chosen = _chosen(node, options)
    if as_json(options):
        run = about_run(node)
        if chosen is None:
            give(options.output, reports.as_json(node, options.word, run))
        else:
            give(options.output, reports.chosen_as_json(chosen, run))
        return exits.CLEAN
    head = (line((banner, Ink.DIM)),) if banner else ()
    told = reports.as_text(node, options.word) if chosen is None else reports.chosen_as_text(chosen)
    give(options.output, (*head, *told))
    if chosen == []:
        out.complain("nothing that is known matches")
    return exits.CLEAN


def _chosen(node: Node, options: Options) -> list[Fact] | None:
    """The facts that are asked for by a name, a word or for being set; None for all."""
    _, key, *_ = (*options.words, "", "")
    if not (key or options.grep or options.set):
        return None
    facts = list(known.facts_of(node, options.word))
    if key:
        named = known.below(facts, key)
        if not named:
            raise UsageError(_no_fact(options.word, key, facts))
        facts = named
    if options.set:
        facts = [fact for fact in facts if fact.is_set]
    return known.with_word(facts, options.grep)


def _no_fact(subject: str, key: str, facts: list[Fact]) -> str:
    import difflib

    names = {fact.path[-1] for fact in facts}
    near = difflib.get_close_matches(key, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"`unshim facts {subject}` shows all"
    return f"{subject} has no {key!r}; {hint}"
