"""Which versions of the runtime interface containerd serves and the kubelet speaks."""

from __future__ import annotations

import pytest

from unshim.model.values import Version
from unshim.releases.cri_apis import (
    V1,
    V1ALPHA2,
    common_api,
    served_by_release,
    spoken_by_kubelet,
)


@pytest.mark.parametrize(
    ("release", "served"),
    [
        pytest.param(Version(1, 4, 13), {V1ALPHA2}, id="1.4 serves the old one"),
        pytest.param(Version(1, 5, 99), {V1ALPHA2}, id="so does the last 1.5"),
        pytest.param(Version(1, 6, 0), {V1, V1ALPHA2}, id="1.6 serves both"),
        pytest.param(Version(1, 7, 99), {V1, V1ALPHA2}, id="so does the last 1.7"),
        pytest.param(Version(2, 0, 0), {V1}, id="2.0 serves the new one alone"),
        pytest.param(Version(3, 0, 0), {V1}, id="so does what is not known yet"),
    ],
)
def test_what_containerd_serves(release: Version, served: set[str]) -> None:
    assert served_by_release(release) == served


@pytest.mark.parametrize(
    ("release", "spoken"),
    [
        pytest.param(Version(1, 20, 0), {V1ALPHA2}, id="1.20 speaks the old one"),
        pytest.param(Version(1, 22, 17), {V1ALPHA2}, id="so does the last 1.22"),
        pytest.param(Version(1, 23, 0), {V1, V1ALPHA2}, id="1.23 speaks both"),
        pytest.param(Version(1, 25, 16), {V1, V1ALPHA2}, id="so does the last 1.25"),
        pytest.param(Version(1, 26, 0), {V1}, id="1.26 speaks the new one alone"),
    ],
)
def test_what_the_kubelet_speaks(release: Version, spoken: set[str]) -> None:
    assert spoken_by_kubelet(release) == spoken


@pytest.mark.parametrize(
    ("kubelet", "containerd", "common"),
    [
        pytest.param(Version(1, 26, 0), Version(1, 5, 18), set(), id="a new kubelet, old runtime"),
        pytest.param(Version(1, 22, 0), Version(2, 0, 0), set(), id="an old kubelet, new runtime"),
        pytest.param(Version(1, 22, 0), Version(1, 5, 0), {V1ALPHA2}, id="both old"),
        pytest.param(Version(1, 24, 0), Version(1, 6, 0), {V1, V1ALPHA2}, id="both in between"),
        pytest.param(Version(1, 26, 0), Version(1, 6, 0), {V1}, id="a new kubelet"),
    ],
)
def test_what_both_have(kubelet: Version, containerd: Version, common: set[str]) -> None:
    assert common_api(spoken_by_kubelet(kubelet), served_by_release(containerd)) == common
