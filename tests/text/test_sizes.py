"""Sizes as Docker and as Kubernetes read them, and as unshim writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.text.sizes import docker_bytes, kubelet_bytes, shown_bytes


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("100", 100, id="a bare number is bytes"),
        pytest.param("7b", 7, id="b is bytes"),
        pytest.param("10m", 10_000_000, id="m is a million, not 1024 times 1024"),
        pytest.param("10M", 10_000_000, id="case means nothing"),
        pytest.param("100mb", 100_000_000, id="a b behind the unit changes nothing"),
        pytest.param("100MiB", 100_000_000, id="nor does ib: json-file takes it as MB"),
        pytest.param("5 k", 5_000, id="one blank may stand before the unit"),
        pytest.param("1.5g", 1_500_000_000, id="a fraction is of the unit"),
        pytest.param("2t", 2 * 10**12, id="t is known"),
        pytest.param("1p", 10**15, id="p is known"),
        pytest.param("-1", -1, id="minus one is unlimited"),
    ],
)
def test_what_docker_takes_as_a_size(text: str, count: int) -> None:
    assert docker_bytes(text) == count


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("m", id="a unit alone"),
        pytest.param("-5m", id="a negative size"),
        pytest.param("10bb", id="two b"),
        pytest.param("10kbb", id="a unit with two b"),
        pytest.param("10e", id="a unit that docker does not have"),
        pytest.param(".5m", id="no digit before the point"),
        pytest.param("5.m", id="no digit behind the point"),
        pytest.param("1.2.3m", id="two points"),
        pytest.param("5  m", id="two blanks"),
        pytest.param(" 5m", id="a blank in front"),
        pytest.param("٣m", id="a digit that is not ASCII"),
        pytest.param("9" * 400 + "m", id="more digits than a number of Go holds"),
    ],
)
def test_what_docker_refuses_as_a_size(text: str) -> None:
    assert docker_bytes(text) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("100", 100, id="a bare number is bytes"),
        pytest.param("10Mi", 10 * 1024**2, id="Mi is binary"),
        pytest.param("10M", 10_000_000, id="M is decimal"),
        pytest.param("5k", 5_000, id="the decimal kilo is small"),
        pytest.param("5Ki", 5 * 1024, id="the binary one is capital"),
        pytest.param("1Ei", 1024**6, id="up to Ei"),
        pytest.param("1E", 10**18, id="up to E"),
        pytest.param("1.5M", 1_500_000, id="a fraction of a unit"),
        pytest.param(".5k", 500, id="no digit before the point"),
        pytest.param("5.k", 5_000, id="no digit behind the point"),
        pytest.param("+5k", 5_000, id="a plus is allowed"),
        pytest.param("-1", -1, id="a negative size is a quantity"),
        pytest.param("-2Ki", -2048, id="with a unit too"),
        pytest.param("9007199254740993", 2**53 + 1, id="no digit is lost"),
    ],
)
def test_what_kubernetes_takes_as_a_quantity(text: str, count: int) -> None:
    assert kubelet_bytes(text) == count


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(".", id="a point alone"),
        pytest.param("Mi", id="a unit alone"),
        pytest.param("10mb", id="a size of Docker's"),
        pytest.param("10MB", id="a unit with a B"),
        pytest.param("10K", id="a capital kilo without i"),
        pytest.param("10ki", id="a small kilo with i"),
        pytest.param("10Mii", id="a letter too many"),
        pytest.param("--5", id="two signs"),
        pytest.param("5 Mi", id="a blank within"),
        pytest.param("10Mi ", id="a blank behind"),
        pytest.param("1.2.3", id="two points"),
        pytest.param("٣Mi", id="a digit that is not ASCII"),
    ],
)
def test_what_kubernetes_refuses_as_a_quantity(text: str) -> None:
    assert kubelet_bytes(text) is None


@pytest.mark.parametrize(
    ("count", "text"),
    [
        pytest.param(0, "0", id="zero has no unit"),
        pytest.param(1023, "1023", id="less than a unit"),
        pytest.param(1024, "1Ki", id="exactly a unit"),
        pytest.param(1536, "1536", id="no unit that would need a fraction"),
        pytest.param(1536 * 1024, "1536Ki", id="the next smaller unit that stays whole"),
        pytest.param(1024**3, "1Gi", id="the largest unit that stays whole"),
        pytest.param(1024**4, "1024Gi", id="nothing above Gi"),
        pytest.param(-1, "-1", id="a negative number as it is"),
    ],
)
def test_bytes_are_written_in_the_largest_unit_that_stays_whole(count: int, text: str) -> None:
    assert shown_bytes(count) == text


@given(st.integers(-(10**6), 10**18) | st.integers(0, 2000).map(lambda n: n * 1024**2))
def test_what_is_written_is_read_again(count: int) -> None:
    assert kubelet_bytes(shown_bytes(count)) == count


@given(st.integers(1, 10**6), st.sampled_from("kmg"))
def test_a_size_of_dockers_means_the_quantity_of_the_same_letter(number: int, unit: str) -> None:
    decimal = unit if unit == "k" else unit.upper()
    assert docker_bytes(f"{number}{unit}") == kubelet_bytes(f"{number}{decimal}")
    assert docker_bytes(f"{number}{unit}", 1024) == kubelet_bytes(f"{number}{unit.upper()}i")
