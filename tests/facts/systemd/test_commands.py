"""Environment and command line of a unit, expanded as systemd does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import recorded, texts, tree
from unshim.facts.systemd import command_line, environment
from unshim.facts.systemd import units as systemd
from unshim.facts.systemd.specifiers import Specifiers
from unshim.host.host import Host
from unshim.model.machine import Unit
from unshim.model.values import FileText, Missing, known
from unshim.text.lined import plain


def _file(text: str) -> FileText:
    return FileText("/u", text.encode())


def _expanded(tmp_path: Path, service: str, files: dict[str, str] | None = None) -> list[str]:
    host = tree(tmp_path, files or {})
    unit = [_file(service)]
    return [word.text for word in known(_command(host, unit))]


def _command(
    host: Host, unit: list[FileText], name: str = "a.service"
) -> tuple[command_line.Word, ...] | Missing:
    found = environment.read(host, unit, name)
    return command_line.expand(unit, found, Specifiers(host, name))


def test_variables_of_a_command_line(tmp_path: Path) -> None:
    service = (
        "[Service]\nType=oneshot\nEnvironment=\"A=one 'two three'\" B=b\nEnvironment=C=old\n"
        "EnvironmentFile=-/etc/default/x\nEnvironmentFile=-/none\n"
        'ExecStart=-/usr/bin/kubelet $A ${A} x${B}y x$B $$B $NONE ${NONE} "$A" 50%% ; /bin/other\n'
    )
    words = _expanded(tmp_path, service, {"/etc/default/x": "C=new\nB=file\n"})
    assert words == [
        *("/usr/bin/kubelet", "one", "two three", "one 'two three'", "xfiley", "x$B", "$B"),
        *("", "one", "two three", "50%"),
    ]


def test_prefixes_of_a_command(tmp_path: Path) -> None:
    assert _expanded(tmp_path, "[Service]\nExecStart=@/usr/bin/k k0 -v\n") == ["/usr/bin/k", "-v"]
    assert _expanded(tmp_path, "[Service]\nExecStart=:/usr/bin/k $A\n") == ["/usr/bin/k", "$A"]
    assert _expanded(tmp_path, "[Service]\nExecStart=/a\nExecStart=\n") == []
    assert _expanded(tmp_path, "[Unit]\nExecStart=/a\n") == []


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("ExecStart='open\nExecStart=\nExecStart=/a\n", "an open quote in /u:2"),
        ("ExecStart=/a\nExecStart=/b\n", "a second ExecStart= in /u:3"),
        ("ExecStart=/a ; /b\n", "a second ExecStart= in /u:2"),
        ("ExecStart=/a %Q\n", "what %Q in the unit stands for is not known"),
        ("ExecStart=/a\n[Install\n", "a section's broken name in /u:3"),
        ("ExecStart=/a $PATH\n", "systemd itself sets $PATH"),
        ("PassEnvironment=A\nExecStart=/a ${A}\n", "$A comes from systemd: in a plain tree"),
    ],
)
def test_command_lines_that_nobody_can_tell(tmp_path: Path, service: str, words: str) -> None:
    found = _command(tree(tmp_path, {}), [_file(f"[Service]\n{service}")])
    assert isinstance(found, Missing)
    assert words in found.reason


def test_a_broken_command_that_may_fail_is_left_out(tmp_path: Path) -> None:
    assert _expanded(tmp_path, "[Service]\nExecStart=/a\nExecStart=-/b 'open\n") == ["/a"]


def test_globs_and_resets_of_environment_files(tmp_path: Path) -> None:
    files = {"/etc/k/1.env": "A=1\n", "/etc/k/2.env": "A=2\n", "/etc/k/3.txt": "A=3\n"}
    names = ("/old", "", "/etc/k/*.env")
    lines = "".join(f"EnvironmentFile={name}\n" for name in names)
    service = f"[Service]\n{lines}ExecStart=/k $A\n"
    assert _expanded(tmp_path, service, files) == ["/k", "2"]


def test_each_word_knows_its_line(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/etc/x": '\nA="--one=1 \\\n  --two=2"\n'})
    unit = [_file("[Service]\nEnvironmentFile=/etc/x\nExecStart=/k \\\n  --zero \\\n  $A\n")]
    words = known(_command(host, unit))
    places = [(w.text, w.path, w.line, w.variable) for w in words]
    assert places == [
        ("/k", "/u", 3, None),
        ("--zero", "/u", 4, None),
        ("--one=1", "/etc/x", 2, "A"),
        ("--two=2", "/etc/x", 3, "A"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("%n %N %p %i", "a-b@x\\x2dy-z.service a-b@x\\x2dy-z a-b x\\x2dy-z"),
        ("%P %I %j %J %f", "a/b x-y/z b b /x-y/z"),
        ("%t %S %h %u %U", "/run /var/lib /root root 0"),
        ("%H %l %v %a %m", "host.name host 6.1 x86-64 0123"),
        ("100% %% %, %", "100% % %, %"),
    ],
)
def test_specifiers(tmp_path: Path, text: str, value: str) -> None:
    host = recorded(
        tmp_path,
        machine={"name": "host.name", "kernel": "6.1", "architecture": "x86_64"},
        paths=texts({"/etc/machine-id": "0123\n"}),
    )
    found = known(Specifiers(host, "a-b@x\\x2dy-z.service").resolve(plain(text, 3)))
    assert found.text == value
    assert set(found.lines) == {3}


@pytest.mark.parametrize("text", ["%b", "%Q", "%H", "%v", "%a", "%m"])
def test_specifiers_that_cannot_be_told(tmp_path: Path, text: str) -> None:
    found = Specifiers(tree(tmp_path, {}), "a.service").resolve(plain(text, 1))
    assert isinstance(found, Missing)
    assert text in found.reason


def test_variables_of_the_manager(tmp_path: Path) -> None:
    host = recorded(tmp_path, environments=[{"pid": 1, "values": {"A": "a b", "B": "b"}}])
    unit = [_file("[Service]\nPassEnvironment=A B C\nEnvironment=B=own\nExecStart=/k $A $B $C\n")]
    words = known(_command(host, unit))
    assert [(word.text, word.line) for word in words] == [
        ("/k", 4),
        ("a", 2),
        ("b", 2),
        ("own", 3),
    ]


def test_an_instance_has_what_its_template_has(tmp_path: Path) -> None:
    etc, lib = "/etc/systemd/system", "/usr/lib/systemd/system"
    files = {
        f"{lib}/a-b@.service": "[Service]\nExecStart=/k %i\n",
        f"{etc}/a-b@.service.d/1.conf": "[Service]\nEnvironment=A=1\n",
        f"{etc}/a-@x.service.d/2.conf": "[Service]\nEnvironment=A=2\n",
        f"{lib}/a-b@x.service.d/1.conf": "[Service]\nEnvironment=A=0\n",
    }
    host = tree(tmp_path, files)
    unit = systemd.read(host, ("a-b@x.service",))["a-b@x.service"]
    assert isinstance(unit, Unit)
    assert [file.path for file in unit.files] == [
        f"{lib}/a-b@.service",
        f"{etc}/a-b@.service.d/1.conf",
        f"{etc}/a-@x.service.d/2.conf",
    ]
    assert [word.text for word in known(_command(host, list(unit.files), unit.name))] == ["/k", "x"]
