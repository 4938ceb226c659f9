"""Message classes from a compiled .proto file, without the parts of protobuf nobody needs here.

protoc's own Python output imports what prints, parses and describes messages as text: more than
half of what a report may take to start. protobuf's C library makes the same classes by itself;
where it is not the one at hand, protobuf's own way is gone.
"""

from __future__ import annotations

from typing import Any


def build(compiled: bytes, into: dict[str, Any]) -> None:
    """Put a class for each message of a file into a module; `compiled` is a FileDescriptorProto."""
    try:
        _directly(compiled, into)
    except (ImportError, AttributeError):
        _as_protobuf_does(compiled, into)


def _directly(compiled: bytes, into: dict[str, Any]) -> None:
    from google._upb import _message  # private, hence the other way
    from google.protobuf.message import Message

    file = _message.default_pool.AddSerializedFile(compiled)
    for name, descriptor in file.message_types_by_name.items():
        parts = {"DESCRIPTOR": descriptor, "__module__": into["__name__"]}
        into[name] = _message.MessageMeta(name, (Message,), parts)


def _as_protobuf_does(compiled: bytes, into: dict[str, Any]) -> None:
    from google.protobuf import descriptor_pool, message_factory

    file = descriptor_pool.Default().AddSerializedFile(compiled)
    for name, descriptor in file.message_types_by_name.items():
        into[name] = message_factory.GetMessageClass(descriptor)
