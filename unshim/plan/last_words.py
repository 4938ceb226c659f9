"""`python -I -m unshim.plan.last_words UNIT`: what a daemon said last before it ended, by systemd's
journal. Prints it, nothing where it named no error."""

from __future__ import annotations

import sys

from unshim.host.host import Host
from unshim.host.local import LocalHost
from unshim.model.values import Missing
from unshim.text import redact
from unshim.text.escape import decode
from unshim.text.patterns import lazy

_LINES = 2000
_LENGTH = 300
_KLOG = lazy(r"^[EF]\d{4} [\d:.]+ +\d+ [\w.-]+:\d+\] ")
"""A line of an error in the form of klog, which the kubelet writes."""
_LOGRUS = lazy(r"\blevel=(?:error|fatal|panic)\b")
_SAID = lazy(r' (?:msg|err|error)="((?:[^"\\]|\\.)*)"')
_PLAIN = lazy(
    r"^(?:Error: |containerd: |panic: |fatal error: |unable to |failed to )|: Failed at step "
)


def last_words(host: Host, unit: str) -> str:
    """The error that a unit's daemon ended with, without secrets; "" where it said none."""
    answer = host.run(
        ["journalctl", "--no-pager", "-q", "-o", "cat", "-n", str(_LINES), "-b", f"--unit={unit}"],
        timeout=5.0,
    )
    if isinstance(answer, Missing):
        return ""
    return said_last(decode(answer.stdout, newlines=True).splitlines())


def said_last(lines: list[str]) -> str:
    """The last error among lines of a log, in its own words."""
    for line in reversed(lines):
        words = _error(line.strip())
        if words:
            told = redact.text(" ".join(words.split()))
            return told if len(told) <= _LENGTH else f"{told[:_LENGTH]}…"
    return ""


def _error(line: str) -> str:
    """What a line tells of an error, "" where it tells of none."""
    if not _KLOG.match(line) and not _LOGRUS.search(line):
        return line if _PLAIN.search(line) else ""
    said = [_unquoted(words) for words in _SAID.findall(line)]
    return ": ".join(said) if said else _KLOG.sub("", line)


def _unquoted(text: str) -> str:
    return text.replace('\\"', '"').replace("\\n", " ").replace("\\\\", "\\")


def main(arguments: list[str]) -> int:
    sys.stdout.write(last_words(LocalHost(), arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
