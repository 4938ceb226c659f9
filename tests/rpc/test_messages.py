"""Messages: the quick way of making their classes, and protobuf's own, read and write alike."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from google.protobuf import descriptor_pb2

from unshim.rpc import containerd_pb2, cri_pb2, messages, metrics_pb2


def _compiled(module: Any) -> bytes:
    first = next(v for v in vars(module).values() if hasattr(v, "DESCRIPTOR"))
    file = descriptor_pb2.FileDescriptorProto()
    first.DESCRIPTOR.file.CopyToProto(file)
    return file.SerializeToString()


def test_both_ways_make_the_same_classes() -> None:
    for module in (containerd_pb2, cri_pb2, metrics_pb2):
        ours = {n: v for n, v in vars(module).items() if hasattr(v, "DESCRIPTOR")}
        theirs: dict[str, Any] = {"__name__": "elsewhere"}
        messages._as_protobuf_does(_compiled(module), theirs)
        assert ours.keys() == theirs.keys() - {"__name__"}
        for name, made in ours.items():
            fields = [f.name for f in made.DESCRIPTOR.fields]
            assert fields == [f.name for f in theirs[name].DESCRIPTOR.fields]
            data = b"\x0a\x02\x08\x01\x12\x01x" if fields else b""
            assert _outcome(made, data) == _outcome(theirs[name], data)


def _outcome(made: Any, data: bytes) -> object:
    try:
        return made.FromString(data).SerializeToString()
    except Exception as error:
        return type(error).__name__


def test_no_part_that_prints_messages_is_loaded() -> None:
    words = (
        "import sys, unshim.rpc.containerd_pb2; print('google.protobuf.text_format' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
