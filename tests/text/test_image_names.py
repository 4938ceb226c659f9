"""Names of images: in full as containerd stores them, short as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.text.image_names import familiar, normal

HUB = "docker.io/library"


@pytest.mark.parametrize(
    ("name", "full"),
    [
        pytest.param("nginx", f"{HUB}/nginx:latest", id="one word is an official image"),
        pytest.param("nginx:1", f"{HUB}/nginx:1", id="a tag stays"),
        pytest.param("nginx@sha256:ab", f"{HUB}/nginx@sha256:ab", id="a digest needs no tag"),
        pytest.param(
            "nginx:1@sha256:ab", f"{HUB}/nginx:1@sha256:ab", id="a tag beside a digest stays"
        ),
        pytest.param("me/app", "docker.io/me/app:latest", id="a folder on the hub is no registry"),
        pytest.param("docker.io/nginx", f"{HUB}/nginx:latest", id="the hub by its name"),
        pytest.param("index.docker.io/nginx", f"{HUB}/nginx:latest", id="the hub by its old name"),
        pytest.param("index.docker.io/me/app:2", "docker.io/me/app:2", id="its old name, a folder"),
        pytest.param("quay.io/app", "quay.io/app:latest", id="a dot makes a registry"),
        pytest.param("box:5000/app", "box:5000/app:latest", id="a port is not a tag"),
        pytest.param("localhost/app", "localhost/app:latest", id="localhost is a registry"),
        pytest.param("Box/app", "Box/app:latest", id="so is a word with a capital letter"),
        pytest.param("a/b/c", "docker.io/a/b/c:latest", id="folders of folders on the hub"),
        pytest.param("quay.io/a/b:v1", "quay.io/a/b:v1", id="a full name is itself"),
    ],
)
def test_a_name_in_full(name: str, full: str) -> None:
    assert normal(name) == full
    assert normal(full) == full


@pytest.mark.parametrize("name", ["", "sha256:0123"])
def test_what_is_not_a_name_stays(name: str) -> None:
    assert normal(name) == name


@pytest.mark.parametrize(
    ("full", "short"),
    [
        pytest.param(f"{HUB}/nginx:1", "nginx:1", id="an official image"),
        pytest.param("docker.io/me/app:1", "me/app:1", id="somebody's image"),
        pytest.param(f"{HUB}/a/b:1", "library/a/b:1", id="a folder in library keeps it"),
        pytest.param("quay.io/library/x:1", "quay.io/library/x:1", id="another registry's"),
        pytest.param("library/x:1", "library/x:1", id="what is short already"),
        pytest.param("sha256:0123", "sha256:0123", id="what is not a name"),
    ],
)
def test_a_name_as_people_write_it(full: str, short: str) -> None:
    assert familiar(full) == short


_word = st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True).filter(lambda word: word != "localhost")
_path = st.lists(_word | st.just("library"), min_size=1, max_size=3).map("/".join)
_registry = st.sampled_from(["", "docker.io/", "index.docker.io/", "quay.io/", "box:5000/"])
_tag = st.sampled_from(["", ":1", "@sha256:00", ":v2@sha256:00"])


@given(st.builds("{}{}{}".format, _registry, _path, _tag))
def test_the_short_name_means_the_same_image(name: str) -> None:
    full = normal(name)
    assert normal(full) == full
    assert normal(familiar(full)) == full
    assert len(familiar(full)) <= len(full)
