"""Addresses split as Go's net/url does it, as far as registries need."""

from __future__ import annotations

import posixpath
import re

from unshim.model.nouns import NamedTuple
from unshim.text.patterns import lazy

_SCHEME = lazy(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = lazy(r"(?:[A-Za-z0-9\-_.~!$&'()*+,;=:<>\"\[\]]|[^\x00-\x7f]|%[89A-Fa-f][0-9A-Fa-f])*")
_PORT = lazy(r"(?::[0-9]*)?")
_ESCAPE = lazy(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = lazy(r"[\x00-\x1f\x7f]")


class Address(NamedTuple):
    """`host` holds the port; `path` is decoded."""

    scheme: str
    host: str
    path: str


def split(text: str) -> Address | str:
    """The parts of an address, or why Go refuses it (net/url, Parse)."""
    if _CONTROL.search(text):
        return "holds a control character"
    rest = text.partition("#")[0]
    if rest.startswith(":"):
        return "has no scheme"
    match = _SCHEME.match(rest)
    scheme = match[1].lower() if match else ""
    rest = (rest[match.end() :] if match else rest).partition("?")[0]
    if not rest.startswith("//"):
        if scheme and not rest.startswith("/"):
            return Address(scheme, "", "")  # opaque: mailto:…
        if not scheme and ":" in rest.partition("/")[0]:
            return "has a colon in its first part"
        return _with_path(scheme, "", rest)
    authority, slash, path = rest[2:].partition("/")
    host = authority.rpartition("@")[2]
    wrong = _wrong_host(host)
    return wrong or _with_path(scheme, host, slash + path)


def _with_path(scheme: str, host: str, path: str) -> Address | str:
    if _ESCAPE.search(path):
        return "holds a % that escapes nothing"
    return Address(scheme, host, _unescape(path))


def _unescape(path: str) -> str:
    if "%" not in path:
        return path
    data = re.sub(
        rb"%(..)", lambda match: bytes([int(match[1], 16)]), path.encode(errors="replace")
    )
    return data.decode("utf-8", "backslashreplace")


def _wrong_host(host: str) -> str:
    if not _HOST.fullmatch(host):
        return "has a host name with a character that none may have"
    end = host.rfind("]") + 1
    if host.startswith("[") and not end:
        return "has a host without its closing bracket"
    port = host[end:] if end else host[host.rfind(":") :] if ":" in host else ""
    return "" if _PORT.fullmatch(port) else "has a port that is not a number"


def clean_path(path: str) -> str:
    """The shortest spelling of a path (path.Clean)."""
    if not path:
        return "."
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def host_and_port(host: str) -> tuple[str, str]:
    """A host without and its port alone; ("", "") parts where there are none."""
    name, colon, port = host.rpartition(":")
    if not colon or "]" in port or (":" in name and not name.endswith("]")):
        return host.strip("[]"), ""
    return name.strip("[]"), port
