"""journald as it is configured, and whether it keeps the journal (journald.conf(5))."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.facts.machine import boot_files
from unshim.facts.systemd import unit_files
from unshim.host.host import Host, Kind
from unshim.model.values import FileText, Missing, Origin, Setting, Source
from unshim.text import redact
from unshim.text.escape import visible

JOURNALD_CONF = tuple(
    f"{above}/systemd/journald.conf" for above in ("/etc", "/run", "/usr/local/lib", "/usr/lib")
)
"""The first one counts. Before systemd 254 there is only /etc's."""
JOURNALD_FOLDERS = "systemd/journald.conf.d"
JOURNAL = "/var/log/journal"


def read_settings(host: Host) -> Mapping[str, Setting[str]] | Missing:
    """Settings of the section Journal: the main file, then its drop-ins by name
    (journald.conf(5)); an empty assignment takes a setting back to its default."""
    files = _journal_files(host)
    if isinstance(files, Missing):
        return files
    settings: dict[str, Setting[str]] = {}
    for file in files:
        for line in unit_files.parse(file):
            if line.section != "Journal":
                continue
            settings.pop(line.key, None)
            if line.value.text:
                value = redact.value(line.key, visible(line.value.text))
                place = Source(Origin.FILE, visible(file.path), line.line)
                settings[visible(line.key)] = Setting(value, place)
    return settings


def _journal_files(host: Host) -> list[FileText] | Missing:
    files: list[FileText] = []
    for path in JOURNALD_CONF:
        main = host.read(path)
        if isinstance(main, Missing):
            return main
        if main is not None:
            files.append(main)
            break
    drop_ins = boot_files.files(host, JOURNALD_FOLDERS)
    return drop_ins if isinstance(drop_ins, Missing) else [*files, *drop_ins]


def persistent(
    host: Host, journal: Mapping[str, Setting[str]] | Missing
) -> Setting[bool] | Missing:
    """By Storage; with `auto`, or a word that is none, by whether /var/log/journal is there
    (journald.conf(5))."""
    if isinstance(journal, Missing):
        return journal
    storage = journal.get("Storage")
    if storage is not None and storage.value in ("none", "volatile", "persistent"):
        return Setting(storage.value == "persistent", storage.source)
    entry = host.stat(JOURNAL)
    if isinstance(entry, Missing):
        return entry
    there = entry is not None and entry.kind is Kind.DIRECTORY
    return Setting(there, Source(Origin.FILE, JOURNAL))
