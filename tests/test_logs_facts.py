"""Logs of containers, journald's settings, and who else touches logs."""

from __future__ import annotations

from pathlib import Path

from tests.trees import recorded, tree
from unshim.facts import logs
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
        ("/var/lib/docker/containers/*/*.log {", "/etc/logrotate.d/docker:2")
    ]
    assert [str(r.source) for r in seen.agents or ()] == ["/etc/fluent-bit/in.conf:2"]
    assert isinstance(seen.journal_persistent, Setting)
    assert seen.journal_persistent.value is False


def test_nothing_is_known_of_what_was_not_recorded(tmp_path: Path) -> None:
    assert all(
        isinstance(part, Missing)
        for part in logs.read(recorded(tmp_path, nothing_else_below=[]), NONE)
    )
