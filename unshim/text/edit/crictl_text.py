"""crictl's configuration as text: a fresh one, and the correction of one. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from unshim.model.machine import ParseError
from unshim.text.edit.lines import BOM, closed, ending, split
from unshim.text.patterns import lazy
from unshim.text.yaml_nodes import top_nodes

_NONE: Mapping[str, str] = MappingProxyType({})

_LINE = lazy(
    r"""^(?P<head>(?P<quote>["']?)(?P<key>[A-Za-z-]+)(?P=quote)[ \t]*:(?:[ \t]+|(?=[\r\n]|$)))"""
    r"""(?P<value>"[^"\r\n]*"|'[^'\r\n]*'|[^\r\n]*?)(?P<tail>[ \t]*(?:[ \t]#[^\r\n]*)?\r?\n?)$"""
)
_SECONDS = lazy(r"""^["']?([0-9]{1,9})\s*s?(?:ec(?:onds?)?)?["']?$""")


def fresh(endpoint: str, kept: Mapping[str, str] = _NONE) -> bytes:
    """A whole file, with other settings to keep.

    Source: cri-tools docs/crictl.md; keys that every release since 1.20 takes.
    """
    endpoints = {"runtime-endpoint": endpoint, "image-endpoint": endpoint}
    settings = {**endpoints, "timeout": "10", "debug": "false", **kept}
    return "".join(f"{key}: {value}\n" for key, value in settings.items()).encode()


def leads(data: bytes, endpoint: str) -> bool:
    """Whether a file names this endpoint, and no other anywhere."""
    nodes = top_nodes("", data)
    if isinstance(nodes, ParseError):
        return False
    pairs = [(key.text, value.text) for key, value in zip(nodes[::2], nodes[1::2], strict=False)]
    runtime = {value for key, value in pairs if key == "runtime-endpoint"}
    images = {value for key, value in pairs if key == "image-endpoint"}
    return runtime == {endpoint} and images <= {"", endpoint}


def correct(data: bytes, endpoint: str, bad: set[int], images: bool) -> bytes:
    """`data` with the bad lines (numbered from 1) mended or gone, and the endpoint right.

    A line goes with the block that it opens. `images`: also set image-endpoint, where the file has
    one. Only for files with a key to a line: see `leads`. Bytes that are no UTF-8 stay as they are
    but on bad lines.
    """
    mark = BOM if data.startswith(BOM) else b""
    lines = split(data.removeprefix(BOM).decode("utf-8", "surrogateescape"))
    kept: list[str] = []
    runtime = going = False
    for number, line in enumerate(lines, start=1):
        if going and (not line.strip() or line[0] in " \t-"):
            continue
        going = False
        match = _LINE.match(line)
        key = match["key"] if match else ""
        if match and key in ("runtime-endpoint", "image-endpoint"):
            runtime = runtime or key == "runtime-endpoint"
            right = key == "image-endpoint" and not images
            kept.append(
                line if right or _same(match["value"], endpoint) else _with(match, endpoint)
            )
            going = not match["value"]
        elif number not in bad:
            kept.append(line)
        elif match and key == "timeout" and (seconds := _SECONDS.match(match["value"])):
            kept.append(_with(match, seconds[1]))
        else:
            going = True
    if not runtime:
        kept = [*closed(kept), f"runtime-endpoint: {endpoint}{ending(lines)}"]
    return mark + "".join(kept).encode("utf-8", "surrogateescape")


def _with(match: re.Match[str], value: str) -> str:
    gap = " " if match["head"].endswith(":") else ""
    return f"{match['head']}{gap}{value}{match['tail']}"


def _same(value: str, right: str) -> bool:
    return value.strip("\"' ") == right
