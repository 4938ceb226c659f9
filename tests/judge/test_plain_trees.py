"""Plain trees under --root: what is judged of a disk that nobody runs."""

from __future__ import annotations

from pathlib import Path

from tests.plain_trees import CONTAINERD_CONFIG, SOUND, judge, judged
from tests.trees import tree
from unshim.host.once import RecordingHost
from unshim.model.checks import Outcome
from unshim.record.recorded import RecordedHost
from unshim.record.writing import write_record

LIVE_ONLY = {
    "containerd-not-running",
    "cri-plugin-failed",
    "docker-pods-left-running",
    "images-incomplete",
    "images-wrong-namespace",
    "kubelet-endpoint-invalid",
}


def test_a_sound_image_is_exit_code_0(tmp_path: Path) -> None:
    of = judge(tmp_path, SOUND)
    assert (of.found, of.of(Outcome.UNKNOWN), of.code) == ({}, set(), 0)
    assert of.of(Outcome.NOT_APPLICABLE) >= LIVE_ONLY
    assert {of.results[name].reason for name in LIVE_ONLY} == {"in a plain tree nothing runs"}


def test_a_fault_in_an_image_is_still_found(tmp_path: Path) -> None:
    of = judge(tmp_path, {**SOUND, CONTAINERD_CONFIG: 'disabled_plugins = ["cri"]\n'})
    assert of.results["cri-plugin-disabled"].outcome is Outcome.FAIL
    assert of.code == 1


def test_what_a_record_of_a_node_does_not_hold_is_unknown(tmp_path: Path) -> None:
    # A record is of a machine that ran: that its processes were not seen is no reason to pass.
    recording = RecordingHost(tree(tmp_path / "tree", SOUND))
    judged(recording)
    write_record(recording, str(tmp_path / "record"))
    index = tmp_path / "record" / "index.json"
    index.write_text(index.read_text().replace("at-rest", "not-recorded"))
    recorded = RecordedHost(str(tmp_path / "record"))
    assert recorded.at_rest is None
    of = judged(recorded)
    assert of.of(Outcome.UNKNOWN) >= {"containerd-not-running", "cri-plugin-failed"}
    assert of.code == 3
