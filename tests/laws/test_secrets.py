"""No secret of a node leaves it: planted in every form, looked for in all that unshim gives."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests import planted, trees
from tests.laws import nodes
from tests.record.sh.awks import AWKS
from unshim.cli import main
from unshim.facts.gather import gather
from unshim.host.once import RecordingHost
from unshim.host.tree import TreeHost
from unshim.judge.diagnose import diagnose
from unshim.plan.rehearse import make_plan
from unshim.record.recorded import RecordedHost
from unshim.record.sh import awk_programs, script
from unshim.record.writing import write_record


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planted node as a tree."""
    folder = tmp_path_factory.mktemp("planted")
    trees.tree(folder, planted.FILES)
    return folder


@pytest.fixture(scope="module")
def record(node: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, recorded, with what a plan for it would ask."""
    recording = RecordingHost(TreeHost(str(node)))
    gather(recording)
    make_plan(recording, nodes.CHECKS, nodes.FIXES, [fix.check_id for fix in nodes.FIXES])
    place = tmp_path_factory.mktemp("record") / "node"
    write_record(recording, str(place))
    return place


def test_there_are_many() -> None:
    assert len(planted.SECRETS) >= 120
    files = "".join(planted.FILES.values())
    assert all(s in files or s[2:5] in files for s in planted.SECRETS)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--report", "text"),
        ("--report", "json"),
        ("facts",),
        ("facts", "--json"),
        ("plan",),
    ],
    ids=" ".join,
)
def test_none_is_told(
    node: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    main([*arguments, "--root", str(node)])
    told = capsys.readouterr()
    assert len(told.out) > 500
    assert planted.leaked(told.out + told.err) == []


def test_none_is_in_a_saved_plan(node: Path, tmp_path: Path) -> None:
    main(["plan", "--root", str(node), "-o", str(tmp_path / "plan.json")])
    assert planted.leaked((tmp_path / "plan.json").read_text()) == []
    assert json.loads((tmp_path / "plan.json").read_text())["steps"]


def test_none_is_recorded(record: Path) -> None:
    contents = [place.read_bytes().decode("latin-1") for place in record.rglob("*.*")]
    contents += [place.read_bytes().decode("latin-1") for place in (record / "files").iterdir()]
    assert len(contents) > 20
    assert planted.leaked("".join(contents)) == []


def test_a_record_says_what_its_node_says(node: Path, record: Path) -> None:
    def told(host: TreeHost | RecordedHost) -> list[object]:
        found = diagnose(gather(host), nodes.CHECKS)
        return [(r.check.id, r.outcome, r.findings) for r in found]

    of_node, of_record = told(TreeHost(str(node))), told(RecordedHost(str(record)))
    assert of_record == of_node


REDACTING = """
W=$1
clean() {{ mode=$1; shift; {awk} -v mode="$mode" -f "$W/clean.awk" -- "$@"; }}
{functions}
redacted "$2"
"""


@pytest.mark.parametrize("awk", AWKS)
def test_none_is_recorded_by_the_script(awk: str, node: Path, tmp_path: Path) -> None:
    """The script's own functions, over each file of the node, as the recorder of Python has it."""
    whole = script()
    functions = whole[whole.index("told_of() {") : whole.index("look_into_folder() {")]
    (tmp_path / "clean.awk").write_text(awk_programs()[0])
    shell = [*AWKS[awk][:-1], "sh"] if awk == "busybox" else ["sh"]
    code = REDACTING.format(awk=" ".join(AWKS[awk]), functions=functions)
    recording = RecordingHost(TreeHost(str(node)))
    for path in planted.FILES:
        recording.read(path)
    write_record(recording, str(tmp_path / "python"))
    paths = json.loads((tmp_path / "python" / "index.json").read_text())["paths"]
    for path in planted.FILES:
        # The place of a file counts: the script runs where the tree's top is the root.
        run = [*shell, "-c", code.replace("/proc/cmdline", f"{node}/proc/cmdline"), "sh"]
        done = subprocess.run([*run, tmp_path, f"{node}{path}"], capture_output=True, check=True)
        assert planted.leaked(done.stdout.decode("latin-1")) == [], path
        if "/var/lib/dpkg" not in path and "/fluent" not in path and "/rsyslog" not in path:
            expected = (tmp_path / "python" / paths[path]["file"]).read_bytes()
            assert done.stdout == expected, path
