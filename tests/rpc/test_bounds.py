"""Answers that were made to fill the memory are refused before they are decoded."""

from __future__ import annotations

import pytest

from unshim.host.host import RpcError
from unshim.rpc import containerd_pb2 as pb
from unshim.rpc.answers import decode_as

METHOD = "/containerd.services.images.v1.Images/List"


def test_an_answer_of_empty_values_is_refused() -> None:
    with pytest.raises(RpcError) as caught:
        decode_as(pb.ImagesResponse, b"\n\x00" * (4 << 20), METHOD)
    assert caught.value.code == "RESOURCE_EXHAUSTED"
    assert METHOD in caught.value.details


def test_the_images_of_a_large_node_are_read() -> None:
    answer = pb.ImagesResponse()
    for number in range(30_000):
        image = answer.images.add(name=f"registry.example.org/team/service-{number}:v1.2".encode())
        image.target.digest = b"sha256:" + b"0123456789abcdef" * 4
        image.target.size = 123_456_789
    data = answer.SerializeToString()
    assert len(data) > 3_000_000
    assert len(decode_as(pb.ImagesResponse, data, METHOD).images) == 30_000
