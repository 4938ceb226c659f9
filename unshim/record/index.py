"""The index of a recorded node, checked as a whole when it is opened.

    {"format": 1,
     "parts": {"paths": "recorded by unshim 0.1.0 from this machine", "calls": "made by hand"},
     "machine": {"name": "", "kernel": "", "architecture": "", "root": true},
     "paths": {"/etc/a": {"kind": "file", "mode": "0644", "uid": 0, "gid": 0, "mtime": 0.0,
                          "file": "files/0001"},              or "text": "…" in place of "file"
               "/etc/b": {"kind": "directory", "names": ["c"]},
               "/lib/d": {"kind": "file", "text": {"base64": "/w=="}, "real": "/usr/lib/d"},
               "/etc/e": {"absent": true},
               "/etc/f": {"missing": "not root: …", "why": "not-permitted"},
               "/etc/g": {"kind": "file", "unread": {"missing": "…"}}},
     "nothing_else_below": ["/etc"],                          for nodes made by hand
     "processes": [{"pid": 7, "name": "", "exe": "", "argv": [], "started": 0.0, "uid": 0}],
     "commands": [{"argv": ["kubelet", "--version"], "code": 0, "stdout": "", "stderr": ""}],
     "sockets": {"/run/s": {"state": "listening", "reason": "", "real": "/run/s"}},
     "calls": [{"socket": "", "method": "", "namespace": "", "request": "base64",
                "answers": ["base64"]}],        or "error": {"code": "", "details": ""} for answers
     "http": [{"socket": "", "path": "", "body": ""}],
     "environments": [{"pid": 7, "values": {"HTTP_PROXY": ""}}],
     "samples": "files/0002"}                                 for its live panes: live/replay.py

Whatever was not to be had is {"missing": reason, "why": one of Why} in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unshim.host.host import Output, RpcError
from unshim.model.machine import Process, Socket
from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing
from unshim.record import answered, entries
from unshim.record.answered import Answer
from unshim.record.entries import Looked
from unshim.record.errors import RecordError
from unshim.record.shapes import Wrong, of_kind, part
from unshim.text import bounded_json
from unshim.text.escape import visible

FORMAT = 1


class Index(NamedTuple):
    parts: Mapping[str, str]
    uname: tuple[str, str, str]
    root: bool
    paths: Mapping[str, Looked]
    processes: tuple[Process, ...] | Missing
    commands: Mapping[tuple[str, ...], Output | Missing]
    sockets: Mapping[str, Socket]
    calls: Mapping[tuple[str, ...], Answer]
    http: Mapping[tuple[str, str], bytes | RpcError]
    environments: Mapping[int, dict[str, str] | Missing]
    closed: tuple[str, ...]
    family: Mapping[str, tuple[str, ...]]
    samples: str

    @staticmethod
    def parse(path: str, data: bytes) -> Index:
        """The index of the record at `path`.

        Raises:
            RecordError: it is not JSON, not of this shape, or larger than any record's.
        """
        try:
            return _index(bounded_json.loads(data))
        except Wrong as wrong:
            raise RecordError(path, f"index.json: {wrong}") from wrong
        except bounded_json.TooManyValuesError as error:
            raise RecordError(path, f"index.json {error}") from error
        except RecursionError as error:
            raise RecordError(path, "index.json is nested too deep") from error
        except ValueError as error:
            raise RecordError(path, "index.json is not JSON") from error

    def nothing_else(self, path: str) -> bool:
        """Whether a path that is not named was not there."""
        return any(path == folder or path.startswith(_with_slash(folder)) for folder in self.closed)

    def children(self, path: str) -> tuple[str, ...]:
        """The sorted names of what the index has in a folder."""
        return self.family.get(path.rstrip("/") or "/", ())


def _with_slash(folder: str) -> str:
    return folder if folder.endswith("/") else folder + "/"


def _index(document: Any) -> Index:
    top = of_kind(document, dict, "the whole")
    if top.get("format") != FORMAT:
        raise Wrong(f"format {visible(repr(top.get('format')))[:20]} is not {FORMAT}")
    machine = part(top, "machine", dict, {})
    paths = entries.looks_at(part(top, "paths", dict, {}))
    return Index(
        parts={k: visible(of_kind(v, str, k)) for k, v in part(top, "parts", dict, {}).items()},
        uname=tuple(  # type: ignore[arg-type]
            visible(part(machine, key, str, "")) for key in ("name", "kernel", "architecture")
        ),
        root=part(machine, "root", bool, True),
        paths=paths,
        processes=answered.processes_of(top.get("processes")),
        commands=dict(answered.command_of(v) for v in part(top, "commands", list, [])),
        sockets={p: answered.socket_of(p, v) for p, v in part(top, "sockets", dict, {}).items()},
        calls=dict(answered.call_of(v) for v in part(top, "calls", list, [])),
        http=dict(answered.http_of(v) for v in part(top, "http", list, [])),
        environments=answered.environments_of(part(top, "environments", list, [])),
        closed=tuple(
            of_kind(v, str, "nothing_else_below") for v in part(top, "nothing_else_below", list, [])
        ),
        family=entries.family_of(paths),
        samples=part(top, "samples", str, ""),
    )
