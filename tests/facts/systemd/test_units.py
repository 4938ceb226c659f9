"""Unit files: found, merged and expanded as systemd does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trees import recorded, texts, tree
from unshim.facts.systemd import env_files, unit_files
from unshim.facts.systemd import units as systemd
from unshim.model.machine import Unit
from unshim.model.values import FileText, Missing, Origin, Why
from unshim.text import lined

ETC, LIB, RUN = "/etc/systemd/system", "/usr/lib/systemd/system", "/run/systemd/system"


def _file(text: str | bytes, path: str = "/u") -> FileText:
    return FileText(path, text.encode() if isinstance(text, str) else text)


def _unit(tmp_path: Path, files: dict[str, str], name: str = "containerd.service") -> Unit:
    found = systemd.read(tree(tmp_path, files), (name,))[name]
    assert found is not None
    assert not isinstance(found, Missing)
    return found


def _values(unit: Unit, key: str) -> list[str]:
    return [setting.value for setting in unit.settings.get(key, ())]


def _assigned(text: str | bytes) -> list[tuple[str, str, str, int]]:
    return [(a.section, a.key, a.value.text, a.line) for a in unit_files.parse(_file(text))]


def test_syntax() -> None:
    text = (
        "\ufeff# comment\n[Unit]\nDescription = two words \n; comment\nbroken\n"
        "[Service]\r\n"
        "ExecStart=/a \\\r\n  # inside\n  --b \\\n\t--c\nKey=x=y\n=nothing\n[broken\nA=1\n"
    )
    assert _assigned(text) == [
        ("Unit", "Description", "two words", 3),
        ("Service", "ExecStart", "/a    --b  \t--c", 7),
        ("Service", "Key", "x=y", 11),
    ]


def test_a_backslash_at_the_end_and_other_oddities() -> None:
    assert _assigned("[S]\nA=b \\") == [("S", "A", "b", 2)]
    assert _assigned(b"[S]\nA=\xff\x00\n") == [("S", "A", "\\xff\x00", 2)]
    assert _assigned("<<<<<<< HEAD\n[S]\nA=1\n=======\nA=2\n") == [
        ("S", "A", "1", 3),
        ("S", "A", "2", 5),
    ]
    assert _assigned("A=1\n") == []


def test_the_first_folder_wins_and_drop_ins_add_up(tmp_path: Path) -> None:
    unit = _unit(
        tmp_path,
        {
            f"{LIB}/containerd.service": "[Service]\nKillMode=mixed\nDelegate=yes\n",
            f"{ETC}/containerd.service": "[Service]\nDelegate=no\nLimitNOFILE=1\n",
            f"{LIB}/containerd.service.d/20-b.conf": "[Service]\nLimitNOFILE=20\n",
            f"{ETC}/containerd.service.d/10-a.conf": "[Service]\nLimitNOFILE=10\n",
            f"{ETC}/containerd.service.d/ignored.txt": "[Service]\nLimitNOFILE=99\n",
            f"{ETC}/containerd.service.d/30-same.conf": "[Service]\nTasksMax=etc\n",
            f"{LIB}/containerd.service.d/30-same.conf": "[Service]\nTasksMax=lib\n",
            f"{ETC}/service.d/10-a.conf": "[Service]\nTasksMax=all\n",
            f"{ETC}/service.d/05-all.conf": "[Service]\nOOMScoreAdjust=-5\n",
        },
    )
    assert [f.path for f in unit.files] == [
        f"{ETC}/containerd.service",
        f"{ETC}/service.d/05-all.conf",
        f"{ETC}/containerd.service.d/10-a.conf",
        f"{LIB}/containerd.service.d/20-b.conf",
        f"{ETC}/containerd.service.d/30-same.conf",
    ]
    assert _values(unit, "Service.LimitNOFILE") == ["1", "10", "20"]
    assert _values(unit, "Service.TasksMax") == ["etc"]
    assert unit.kill_mode.value == "control-group"
    assert unit.kill_mode.source.origin is Origin.DEFAULT
    last = unit.settings["Service.LimitNOFILE"][-1].source
    assert (last.where, last.line) == (f"{LIB}/containerd.service.d/20-b.conf", 2)


def test_prefixes_of_a_name_have_drop_ins(tmp_path: Path) -> None:
    files = {
        f"{LIB}/cri-docker.service": "[Service]\nType=notify\n",
        f"{ETC}/cri-.service.d/x.conf": "[Service]\nType=simple\n",
        f"{LIB}/cri-docker.service.d/x.conf": "[Service]\nType=exec\n",
    }
    unit = _unit(tmp_path, files, "cri-docker.service")
    assert _values(unit, "Service.Type") == ["notify", "simple"]


def test_resets_and_what_cannot_be_reset(tmp_path: Path) -> None:
    unit = _unit(
        tmp_path,
        {
            f"{LIB}/containerd.service": "[Unit]\nAfter=docker.service\n"
            "[Service]\nExecStart=/old\nKillMode=process\nEnvironment=A=1\n",
            f"{ETC}/containerd.service.d/x.conf": "[Unit]\nAfter=\n[Service]\nExecStart=\n"
            "ExecStart=/new\nKillMode=nonsense\nEnvironment=\n",
        },
    )
    assert _values(unit, "Unit.After") == ["docker.service"]
    assert _values(unit, "Service.ExecStart") == ["/new"]
    assert _values(unit, "Service.Environment") == []
    assert unit.kill_mode.value == "process"


def test_masks(tmp_path: Path) -> None:
    host = tree(
        tmp_path,
        {
            f"{LIB}/docker.service": "[Service]\nExecStart=/usr/bin/dockerd\n",
            f"{LIB}/containerd.service": "[Service]\nType=notify\n",
            f"{LIB}/containerd.service.d/x.conf": "[Service]\nType=simple\n",
            "/dev/null": "",
        },
    )
    for path in (f"{ETC}/docker.service", f"{ETC}/containerd.service.d/x.conf"):
        place = tmp_path / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to("/dev/null")
    units = systemd.read(host, ("docker.service", "containerd.service", "kubelet.service"))
    docker, containerd = units["docker.service"], units["containerd.service"]
    assert isinstance(docker, Unit)
    assert docker.files == ()
    assert isinstance(containerd, Unit)
    assert _values(containerd, "Service.Type") == ["notify"]
    assert units["kubelet.service"] is None
    assert isinstance(docker.state, Missing)
    assert docker.state.why is Why.AT_REST


def test_usr_merge_shows_a_file_once(tmp_path: Path) -> None:
    host = tree(
        tmp_path,
        {
            f"{LIB}/containerd.service": "[Service]\n",
            f"{LIB}/containerd.service.d/x.conf": "[Service]\nType=simple\n",
        },
    )
    (tmp_path / "lib").symlink_to("usr/lib")
    unit = systemd.read(host)["containerd.service"]
    assert isinstance(unit, Unit)
    assert len(unit.files) == 2


SHOW = """\
Id=kubelet.service
LoadState=loaded
ActiveState=activating
SubState=auto-restart
UnitFileState=enabled
MainPID=0
NRestarts=17
NeedDaemonReload=yes
Result=exit-code
ExecMainStatus=255
LoadError=
KillMode=control-group
TasksMax=18446744073709551615
After=docker.service basic.target
Wants=
FragmentPath=/lib/systemd/system/kubelet.service
DropInPaths=/etc/systemd/system/kubelet.service.d/b.conf \
/etc/systemd/system/kubelet.service.d/m.conf /run/x/a.conf

Id=docker.service
LoadState=not-found
ActiveState=inactive
SubState=dead
MainPID=0
"""


def _shown(tmp_path: Path, answer: dict[str, object]) -> systemd.Units:
    names = ("kubelet.service", "docker.service")
    argv = ["systemctl", "show", "--no-pager", "-p", systemd.PROPERTIES, *names]
    host = recorded(
        tmp_path,
        paths={
            "/run/systemd/system": {"kind": "directory", "names": []},
            **texts(
                {
                    "/lib/systemd/system/kubelet.service": "[Service]\nA=1\n",
                    "/etc/systemd/system/kubelet.service": "[Service]\nA=etc, not loaded yet\n",
                    "/etc/systemd/system/kubelet.service.d/b.conf": "[Service]\nA=2\n",
                    "/run/x/a.conf": "[Service]\nA=3\n",
                }
            ),
            "/etc/systemd/system/kubelet.service.d/m.conf": {"kind": "other", "real": "/dev/null"},
        },
        commands=[{"argv": argv, **answer}],
    )
    return systemd.read(host, names)


def test_what_systemd_tells(tmp_path: Path) -> None:
    units = _shown(tmp_path, {"stdout": SHOW})
    assert units["docker.service"] is None
    unit = units["kubelet.service"]
    assert isinstance(unit, Unit)
    assert not isinstance(unit.state, Missing)
    assert (unit.state.active, unit.state.restarts, unit.state.reload_needed) == (
        "activating",
        17,
        True,
    )
    assert unit.state.main_pid == 0
    assert (unit.state.result, unit.state.exit_status) == ("exit-code", 255)
    assert unit.state.load_error == ""
    assert unit.state.loaded == {"KillMode": "control-group", "TasksMax": "infinity"}
    assert unit.state.related == {"After": ("basic.target", "docker.service"), "Wants": ()}
    assert _values(unit, "Service.A") == ["1", "2", "3"]


@pytest.mark.parametrize(
    "answer",
    [
        {"stdout": "", "stderr": "Failed to connect to bus\n\x1b[2J", "code": 1},
        {"stdout": SHOW.partition("\n\n")[0]},
        {"missing": "systemctl did not end within 3 s", "why": "timeout"},
    ],
)
def test_a_systemd_that_does_not_answer(tmp_path: Path, answer: dict[str, object]) -> None:
    unit = _shown(tmp_path, answer)["kubelet.service"]
    assert isinstance(unit, Unit)
    assert isinstance(unit.state, Missing)
    assert "\x1b" not in unit.state.reason
    assert unit.files[0].path == "/etc/systemd/system/kubelet.service"


def test_folders_that_may_not_be_read_are_not_empty(tmp_path: Path) -> None:
    host = recorded(tmp_path, paths={ETC: {"missing": "not root", "why": "not-permitted"}})
    assert isinstance(systemd.read(host)["kubelet.service"], Missing)


def _words(text: str, escapes: bool = True) -> list[str] | None:
    found = lined.words(lined.plain(text, 1), escapes=escapes)
    return None if found is None else [word.text for word in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ("'a b' \"c d\"e", ["a b", "c de"]),
        ("A=\"x y\" '' z", ["A=x y", "", "z"]),
        (r"a\ b \"c\" \x41\102\n", ["a\\ b", '"c"', "AB\n"]),
        (r"\q \xzz", ["\\q", "\\xzz"]),
        ("a'b", None),
        ("", []),
    ],
)
def test_words_of_a_unit_file(text: str, words: list[str] | None) -> None:
    assert _words(text) == words


def test_words_of_a_variable() -> None:
    assert _words(r"--a=1 '--b=x y' \-c \n 'open", escapes=False) == [
        "--a=1",
        "--b=x y",
        "-c",
        "n",
        "open",
    ]


def _env(text: str | bytes) -> dict[str, str]:
    data = text.encode() if isinstance(text, str) else text
    return {name: value.text for name, value in env_files.parse_env_file(data)}


def test_environment_files() -> None:
    text = (
        "# comment\n; comment\nA=plain words  \nB=\"quoted  \" tail\nC='single \\n' \n"
        'D=a\\\nb\nE="x\\\ny"\nF="esc \\" \\$ \\n"\nexport G=1\nH\nI=\nJ=$(cmd) `x`\n'
        "K=a\\ b\nL='two\nlines'\nA=again\r\nM=\"a\"'b'c\n"
    )
    assert _env(text) == {
        "A": "again",
        "B": "quoted  tail",
        "C": "single \\n",
        "D": "ab",
        "E": "xy",
        "F": 'esc " $ \\n',
        "I": "",
        "J": "$(cmd) `x`",
        "K": "a b",
        "L": "two\nlines",
        "M": "abc",
    }


def test_a_comment_that_goes_on() -> None:
    assert _env("# a \\\nA=hidden\nB=1\n") == {"B": "1"}


def test_an_open_quote_takes_the_rest_of_the_file() -> None:
    assert _env('A="x\nB=1\n') == {"A": "x\nB=1\n"}


@given(st.binary(max_size=120))
def test_no_file_breaks_the_readers(data: bytes) -> None:
    list(env_files.parse_env_file(data))
    for found in unit_files.parse(FileText("/u", data)):
        assert len(found.value.text) == len(found.value.lines)
        lined.words(found.value, escapes=True)
        lined.words(found.value, escapes=False)


@given(st.lists(st.text("ab '\"\\$", max_size=6), max_size=5))
def test_quoted_words_come_back(parts: list[str]) -> None:
    quoted = " ".join('"' + p.replace("\\", "\\\\").replace('"', '\\"') + '"' for p in parts)
    assert _words(quoted) == parts
