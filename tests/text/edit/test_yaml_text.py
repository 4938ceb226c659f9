"""Top-level values of the kubelet's configuration change in place."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.text.edit.changes import changed
from unshim.text.edit.lines import EditError
from unshim.text.edit.yaml_text import set_top_level

FILE = "/var/lib/kubelet/config.yaml"
TEXT = """\
# kubeadm
apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous: {enabled: false}
cgroupDriver:   cgroupfs   # was systemd once
evictionHard:
  memory.available: "100Mi"
kind: KubeletConfiguration
nested:
  cgroupDriver: untouched
"""


def test_a_key_that_stands_keeps_its_spacing_and_comment() -> None:
    after = set_top_level(TEXT.encode(), {"cgroupDriver": "systemd"}, FILE)
    assert changed(TEXT.encode(), after) == (
        [b"cgroupDriver:   cgroupfs   # was systemd once\n"],
        [b"cgroupDriver:   systemd   # was systemd once\n"],
    )


def test_new_keys_come_at_the_end() -> None:
    keys = {"containerLogMaxSize": "10Mi", "containerLogMaxFiles": "5"}
    after = set_top_level(TEXT.encode(), keys, FILE)
    assert changed(TEXT.encode(), after) == (
        [],
        [b"containerLogMaxSize: 10Mi\n", b"containerLogMaxFiles: 5\n"],
    )
    assert yaml.safe_load(after)["containerLogMaxFiles"] == 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a remark",
        "---\nkind: KubeletConfiguration\n",
        "kind: KubeletConfiguration\n...\n",
        '"cgroupDriver": "cgroupfs"\n',
        "cgroupDriver:\nkind: KubeletConfiguration\n",
        "cgroupDriver: 'cgroupfs' # x",
        "list:\n- a\n- b",
    ],
)
@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize("bom", [False, True])
def test_any_layout_takes_the_value(text: str, crlf: bool, bom: bool) -> None:
    data = (b"\xef\xbb\xbf" if bom else b"") + (
        text.replace("\n", "\r\n") if crlf else text
    ).encode()
    after = set_top_level(data, {"cgroupDriver": "systemd"}, FILE)
    want = {**(yaml.safe_load(text) or {}), "cgroupDriver": "systemd"}
    assert yaml.safe_load(after.decode("utf-8-sig")) == want
    assert after.startswith(b"\xef\xbb\xbf") == bom
    assert set_top_level(after, {"cgroupDriver": "systemd"}, FILE) == after


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "KubeletConfiguration"}\n',
        "- a\n- b\n",
        "just words\n",
        "cgroupDriver:\n  deep: 1\n",
        "cgroupDriver: |\n  cgroupfs\n",
        "cgroupDriver: &d cgroupfs\nother: *d\n",
        "a: 1\n---\nb: 2\n",
        "a: [1\n",
        "kind: !!python/object:os.system x\n",
    ],
)
def test_what_cannot_be_edited_in_place_is_refused(text: str) -> None:
    with pytest.raises(EditError):
        set_top_level(text.encode(), {"cgroupDriver": "systemd"}, FILE)


_keys = st.text("abcdef", min_size=1, max_size=5)
_values = st.one_of(
    st.integers(0, 99).map(str),
    st.text("abc #:", max_size=6).map(lambda s: f'"{s}"'),
    st.sampled_from(["true", "", "~", "x  # why", "{a: 1}", "[1, 2]", "\n  deep: 1", "\n- 1"]),
)


@given(
    st.dictionaries(_keys, _values, max_size=5),
    st.sampled_from(["", "cgroupDriver: cgroupfs\n", "cgroupDriver: 'x' # y\n"]),
    st.booleans(),
)
def test_any_mapping_gains_the_value_and_loses_nothing(
    entries: dict[str, str], standing: str, closed: bool
) -> None:
    text = standing + "".join(f"{k}: {v}\n" for k, v in entries.items())
    data = (text if closed else text.removesuffix("\n")).encode()
    after = set_top_level(data, {"cgroupDriver": "systemd"}, FILE)
    want = {**(yaml.safe_load(text) or {}), "cgroupDriver": "systemd"}
    assert yaml.safe_load(after) == want
    gone, came = changed(data, after)
    assert len(came) <= 2 and len(gone) <= 1
