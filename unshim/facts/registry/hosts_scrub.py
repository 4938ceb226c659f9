"""What of a hosts.toml may be recorded."""

from __future__ import annotations

from unshim.text.patterns import lazy

_TABLE_LINE = lazy(
    rb"""(?i)^[ \t]*\[+[ \t]*(?:["']?(?:host|header)(?![a-z0-9_])|"""
    rb"""[a-z0-9_-][^"',]*\][ \t]*(?:#.*)?$)"""
)
_HOST_TABLE = lazy(rb"""(?i)^[ \t]*\[+[ \t]*["']?host(?![a-z0-9_])""")
_HEADER_TABLE = lazy(rb"""(?i)^[ \t]*\[.*\.[ \t]*["']?header["']?[ \t]*\]""")
_INLINE_HEADER = lazy(rb"""(?i)(["']?header["']?[ \t]*=[ \t]*\{).*""")
_ASSIGNED = lazy(rb"""^[ \t]*(?:"[^"]*"|'[^']*'|[^"'=#])+=[ \t]*""")
_TOLD = lazy(
    rb"""(?i)(?:^|[ \t.])["']?(?:server|host|capabilities|ca|client|skip_verify|override_path|"""
    rb"""dial_timeout|host[ \t]*\.[ \t]*["'][^"']*["'])["']?[ \t]*=[ \t]*$"""
)
_OF_HEADER = lazy(rb"""(?i)header["']?[ \t]*\.""")


def scrub(data: bytes) -> bytes:
    """The file as it may be recorded: no header's value, whatever its name, nor the value of a key
    that no release knows; as many lines."""
    lines, inside, keep = [], False, True
    for line in data.split(b"\n"):
        if _TABLE_LINE.match(line):
            inside, keep = not _HOST_TABLE.match(line) or bool(_HEADER_TABLE.match(line)), True
        elif match := _ASSIGNED.match(line):
            key = match[0]
            keep = not inside and bool(_TOLD.search(key)) and not _OF_HEADER.search(key)
            if not keep and not _INLINE_HEADER.search(line):
                line = key + b'"(removed)"'
        elif not keep:
            line = b""
        lines.append(_INLINE_HEADER.sub(rb"\1}", line))
    return b"\n".join(lines)
