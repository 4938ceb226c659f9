"""Two nodes of ill will, recorded for real: text that steers terminals, and secrets everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from tests.waiting import PATIENCE
from unshim.host.grpc_socket import call

from .images import busybox_image, oci_archive
from .kubelet import FLAGS, PAUSE, Pod
from .node import Node
from .states import (
    CONTAINERD,
    CRICTL,
    DAEMON,
    DEFAULTS,
    SOCKET,
    State,
    appended,
    both,
    files,
    kubelet_config,
)

CONTAINERD_SOCKET = "/run/containerd/containerd.sock"
CANARY = "canary"
"""Every secret that is planted holds this word; no recording and no output may."""

COLOUR = "\x1b[31mred\x1b[0m"
CLIPBOARD = "\x1b]52;c;aGVsbG8=\x07"
MARKUP = "[bold red]x[/][@click=app.quit]y[/]"
REVERSED = "\u202egnp.conf"
INVALID = b"\xff\xfe\x80"
HOSTILE = "".join((COLOUR, CLIPBOARD, MARKUP, REVERSED, "\u200b\x9b2J\r\n"))

_UNIT = (
    b"[Unit]\nDescription=containerd \x1b]0;owned\x07\x1b[2J\n[Service]\nKillMode=control-group\n"
)
_MANIFEST = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, annotations: {{note: "\\e]52;c;aGk=\\a{markup}"}}}}
spec:
  hostNetwork: true
  containers:
  - {{name: x, image: "{image}", imagePullPolicy: Never}}
"""


def _field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _labels(number: int, labels: dict[bytes, bytes]) -> bytes:
    return b"".join(_field(number, _field(1, k) + _field(2, v)) for k, v in labels.items())


def _sandbox(node: Node) -> None:
    """A pod whose name, namespace, labels and annotations are all hostile. CRI takes them as
    they are; only gRPC insists on UTF-8."""
    words = HOSTILE.encode()
    metadata = _field(1, b"p" + words) + _field(2, b"uid-1") + _field(3, b"n" + words)
    linux = _field(2, _field(1, b"\x08\x02"))  # namespace_options: network NODE
    config = _field(1, metadata) + _field(3, b"/var/log/pods/hostile")
    config += _labels(6, {b"app": words}) + _labels(7, {b"note": words}) + _field(8, linux)
    _ask(node, "/runtime.v1.RuntimeService/RunPodSandbox", _field(1, config))


def _names(node: Node) -> None:
    """Images whose names and labels are hostile, given to containerd's own service."""
    target = _field(1, b"application/vnd.oci.image.manifest.v1+json")
    target += _field(2, b"sha256:" + b"0" * 64) + b"\x18\x01"
    for name in (b"registry.example.org/" + HOSTILE.encode(), b"registry.example.org/" + INVALID):
        image = _field(1, name) + _labels(2, {b"note": HOSTILE.encode()}) + _field(3, target)
        _ask(node, "/containerd.services.images.v1.Images/Create", _field(1, image), "k8s.io")


def _ask(node: Node, method: str, request: bytes, namespace: str = "") -> None:
    call(f"{node.root}{CONTAINERD_SOCKET}", method, request, namespace, timeout=PATIENCE)


def _manifests(node: Node) -> None:
    """Manifests whose file names and image names are hostile; one image lies in `default`."""
    named = "registry.example.org/hidden:1"
    node.run(["ctr", "images", "import", "-"], input=oci_archive(busybox_image(named)))
    places = {
        f"a{COLOUR}[bold red]x[@click=app.quit].yaml".encode(): _MANIFEST.format(
            name="a", markup=MARKUP, image=named
        ),
        b"b" + INVALID + b".yaml": _MANIFEST.format(name="b", markup="", image=named),
        f"c{REVERSED}".encode(): _MANIFEST.format(name="c", markup="", image=HOSTILE_IN_YAML),
    }
    for name, text in places.items():
        # A path of these bytes: argv of a child takes them as they are.
        path = b"/etc/kubernetes/manifests/" + name
        node.run(["tee", path.decode("utf-8", "surrogateescape")], input=text.encode())


HOSTILE_IN_YAML = "registry.example.org/\\e]52;c;aGk=\\a\\u202e[red]:1"

HOSTILE_NAMES = State(
    "Names and texts of this node try to steer the terminal they are shown on.",
    files={
        f"/etc/systemd/system/containerd.service.d/20-{REVERSED}": _UNIT,
        CRICTL: f'runtime-endpoint: "unix:///run/{MARKUP}\\e]52;c;aGk=\\a\\u202e.sock"\n',
        DAEMON: '{"log-opts": {"max-size": "9\\u001b[31mm\\u202e", "max-file": "3"}}\n',
    },
    after=both(
        appended(
            DEFAULTS,
            f'KUBELET_EXTRA_ARGS="--docker-endpoint=unix:///run/{COLOUR}{MARKUP}\u202e.sock"\n',
        ),
        _manifests,
        _names,
        _sandbox,
    ),
)


def _canaries() -> Iterator[str]:
    for number in range(1, 100):
        yield f"{CANARY}{number:02d}s3cret"


_next = _canaries()
_AUTH = f"""
[plugins."io.containerd.grpc.v1.cri".registry.configs."registry.example.org".auth]
  username = "{next(_next)}"
  password = "{next(_next)}"
  auth = "{next(_next)}"
  identitytoken = "{next(_next)}"
[plugins."io.containerd.grpc.v1.cri".registry.headers]
  X-Meta-Source-Client = ["curl"]
  Authorization = ["Bearer {next(_next)}"]
"""
_PROXY = f"""\
[Service]
Environment="HTTPS_PROXY=http://user:{next(_next)}@proxy.example.org:3128"
Environment="REGISTRY_TOKEN={next(_next)}"
"""
_SECRET_POD = f"""\
apiVersion: v1
kind: Pod
metadata:
  name: shop
  annotations: {{password: {next(_next)}}}
spec:
  hostNetwork: true
  terminationGracePeriodSeconds: 1
  containers:
  - name: shop
    image: docker.io/library/busybox:1.36
    imagePullPolicy: Never
    command: ["/bin/sh", "-c", "exec sleep 1000000", "--etcd-password={next(_next)}"]
    env:
    - {{name: DB_PASSWORD, value: {next(_next)}}}
    - name: API_TOKEN
      value: "{next(_next)}"
"""
_DOCKER_AUTHS = f'{{"auths": {{"registry.example.org": {{"auth": "{next(_next)}"}}}}}}\n'
_EXTRA = (
    f'KUBELET_EXTRA_ARGS="--node-labels=rack=7,password={next(_next)} '
    '--experimental-dockershim-root-directory=/var/lib/dockershim"\n'
)

WITH_SECRETS = State(
    "Secrets stand beside everything that must be changed here.",
    pods=(Pod("web"), Pod("shop")),
    config=f"staticPodURLHeader:\n  Authorization: [Bearer {next(_next)}]\n",
    files={
        "/etc/kubernetes/manifests/shop.yaml": _SECRET_POD,
        "/etc/systemd/system/containerd.service.d/http-proxy.conf": _PROXY,
        "/etc/systemd/system/kubelet.service.d/20-proxy.conf": _PROXY,
        "/root/.docker/config.json": _DOCKER_AUTHS,
        "/var/lib/kubelet/config.json": _DOCKER_AUTHS,
        DAEMON: f'{{"log-opts": {{"max-size": "50m", "splunk-token": "{next(_next)}"}},\n'
        f' "proxies": {{"http-proxy": "http://u:{next(_next)}@proxy.example.org"}}}}\n',
        FLAGS: 'KUBELET_KUBEADM_ARGS="--network-plugin=cni --container-runtime=remote '
        f'--container-runtime-endpoint={SOCKET} --pod-infra-container-image={PAUSE}"\n',
        DEFAULTS: _EXTRA,
    },
    after=both(
        appended(CONTAINERD, _AUTH),
        files(
            {
                "/var/lib/kubelet/config.yaml": kubelet_config(
                    f"staticPodURLHeader:\n  Authorization: [Bearer {next(_next)}]\n", "systemd"
                )
            }
        ),
        lambda node: node.run(["rm", CRICTL]) and None,
    ),
)
