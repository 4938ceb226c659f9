"""What is secret and what may be told, as the script's awk has it: from the tables in
unshim/text/secrets.py and unshim/text/kept.py."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.text import allowed, kept, secrets
from unshim.text.patterns import lazy
from unshim.text.secrets import either

_REPEATED = lazy(r"(\[[^]]+\]|.)\{([0-9]+)(,?)\}")


def values() -> Mapping[str, str]:
    """What stands for each @NAME@ of secrets.awk, forms.awk and allowed.awk."""
    return {
        "REMOVED": secrets.REMOVED,
        "LINE_LIMIT": str(secrets.LINE_LIMIT),
        "WORDS": either(secrets.WORDS),
        "NAMES": either(secrets.NAMES),
        "HARMLESS": f"({either(secrets.HARMLESS_ENDINGS)})$",
        "NUMBERS": f"{either(secrets.NUMBERS_ARE_SECRET)}|^({either(secrets.NAMES)})$",
        "PLAIN": either(secrets.PLAIN_VALUES),
        "FOLDERS": either(secrets.FOLDERS),
        "KEYS": " ".join(sorted(kept.KEYS)),
        "FLAGS": " ".join(sorted(kept.FLAGS)),
        "CLOSED": " ".join(sorted(kept.CLOSED)),
        "HARMLESS_VALUES": either(
            (*allowed.HARMLESS, *(word.replace(".", "[.]") for word in kept.WORDS))
        ),
        "IN_PATHS": kept.IN_PATHS,
        "SHORT": str(kept.SHORT),
        "SIGNS": either(tuple(map(_spell_out, secrets.SIGNS))).lower(),
        "TOKENS": "\n".join(
            f'  line = whole_words(line, "{_spell_out(token.pattern)}", {int(token.closed)})'
            for token in secrets.TOKENS
        ),
    }


def _spell_out(pattern: str) -> str:
    """Without intervals, which old awks do not have: `x{3}` is `xxx`, and `x{3,}` is `xxxx*`."""
    return _REPEATED.sub(
        lambda match: match[1] * int(match[2]) + (f"{match[1]}*" if match[3] else ""), pattern
    )
