"""Folders of configuration that systemd reads at boot: which file counts, and in which order.

Source: sysctl.d(5), modules-load.d(5), modprobe.d(5): of files with one name the first folder's
counts, a link to /dev/null takes the name out, and the rest is read by name, whatever the folder.
Hidden files are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unshim.host.host import Host
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Origin, Source
from unshim.text.escape import decode, visible

ABOVE = ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib")


class Line(NamedTuple):
    text: str
    source: Source


def files(host: Host, name: str) -> tuple[FileText, ...] | Missing:
    """The files that count of the folders `name` (such as `sysctl.d`), in their order."""
    winners: dict[str, str] = {}
    for above in ABOVE:
        folder = f"{above}/{name}"
        names = host.list(folder)
        if isinstance(names, Missing):
            return names
        for file in names or ():
            if file.endswith(".conf") and not file.startswith("."):
                winners.setdefault(file, f"{folder}/{file}")
    texts = []
    for file in sorted(winners):
        if host.resolve(winners[file]) == "/dev/null":
            continue
        text = host.read(winners[file])
        if isinstance(text, Missing):
            return text
        if text is not None:
            texts.append(text)
    return tuple(texts)


def lines(files: Sequence[FileText]) -> Iterator[Line]:
    """Lines that are neither empty nor a comment (`#` or `;`), without blanks around them."""
    for file in files:
        path = visible(file.path)
        for number, raw in enumerate(file.data.split(b"\n"), 1):
            if raw[:1] in (b"", b"#", b";"):  # most lines: they need not be decoded
                continue
            # Before decoding, which makes tabs and carriage returns visible.
            text = decode(raw.replace(b"\t", b" ").strip())
            if text and text[0] not in "#;":
                yield Line(text, Source(Origin.FILE, path, number))
