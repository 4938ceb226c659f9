"""One value of a TOML file changes and every other byte stays."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.text.edit.changes import changed
from unshim.text.edit.lines import EditError
from unshim.text.edit.toml_text import remove_items, remove_key, set_value

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "/etc/containerd/config.toml"
CRI = "io.containerd.grpc.v1.cri"
OPTIONS = ("plugins", CRI, "containerd", "runtimes", "runc", "options")
KEY = (*OPTIONS, "SystemdCgroup")

NESTED = f"""\
# made by hand in 2019
version = 2

[plugins]

  [plugins."{CRI}"]
    sandbox_image = "k8s.gcr.io/pause:3.2"   # pinned

    [plugins."{CRI}".containerd]
      default_runtime_name = "runc"

      [plugins."{CRI}".containerd.runtimes.runc]
        runtime_type = "io.containerd.runc.v2"

        [plugins."{CRI}".containerd.runtimes.runc.options]
          BinaryName = ""
          SystemdCgroup = false # for the kubelet

    [plugins."{CRI}".registry]
      config_path = "/etc/containerd/certs.d"
"""


def value(data: bytes, path: tuple[str, ...]) -> object:
    """What stands at a path of a TOML file."""
    found: object = tomllib.loads(data.decode("utf-8-sig"))
    for key in path:
        assert isinstance(found, dict)
        found = found[key]
    return found


def test_a_key_that_stands_keeps_its_indentation_and_comment() -> None:
    after = set_value(NESTED.encode(), KEY, True, FILE)
    assert changed(NESTED.encode(), after) == (
        [b"          SystemdCgroup = false # for the kubelet\n"],
        [b"          SystemdCgroup = true # for the kubelet\n"],
    )


def test_a_new_key_goes_under_its_header_as_deep_as_its_neighbours() -> None:
    text = NESTED.replace("          SystemdCgroup = false # for the kubelet\n", "").encode()
    gone, came = changed(text, set_value(text, KEY, True, FILE))
    assert (gone, came) == ([], [b"          SystemdCgroup = true\n"])


def test_a_new_table_follows_the_one_around_it() -> None:
    start = NESTED.index("        [plugins") if "        [plugins" in NESTED else 0
    end = NESTED.index(f'    [plugins."{CRI}".registry]')
    text = (NESTED[:start] + NESTED[end:]).encode()
    after = set_value(text, KEY, True, FILE)
    assert value(after, KEY) is True
    gone, _ = changed(text, after)
    assert gone == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# nothing but a remark",
        "version = 2",
        "version = 2\n[plugins]\n",
        f"version = 2\n[plugins.'{CRI}']\nsandbox_image = 'x'\n",
        f'version = 2\n[plugins]\n  [plugins."{CRI}".containerd]\n    snapshotter = "native"',
        f'version = 2\n[plugins."{CRI}".containerd.runtimes.runc]\nruntime_type = "x"\n[grpc]\n',
        'version = 2\n[[stream]]\nname = "a"\n[[stream]]\nname = "b"\n',
        'version = 2\nimports = [\n  "/etc/containerd/conf.d/*.toml", # ours\n]\n',
        'x = """\n[plugins]\n"""\nversion = 2\n',
    ],
)
@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize("bom", [False, True])
def test_the_key_is_set_in_any_file_and_nothing_else_goes(text: str, crlf: bool, bom: bool) -> None:
    data = (text.replace("\n", "\r\n") if crlf else text).encode()
    data = (b"\xef\xbb\xbf" if bom else b"") + data
    after = set_value(data, KEY, True, FILE)
    assert value(after, KEY) is True
    assert after.startswith(b"\xef\xbb\xbf") == bom
    gone, came = changed(data, after)
    assert all(line.rstrip(b"\r\n") in b"".join(came) for line in gone), "only a line end came"
    if crlf and "\n" in text:
        assert b"\n" not in after.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "text",
    [
        f'[plugins."{CRI}".containerd.runtimes.runc]\noptions = {{ SystemdCgroup = false }}\n',
        f'[plugins]\n"{CRI}".containerd.runtimes.runc.options.SystemdCgroup = false\n',
        f'[plugins]\n"{CRI}" = {{ sandbox_image = "x" }}\n',
        f'plugins."{CRI}" = 7\n',
        "[plugins\n",
        "a = 1\na = 2\n",
    ],
)
def test_what_cannot_be_edited_in_place_is_refused(text: str) -> None:
    with pytest.raises(EditError):
        set_value(text.encode(), KEY, True, FILE)


def test_a_file_that_is_no_utf_8_is_left_alone() -> None:
    with pytest.raises(EditError, match="UTF-8"):
        set_value("# schön\n".encode("latin-1"), KEY, True, FILE)


def test_a_key_is_removed_with_its_line_and_no_other() -> None:
    path = ("plugins", CRI, "sandbox_image")
    gone, came = changed(NESTED.encode(), remove_key(NESTED.encode(), path, FILE))
    assert gone == [b'    sandbox_image = "k8s.gcr.io/pause:3.2"   # pinned\n']
    assert came == []
    assert remove_key(NESTED.encode(), ("plugins", CRI, "absent"), FILE) == NESTED.encode()


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ('disabled_plugins = ["cri"]\n', "disabled_plugins = []\n"),
        ("disabled_plugins = ['cri', 'zfs'] # x\n", "disabled_plugins = ['zfs'] # x\n"),
        ('disabled_plugins = ["aufs", "cri"]\n', 'disabled_plugins = ["aufs"]\n'),
        ('# disabled_plugins = ["cri"]\r\ndisabled_plugins = ["cri"]\r\n', None),
        ('disabled_plugins = [\n  "aufs", # old\n  "cri",\n  "zfs",\n]\nversion = 2\n', None),
        ('disabled_plugins = [ "cri" ]', None),
    ],
)
def test_an_item_is_taken_out_of_its_array(text: str, want: str | None) -> None:
    after = remove_items(text.encode(), ("disabled_plugins",), ["cri"], FILE)
    kept = [i for i in value(text.encode(), ("disabled_plugins",)) if i != "cri"]  # type: ignore[attr-defined]
    assert value(after, ("disabled_plugins",)) == kept
    if want is not None:
        assert after.decode() == want
    for line in text.encode().splitlines():
        if b"cri" not in line:
            assert line in after


@pytest.mark.parametrize("text", ["", "version = 2\n", 'disabled_plugins = ["zfs"]'])
def test_what_is_in_no_array_changes_nothing(text: str) -> None:
    assert remove_items(text.encode(), ("disabled_plugins",), ["cri"], FILE) == text.encode()


_names = st.text("abcdefgh_-", min_size=1, max_size=6)
_scalars = st.one_of(
    st.booleans().map(lambda b: "true" if b else "false"),
    st.integers(0, 99).map(str),
    st.text("abc #=[]", max_size=6).map(lambda s: f'"{s}"'),
    st.text("abc #=[]", max_size=6).map(lambda s: f"'{s}'"),
)
_lines = st.one_of(
    st.just(""),
    st.text("abc =[]'\"", max_size=8).map(lambda s: f"# {s}"),
    st.tuples(_names, _scalars, st.sampled_from(["", "  ", "\t"])).map(
        lambda t: f"{t[2]}{t[0]} = {t[1]}"
    ),
)
_tables = st.tuples(
    st.sampled_from(
        ["plugins", f'plugins."{CRI}"', f"plugins.'{CRI}'.containerd", "grpc", "x.y", "debug"]
    ),
    st.lists(_lines, max_size=4),
).map(lambda t: "\n".join([f"[{t[0]}]", *t[1]]))


@given(
    st.lists(_lines, max_size=4),
    st.lists(_tables, max_size=5),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_file_gains_the_key_and_loses_nothing(
    top: list[str], tables: list[str], closed: bool, end: str
) -> None:
    text = "\n".join([*top, *tables]) + ("\n" if closed else "")
    data = text.replace("\n", end).encode()
    try:
        before = tomllib.loads(data.decode())
    except tomllib.TOMLDecodeError:
        with pytest.raises(EditError):
            set_value(data, KEY, True, FILE)
        return
    try:
        after = set_value(data, KEY, True, FILE)
    except EditError:
        return  # a form that is refused is left alone
    assert value(after, KEY) is True
    rest = remove_key(after, KEY, FILE)
    assert _pruned(tomllib.loads(rest.decode())) == _pruned(before)
    gone, _ = changed(data, after)
    assert gone == [] or (not closed and len(gone) == 1)
    assert set_value(after, KEY, True, FILE) == after


def _pruned(table: dict[str, object]) -> dict[str, object]:
    """Without empty tables, which headers leave behind."""
    found = {k: _pruned(v) if isinstance(v, dict) else v for k, v in table.items()}
    return {k: v for k, v in found.items() if v != {}}
