"""Give an image of one containerd namespace to another, without moving a byte.

Blobs are stored once for all namespaces (content policy `shared`, the default): a namespace
gets one by committing a write that sends nothing and names its digest. Children go first, under a
lease, so that no garbage collection can take them before the image's name holds them.

Runs as a child of its own: `python -I -m unshim.rpc.share share|unshare SOCKET SOURCE TARGET NAME
DIGEST [BLOB...]`. It prints one line and ends with 0, or with 1 where it failed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, TypeVar

from unshim.host import grpc_socket as transport
from unshim.host.host import RpcError
from unshim.rpc.answers import decode_as, visible_text, wire
from unshim.text.escape import visible

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from unshim.rpc import containerd_pb2 as pb

    M = TypeVar("M", bound=Message)

_SERVICES = "/containerd.services."
_COMMIT = 2
_DEADLINE = 10.0
_LEASE_MINUTES = 10
_SNAPSHOT_REFERENCE = b"containerd.io/gc.ref.snapshot."


def share(
    socket: str, source: str, target: str, name: str, digest: str, blobs: Sequence[str]
) -> str:
    """Make `name` of namespace `source` known in `target` too; what was done, in words.

    `blobs` are all digests it needs, children before parents. Doing it again changes nothing.

    Raises:
        RpcError: the daemon refused a call; FAILED_PRECONDITION where the image or a blob is not
            there, or where `name` is another image in `target`.
    """
    image = _image(socket, source, name)
    if image is None or image.target.digest != os.fsencode(digest):
        raise RpcError("FAILED_PRECONDITION", f"namespace {source} has no {name} of {digest}")
    standing = _image(socket, target, name)
    if standing is not None and standing.target.digest != image.target.digest:
        other = visible_text(standing.target.digest)
        raise RpcError("FAILED_PRECONDITION", f"{name} in {target} is another image: {other}")
    infos = [_info(socket, source, blob) for blob in blobs]
    lease = f"unshim-share-{os.getpid()}"
    _open_lease(socket, target, lease)
    try:
        for info in infos:
            _commit(socket, target, lease, info)
        if standing is None:
            _create(socket, target, image)
    finally:
        _close_lease(socket, target, lease)
    if standing is not None:
        return f"{name} was already in namespace {target}; its {len(infos)} blobs are complete"
    return f"{name} is now in namespace {target} too ({len(infos)} blobs, nothing copied)"


def unshare(socket: str, target: str, name: str, digest: str) -> str:
    """Take `name` out of `target` again, if it is still that digest; what was done, in words.

    Raises:
        RpcError: the daemon refused a call.
    """
    standing = _image(socket, target, name)
    if standing is None:
        return f"{name} is not in namespace {target}: nothing to undo"
    if standing.target.digest != os.fsencode(digest):
        return f"{name} in namespace {target} is another image by now: left as it is"
    _delete(socket, target, standing)
    # The CRI plugin gave it a second name by its config's digest, which would keep it alive.
    left = [i for i in _images(socket, target) if i.target.digest == standing.target.digest]
    if all(i.name.startswith(b"sha256:") for i in left):
        for alias in left:
            _delete(socket, target, alias)
    return f"{name} is no longer in namespace {target}"


def _ask(socket: str, namespace: str, call: str, request: Message, answer: type[M]) -> M:
    method = f"{_SERVICES}{call}"
    (data,) = transport.call(socket, method, wire(request), namespace, _DEADLINE)
    return decode_as(answer, data, method)


def _image(socket: str, namespace: str, name: str) -> pb.Image | None:
    from unshim.rpc import containerd_pb2 as pb

    request = pb.ImageRequest(name=os.fsencode(name))
    try:
        return _ask(socket, namespace, "images.v1.Images/Get", request, pb.ImageResponse).image
    except RpcError as error:
        if error.code == "NOT_FOUND":
            return None
        raise


def _images(socket: str, namespace: str) -> list[pb.Image]:
    from unshim.rpc import containerd_pb2 as pb

    call = "images.v1.Images/List"
    return list(_ask(socket, namespace, call, pb.ImagesRequest(), pb.ImagesResponse).images)


def _create(socket: str, namespace: str, image: pb.Image) -> None:
    from unshim.rpc import containerd_pb2 as pb

    request = pb.CreateImageRequest(image=pb.Image(name=image.name, target=image.target))
    try:
        _ask(socket, namespace, "images.v1.Images/Create", request, pb.ImageResponse)
    except RpcError as error:
        if error.code != "ALREADY_EXISTS":
            raise


def _delete(socket: str, namespace: str, image: pb.Image) -> None:
    from unshim.rpc import containerd_pb2 as pb

    request = pb.DeleteImageRequest(name=image.name, sync=True, target=image.target)
    try:
        _ask(socket, namespace, "images.v1.Images/Delete", request, pb.Empty)
    except RpcError as error:
        if error.code != "NOT_FOUND":
            raise


def _info(socket: str, namespace: str, blob: str) -> pb.Info:
    from unshim.rpc import containerd_pb2 as pb

    request = pb.InfoRequest(digest=os.fsencode(blob))
    try:
        return _ask(socket, namespace, "content.v1.Content/Info", request, pb.InfoResponse).info
    except RpcError as error:
        if error.code != "NOT_FOUND":
            raise
        problem = f"namespace {namespace} does not have all of the image: {blob} is missing"
        raise RpcError("FAILED_PRECONDITION", problem) from None


def _commit(socket: str, namespace: str, lease: str, info: pb.Info) -> None:
    """Let a namespace hold a blob that another has; one that it holds already stays as it is."""
    import grpc

    from unshim.rpc import containerd_pb2 as pb

    # What the source's snapshotter made of it is the source's; the links between blobs are not.
    labels = [e for e in info.labels if not e.key.startswith(_SNAPSHOT_REFERENCE)]
    request = pb.WriteRequest(
        action=_COMMIT,
        ref=f"{lease}-".encode() + info.digest,
        total=info.size,
        expected=info.digest,
        offset=info.size,
        labels=labels,
    )
    write = transport.channel(socket).stream_stream(
        f"{_SERVICES}content.v1.Content/Write", None, None
    )
    metadata = ((transport.NAMESPACE, namespace), ("containerd-lease", lease))
    try:
        for _ in write(iter([wire(request)]), timeout=_DEADLINE, metadata=metadata):
            pass
    except grpc.RpcError as error:
        failure = transport.from_grpc(error)
        if failure.code != "ALREADY_EXISTS":
            raise failure from None


def _open_lease(socket: str, namespace: str, lease: str) -> None:
    from unshim.rpc import containerd_pb2 as pb

    # Should this process die, containerd lets go of the blobs by itself.
    expires = datetime.now(timezone.utc) + timedelta(minutes=_LEASE_MINUTES)
    label = pb.Entry(key=b"containerd.io/gc.expire", value=expires.isoformat().encode())
    request = pb.CreateLeaseRequest(id=lease.encode(), labels=[label])
    try:
        _ask(socket, namespace, "leases.v1.Leases/Create", request, pb.Empty)
    except RpcError as error:
        if error.code != "ALREADY_EXISTS":
            raise


def _close_lease(socket: str, namespace: str, lease: str) -> None:
    from unshim.rpc import containerd_pb2 as pb

    request = pb.DeleteLeaseRequest(id=lease.encode())
    try:
        _ask(socket, namespace, "leases.v1.Leases/Delete", request, pb.Empty)
    except RpcError as error:
        if error.code != "NOT_FOUND":
            raise


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 6 or arguments[0] not in ("share", "unshare"):
        sys.stdout.write("usage: share|unshare SOCKET SOURCE TARGET NAME DIGEST [BLOB...]\n")
        return 1
    verb, socket, source, target, name, digest, *blobs = arguments
    try:
        if verb == "share":
            outcome = share(socket, source, target, name, digest, blobs)
        else:
            outcome = unshare(socket, target, name, digest)
    except RpcError as error:
        sys.stdout.write(f"{verb} {visible(name)}: {visible(error.details or error.code)}\n")
        return 1
    finally:
        transport.close()
    sys.stdout.write(f"{visible(outcome)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
