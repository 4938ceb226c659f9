"""Takes a minute of live samples for the demo, of a real node with pods and tasks that work.

`.venv/bin/python -m scripts.record_samples`, as root, with what tests/lab needs; then
`python -m scripts.record_nodes demo` packs them. The node is the demo's own, its pods have
more to do, and beside them run tasks that are not the kubelet's.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from scripts.record_nodes import DEMO_NAME, NODES, pack
from scripts.sampled import keep, sampled
from tests.lab.base import REPOSITORY
from tests.lab.images import busybox_image, docker_archive, oci_archive
from tests.lab.node import Node
from tests.lab.recorded_states import DEMO
from tests.lab.states import running
from unshim.live.replay import loads

SECONDS = 60
IMAGE = "registry.example.org/tools/busybox:1.36"
WORK = {
    "web": "while :; do head -c 3000000 /dev/urandom | sha256sum >/dev/null; sleep 0.4; done",
    "api": "head -c 24000000 /dev/zero >/dev/shm/cache; n=0; while :; do n=$((n + 1)); "
    "head -c $((n % 9 * 2000000 + 100000)) /dev/urandom >/dev/null; sleep 0.7; done",
    "kube-proxy": "while :; do head -c 200000 /dev/urandom >/dev/null; sleep 2; done",
}
COPIES = "while :; do dd if=/dev/zero of=/file bs=1M count=6 conv=fsync 2>/dev/null; sleep 3; done"


def main() -> None:
    """Record the samples, put them on the shelf, and pack the demo with them."""
    pods = tuple(replace(p, command=("/bin/sh", "-c", WORK[p.name])) for p in DEMO.pods)
    with running(replace(DEMO, pods=pods), REPOSITORY) as node:
        _tasks_beside(node)
        data = sampled(node, SECONDS)
    sys.stdout.write(f"{len(loads(data))} samples, {len(data)} bytes\n")
    folder = NODES / DEMO_NAME
    keep(folder, data, "recorded by unshim on this node, booted again with more to do")
    pack(folder)


def _tasks_beside(node: Node) -> None:
    """Tasks that are not the kubelet's: containerd's own, one that has ended, and Docker's."""
    image = busybox_image(IMAGE, "/bin/sh", "-c", COPIES)
    node.run(["ctr", "images", "import", "-"], input=oci_archive(image))
    limit = str(48 << 20)
    node.run(["ctr", "run", "-d", "--memory-limit", limit, IMAGE, "nightly-copy"])
    node.run(["ctr", "run", "-d", IMAGE, "import-once", "/bin/sh", "-c", "exit 3"])
    node.run(["docker", "load"], input=docker_archive(image))
    node.run(["docker", "run", "-d", "--network=none", "--name", "legacy-proxy", IMAGE])


if __name__ == "__main__":
    main()
