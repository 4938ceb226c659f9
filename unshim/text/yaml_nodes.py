"""What stands at the top of a YAML file as Go's yaml.Node has it: in order, nothing resolved.

Source: gopkg.in/yaml.v3 decode.go (Unmarshal into a Node), parserc.go and readerc.go: an alias has
its anchor's name as its value, a mapping or a list an empty one; keys may come twice, `<<` is a key
as any, and only the first document is read. A byte that is no UTF-8 is refused wherever it stands,
and so is a directive of another YAML than 1.1.
"""

from __future__ import annotations

from typing import Any

from unshim.model.machine import ParseError
from unshim.text.yaml_marks import Broken, guarded
from unshim.text.yaml_values import Marked

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def top_nodes(path: str, data: bytes) -> tuple[Marked, ...] | ParseError:
    """The keys and values of the first document's mapping one after the other, or a list's items;
    none where it is a single value. A mapping or list among them has `items`, here empty."""
    if data[:2] not in _UTF16 and (line := _line_that_is_no_text(data)):
        return ParseError(path, "a byte that is no UTF-8", line)
    return guarded(path, data, _top_nodes)


def _line_that_is_no_text(data: bytes) -> int | None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return None


def _top_nodes(text: str | bytes) -> tuple[Marked, ...]:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[Marked] = []
    anchors: set[str] = set()
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=loader):
        mark = event.start_mark
        match type(event).__name__:
            case "DocumentStartEvent" if event.version not in (None, (1, 1)):
                raise Broken("a directive of another YAML than 1.1", mark.line + 1, 1)
            case "DocumentEndEvent":
                break
            case "MappingEndEvent" | "SequenceEndEvent":
                depth -= 1
            case "MappingStartEvent" | "SequenceStartEvent":
                _take(found, depth, event, "", items=True)
                depth += 1
            case "ScalarEvent":
                _take(found, depth, event, event.value)
            case "AliasEvent":
                if event.anchor not in anchors:
                    message = "an alias of an anchor that is not there"
                    raise Broken(message, mark.line + 1, mark.column + 1)
                _take(found, depth, event, event.anchor)
        if (anchor := getattr(event, "anchor", None)) is not None:
            anchors.add(anchor)
    return tuple(found)


def _take(found: list[Marked], depth: int, event: Any, text: str, *, items: bool = False) -> None:
    """Only what stands right beneath the document's root."""
    if depth == 1:
        mark = event.start_mark
        node = Marked(mark.line + 1, mark.column + 1, text)
        node.items = [] if items else None
        found.append(node)
