"""What is secret: the one table that text.redact removes by, and the recorder's awk too.

A new word, name or form of a token is one line here. Patterns are written for both languages: any
case, no backslashes, groups in plain brackets; `{n}` and `{n,}` only in TOKENS, after one class.
"""

from __future__ import annotations

from unshim.model.nouns import NamedTuple

REMOVED = "(removed)"

LINE_LIMIT = 32 * 1024
"""Characters; of a longer line that may hold a secret, nothing is kept."""

WORDS = (
    "passw",
    "passphrase",
    "secret",
    "token",
    "api[-_.]?key",
    "access[-_.]?key",
    "private[-_.]?key",
    "credential",
    "certificate[-_]?key",
    "encryption[-_]?key",
    "key-data",
    "authorization",
    "bearer",
    "signature",
    "url[-_]?header",
)
"""A key, flag or variable with one of these in its name holds a secret."""

NAMES = ("auth", "username", "pass", "pwd")
"""So does one of just this name."""

HARMLESS_ENDINGS = (
    *("webhook", "ttl", "files?", "paths?", "dirs?", "names?", "attributes", "ttl-seconds"),
    *("timeout", "enabled?", "type", "mode", "namespace", "binding", "projection", "algorithms?"),
    *("expiration[a-z0-9_]*", "size", "count", "limit", "provider", "providers?-config"),
    *("provider-bin-dir", "certs", "volume", "verificationpolicy", "requests?", "modes?"),
)
"""How names end that hold one of WORDS and yet no secret: switches, lifetimes, paths, names."""

NUMBERS_ARE_SECRET = ("passw", "passphrase", "secret$", "pin$")
"""Names whose value may be a secret though it is a number; NAMES are besides."""

PLAIN_VALUES = (
    *("true", "false", "yes", "no", "on", "off", "null", "~", "[0-9]+(ms|s|m|h)?"),
    *("[$][a-z0-9_]+", "[$][{][a-z0-9_]+[}]", "[$][(][a-z0-9_]+[)]", "[(]removed[)]"),
)
"""Values that are plainly no secret, whatever their name: switches, times, variables."""

FOLDERS = (
    *("etc", "var", "run", "usr", "opt", "root", "home", "srv", "mnt", "tmp", "dev", "proc"),
    *("sys", "snap", "host", "lib", "bin"),
)
"""So are paths below these."""


class Token(NamedTuple):
    """A secret that its own form gives away, as a word of its own; not `closed`, it may go on.

    `sign` is what a line must hold, for a quick look; "" where that is the pattern itself.
    """

    pattern: str
    closed: bool = True
    sign: str = ""


TOKENS = (
    Token("[a-z0-9]{6}[.][a-z0-9]{16}"),  # kubeadm's bootstrap tokens
    Token("AKIA[0-9A-Z]{16}", sign="AKIA"),
    Token("gh[pousr]_[a-zA-Z0-9_]{20,}", closed=False, sign="gh[pousr]_"),
)
SIGNS = ("@", "bearer", "basic ", "eyJ", *(token.sign or token.pattern for token in TOKENS))
"""What a line holds that may hold a secret by its form."""


def either(patterns: tuple[str, ...]) -> str:
    """A pattern that any of them matches."""
    return "|".join(patterns)
