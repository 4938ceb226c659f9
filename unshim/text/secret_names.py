"""Whether a name is that of a secret, and whether its value is plainly none."""

from __future__ import annotations

from unshim.text import secrets
from unshim.text.patterns import lazy
from unshim.text.secrets import either

_HARMLESS_NAME = lazy(f"(?i)({either(secrets.HARMLESS_ENDINGS)})$")
_SECRET_NAME = lazy("(?i)" + either(secrets.WORDS))
_PLAIN = lazy(
    rf"(?i)(?:{either(secrets.PLAIN_VALUES)}|/(?:{either(secrets.FOLDERS)})(?:/[^\s'\"]*)?)"
)
_NUMBER_MAY_BE_SECRET = lazy(
    f"(?i){either(secrets.NUMBERS_ARE_SECRET)}|^({either(secrets.NAMES)})$"
)


def secret_name(name: str) -> bool:
    """Whether a key, flag or variable of this name holds a secret."""
    bare = name.strip("-\"' ").replace("_", "-")
    if bare.lower() in secrets.NAMES:
        return True
    return bool(_SECRET_NAME.search(bare)) and not _HARMLESS_NAME.search(bare)


def keeps(name: str, value: str) -> bool:
    """Whether a value under a secret's name is plainly no secret: a switch, a path, a variable."""
    if not value:
        return True
    if value.isdigit() and _NUMBER_MAY_BE_SECRET.search(name.rpartition(".")[2]):
        return False
    return bool(_PLAIN.fullmatch(value))
