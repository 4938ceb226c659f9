"""A gRPC server that replays what real daemons answered, byte for byte.

The recordings are in tests/answers, made by tests/answers/record.py.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from unshim.host import grpc_socket as transport
from unshim.host.host import RpcError

FOLDER = Path(__file__).parent / "answers"

Key = tuple[str, str, bytes]
"""A method without a stream's `*`, the namespace, the request."""

Answer = tuple[bytes, ...] | RpcError


@dataclass(frozen=True)
class Answers:
    """What one daemon answered. `facts` say which one it was, and its configuration."""

    calls: Mapping[Key, Answer]
    facts: Mapping[str, str] = field(default_factory=dict)

    def changed(self, method: str, answer: Answer) -> Answers:
        """The same with every answer to `method` replaced."""
        calls = {key: answer if key[0] == method else old for key, old in self.calls.items()}
        return replace(self, calls=calls)

    def one(self, method: str, namespace: str = "") -> bytes:
        """The first part of the answer to a method."""
        found = next(a for (m, n, _), a in self.calls.items() if (m, n) == (method, namespace))
        assert not isinstance(found, RpcError)
        return found[0]


def load(name: str) -> Answers:
    """The recording of that name, such as `1.6`."""
    document = json.loads((FOLDER / f"{name}.json").read_text())
    calls: dict[Key, Answer] = {}
    for call in document["calls"]:
        key = (call["method"], call["namespace"], base64.b64decode(call["request"]))
        if "code" in call:
            calls[key] = RpcError(call["code"], call["details"])
        else:
            calls[key] = tuple(base64.b64decode(part) for part in call["answer"])
    return Answers(calls, document["facts"])


@contextmanager
def serving(answers: Answers, path: str = "") -> Iterator[str]:
    """A server that gives these answers; its socket's path.

    The channel to a `path` that is given is left open, as when a daemon goes away.
    """
    os.environ["GRPC_VERBOSITY"] = "NONE"
    import grpc

    def answer(method: str, request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        metadata = {pair[0]: pair[1] for pair in context.invocation_metadata() or ()}
        namespace = str(metadata.get("containerd-namespace", ""))
        found = answers.calls.get((method, namespace, request))
        if found is None:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"not recorded: {method}")
        elif isinstance(found, RpcError):
            context.abort(grpc.StatusCode[found.code], found.details)
        else:
            yield from found

    class Replay(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # generic in the stubs alone
        def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
            method = details.method
            return grpc.unary_stream_rpc_method_handler(
                lambda request, context: answer(method, request, context)
            )

    with tempfile.TemporaryDirectory(prefix="unshim-fake-") as folder:
        own = not path
        path = path or f"{folder}/containerd.sock"
        server = grpc.server(ThreadPoolExecutor(8))
        server.add_generic_rpc_handlers((Replay(),))
        server.add_insecure_port(f"unix:{path}")
        server.start()
        try:
            yield path
        finally:
            if own:
                transport.close(path)
            server.stop(None).wait()
