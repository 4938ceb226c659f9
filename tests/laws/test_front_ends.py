"""Every front end says one thing of what a fix disturbs on a node."""

from __future__ import annotations

import json

import pytest

from tui.lines.story import brief
from unshim.judge.disturbs import describe_cure
from unshim.judge.verdict import verdict
from unshim.report.as_json import as_json
from unshim.report.as_text import as_text
from unshim.report.formats import Contents
from unshim.tell.verdict import suggestion

from .nodes import FIXES, NAMES, failing, look, results


@pytest.mark.parametrize("name", NAMES)
def test_the_reports_and_the_screens_say_the_same(name: str) -> None:
    said = verdict(look(name), FIXES)
    contents = Contents(look(name), said, FIXES, {}, width=1000)
    text = "\n".join(line.text for line in as_text(contents))
    rows = {row["id"]: row for row in json.loads(as_json(contents))["results"]}
    assert set(said.cures) == {f.check_id for f in FIXES} & set(failing(name))
    for one in said.suggestions:
        assert "{} ({}".format(*suggestion(said, one)) in text
    for check_id, cure in said.cures.items():
        result, fix = results(name)[check_id], cure.fix
        if not all(f.caused_by for f in result.findings):
            screen = "\n".join(line.plain for line in brief(result, cure, 1000))
            words = cure.refused or f"Fix: unshim apply {check_id}   {describe_cure(cure)}"
            assert words in text and words in screen
        assert rows[check_id]["fix"] == {"id": fix.id, "disturbs": fix.disturbs.value}
        assert cure.disturbs.rank <= fix.disturbs.rank
