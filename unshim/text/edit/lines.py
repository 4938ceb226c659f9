"""A file as lines that keep their own line ends. Pure text."""

from __future__ import annotations

BOM = b"\xef\xbb\xbf"


class EditError(Exception):
    """An edit that cannot be made without touching more than it should. The text says why."""


def decoded(data: bytes, path: str) -> str:
    """The file's text with any byte order mark left in front.

    Raises:
        EditError: it is not UTF-8; such a file is left alone.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise EditError(f"{path} is not UTF-8 and is left alone") from None


def split(text: str) -> list[str]:
    """Lines with their ends, split at line feeds only (a lone carriage return is not an end)."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def ending(lines: list[str]) -> str:
    """The line end this file uses: that of its first line, a line feed where it has none."""
    return "\r\n" if lines and lines[0].endswith("\r\n") else "\n"


def closed(lines: list[str]) -> list[str]:
    """The lines, the last one ended, so that another can follow."""
    if lines and not lines[-1].endswith("\n"):
        return [*lines[:-1], lines[-1] + ending(lines)]
    return lines
