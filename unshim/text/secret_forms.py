"""Secrets that their own form gives away: patterns, and what takes their place."""

from __future__ import annotations

from unshim.text import secrets
from unshim.text.patterns import lazy
from unshim.text.secrets import REMOVED

# What a line must hold, in small letters, to be looked at; a form; what takes its place.
FORMS = (
    # The login of a proxy, also where a slash in its password breaks the address.
    (
        "@",
        lazy(
            r"(?i)([-_]proxy=\\?[\"']?(?:[a-z][a-z0-9+.-]{0,20}://)?|"
            r"-proxy\"[ \t]*:[ \t]*\"(?:[a-z][a-z0-9+.-]{0,20}://)?)[^\s\"']{1,2000}@"
        ),
        rf"\1{REMOVED}@",
    ),
    # The part of an address before its @, whatever stands in it.
    ("@", lazy(r"(?i)(?<![a-z])([a-z][a-z0-9+.-]{0,20}://)[^\s'\"/]{1,2000}@"), rf"\1{REMOVED}@"),
    # The same without a scheme: user:pass@registry, but not name:tag@sha256:…
    (
        "@",
        lazy(r"(?<![^\s'\"=,\[(])[^\s'\"/@:=(]{1,200}:[^\s'\"/@]{1,500}@(?!sha\d+:)(?=[\w\[])"),
        f"{REMOVED}@",
    ),
    ("bearer", lazy(r"(?i)\b(bearer[ \t]+)[\w.~+/=-]+"), rf"\1{REMOVED}"),
    ("basic", lazy(r"(?i)\b(basic[ \t]+)(?=\S*[\d=])[\w.~+/=-]{8,}"), rf"\1{REMOVED}"),
    ("eyj", lazy(r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"), REMOVED),  # JSON web token
    *(
        ("", lazy(rf"\b{token.pattern}" + (r"\b" if token.closed else "")), REMOVED)
        for token in secrets.TOKENS
    ),
)
