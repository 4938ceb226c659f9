"""Logs of containers, journald's settings, and who else touches logs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import recorded, tree
from unshim.facts.machine import logs
from unshim.model.values import Missing, Setting

NONE = Missing("not looked at")
POD = "/var/log/pods/default_web_1/web"


def test_logs_and_where_their_links_lead(tmp_path: Path) -> None:
    host = tree(
        tmp_path,
        {
            f"{POD}/1.log": "x" * 10,
            f"{POD}/0.log.20260101": "old",
            "/var/log/pods/README": "",
            "/var/log/containers/x": "",
        },
    )
    for link, target in (
        (f"{POD}/0.log", "/var/lib/docker/containers/a/a-json.log"),
        ("/var/log/containers/web.log", f"{POD}/1.log"),
        ("/var/log/containers/gone.log", "/var/log/pods/gone/0.log"),
    ):
        (tmp_path / link.lstrip("/")).symlink_to(target)
    seen = logs.read(host, NONE)
    assert not isinstance(seen.pod_logs, Missing)
    assert [(f.path, f.leads_to, f.size) for f in seen.pod_logs] == [
        (f"{POD}/0.log", None, 0),
        (f"{POD}/1.log", f"{POD}/1.log", 10),
    ]
    assert not isinstance(seen.container_links, Missing)
    assert [(link.path[20:], link.leads_to) for link in seen.container_links] == [
        ("gone.log", None),
        ("web.log", f"{POD}/1.log"),
        ("x", "/var/log/containers/x"),
    ]


def test_too_many_logs_are_not_half_told(tmp_path: Path) -> None:
    host = tree(tmp_path, {f"{POD}/{n}.log": "" for n in range(2001)})
    assert isinstance(logs.read(host, NONE).pod_logs, Missing)


def test_journald_takes_its_drop_ins_by_name(tmp_path: Path) -> None:
    host = tree(
        tmp_path,
        {
            "/etc/systemd/journald.conf": "[Journal]\nStorage=volatile\n"
            "SystemMaxUse=1G\n#Seal=no\n",
            "/usr/lib/systemd/journald.conf.d/20-b.conf": "[Journal]\nSystemMaxUse=2G\n",
            "/etc/systemd/journald.conf.d/10-a.conf": "[Journal]\nSystemMaxUse=3G\nStorage=\n",
        },
    )
    journal = logs.read(host, NONE).journal
    assert not isinstance(journal, Missing)
    assert {k: (v.value, str(v.source)) for k, v in journal.items()} == {
        "SystemMaxUse": ("2G", "/usr/lib/systemd/journald.conf.d/20-b.conf:2")
    }


MAIN = "[Journal]\nSystemMaxUse=1G\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/etc/systemd/journald.conf", "/run/systemd/journald.conf"),
        ("/run/systemd/journald.conf", "/usr/local/lib/systemd/journald.conf"),
        ("/usr/local/lib/systemd/journald.conf", "/usr/lib/systemd/journald.conf"),
    ],
)
def test_the_first_main_file_of_journald_counts_alone(
    tmp_path: Path, first: str, second: str
) -> None:
    host = tree(tmp_path, {first: MAIN, second: "[Journal]\nStorage=none\nSystemMaxUse=2G\n"})
    journal = logs.read(host, NONE).journal
    assert not isinstance(journal, Missing)
    assert {k: str(v.source) for k, v in journal.items()} == {"SystemMaxUse": f"{first}:2"}


@pytest.mark.parametrize(
    ("storage", "folder", "expected", "source"),
    [
        ("", True, True, "/var/log/journal"),
        ("", False, False, "/var/log/journal"),
        ("Storage=auto\n", True, True, "/var/log/journal"),
        ("Storage=volatile\n", True, False, "/etc/systemd/journald.conf:3"),
        ("Storage=none\n", True, False, "/etc/systemd/journald.conf:3"),
        ("Storage=persistent\n", False, True, "/etc/systemd/journald.conf:3"),
        ("Storage=never\n", True, True, "/var/log/journal"),
    ],
)
def test_whether_the_journal_is_kept(
    tmp_path: Path, storage: str, folder: bool, expected: bool, source: str
) -> None:
    files = {"/etc/systemd/journald.conf": MAIN + storage}
    if folder:
        files["/var/log/journal/x"] = ""
    kept = logs.read(tree(tmp_path, files), NONE).journal_persistent
    assert isinstance(kept, Setting)
    assert (kept.value, str(kept.source)) == (expected, source)


def test_logrotate_reads_what_it_includes_and_no_leftovers(tmp_path: Path) -> None:
    rule = "/var/lib/docker/containers/*/*.log {\n}\n"
    host = tree(
        tmp_path,
        {
            "/etc/logrotate.conf": "weekly\n # include /x\ninclude /etc/logrotate.d\n"
            "include\t/etc/rotate/one.rule\r\ninclude /etc/more.d\n",
            "/etc/rotate/one.rule": rule,
            "/etc/rotate/two.rule": rule,
            "/etc/more.d/a": rule,
            "/x": rule,
            **{
                f"/etc/logrotate.d/docker{ending}": rule
                for ending in ("", ".dpkg-old", ".rpmsave", "~", ".disabled", ".swp", ",v")
            },
        },
    )
    assert [str(r.source) for r in logs.read(host, NONE).rotation or ()] == [
        "/etc/logrotate.d/docker:1",
        "/etc/rotate/one.rule:1",
        "/etc/more.d/a:1",
    ]


def test_agents_configurations_in_folders_of_folders(tmp_path: Path) -> None:
    line = "path: /var/log/pods/*/*/*.log\n"
    places = [
        "/etc/filebeat/filebeat.yml",
        "/etc/filebeat/inputs.d/pods.yml",
        "/etc/vector/sources/kubernetes/pods.yaml",
        "/etc/rsyslog.d/30-pods.conf",
    ]
    host = tree(tmp_path, dict.fromkeys(places, line))
    assert [str(r.source) for r in logs.read(host, NONE).agents or ()] == [
        "/etc/filebeat/filebeat.yml:1",
        "/etc/filebeat/inputs.d/pods.yml:1",
        "/etc/vector/sources/kubernetes/pods.yaml:1",
        "/etc/rsyslog.d/30-pods.conf:1",
    ]


def test_agents_folders_that_lead_into_themselves_are_not_half_told(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/etc/vector/a.yaml": "path: /var/log/pods\n"})
    (tmp_path / "etc" / "vector" / "again").symlink_to("/etc/vector")
    assert isinstance(logs.read(host, NONE).agents, Missing)


def test_of_too_many_agents_files_none_is_told(tmp_path: Path) -> None:
    host = tree(tmp_path, {f"/etc/vector/{n}.yaml": "path: /var/log/pods\n" for n in range(2001)})
    assert isinstance(logs.read(host, NONE).agents, Missing)


def test_agents_files_that_cannot_be_read_are_not_left_out(tmp_path: Path) -> None:
    large = b"#" * (1 << 20) + b"\npath: /var/log/pods\n"
    host = tree(tmp_path, {"/etc/vector/a.yaml": large})
    assert isinstance(logs.read(host, NONE).agents, Missing)


def test_rotated_and_compressed_logs_are_not_current(tmp_path: Path) -> None:
    names = ("0.log", "0.log.20260101-100000", "0.log.20260101-090000.gz", "0.log.20260101.tmp")
    top = "/data/pod-logs"
    host = tree(tmp_path, {f"{top}/default_web_1/web/{name}": "x" for name in names})
    found = logs._pod_logs(host, top)
    assert not isinstance(found, Missing)
    assert [log.path for log in found] == [f"{top}/default_web_1/web/0.log"]


def test_a_pod_whose_logs_cannot_be_listed_is_not_left_out(tmp_path: Path) -> None:
    index = {
        "/var/log/pods": {"kind": "directory", "names": ["a_web_1"]},
        "/var/log/pods/a_web_1": {"kind": "directory"},
    }
    host = recorded(tmp_path, paths=index, nothing_else_below=["/etc"])
    assert isinstance(logs.read(host, NONE).pod_logs, Missing)


def test_rules_and_agents_that_name_the_logs(tmp_path: Path) -> None:
    host = tree(
        tmp_path,
        {
            "/etc/logrotate.d/docker": "# /var/log/pods\n/var/lib/docker/containers/*/*.log {\n}\n",
            "/etc/logrotate.d/apt": "/var/log/apt/*.log {}\n",
            "/etc/fluent-bit/in.conf": "[INPUT]\n  Path /var/log/containers/*.log\n"
            "  Password s3cret\n",
        },
    )
    seen = logs.read(host, NONE)
    assert [(r.text, str(r.source)) for r in seen.rotation or ()] == [
        ("/var/lib/docker/containers/*/*.log", "/etc/logrotate.d/docker:2")
    ]
    assert [str(r.source) for r in seen.agents or ()] == ["/etc/fluent-bit/in.conf:2"]
    assert isinstance(seen.journal_persistent, Setting)
    assert seen.journal_persistent.value is False


def test_nothing_is_known_of_what_was_not_recorded(tmp_path: Path) -> None:
    assert all(
        isinstance(part, Missing)
        for part in logs.read(recorded(tmp_path, nothing_else_below=[]), NONE)
    )
