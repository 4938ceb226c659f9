"""Live samples of a booted node, for its record."""

from __future__ import annotations

import json
from pathlib import Path

from tests.lab.machine import Machine
from unshim.record.files import name_of

SAMPLER = """
import sys, time
from unshim.host.local import LocalHost
from unshim.live.replay import Taken, dumps
from unshim.live.sampler import open_sampler
sampler, taken = open_sampler(LocalHost()), []
for _ in range(2):  # rates need a reading before
    sampler.sample()
    time.sleep(1)
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    taken.append(Taken(time.time(), sampler.sample()))
    time.sleep(1)
sampler.close()
sys.stdout.buffer.write(dumps(taken))
"""


def sampled(node: Machine, seconds: float) -> bytes:
    """What unshim's sampler sees in the node in that time, as JSON."""
    argv = ["/opt/unshim/bin/python", "-I", "-c", SAMPLER, str(seconds)]
    return node.run(argv, timeout=600).stdout


def keep(folder: Path, data: bytes, says: str) -> None:
    """Put samples on the shelf, and name them in the record of that folder."""
    (folder.parent / name_of(data)).write_bytes(data)
    place = folder / "index.json"
    index = json.loads(place.read_text())
    index["samples"] = name_of(data)
    index["parts"]["samples"] = says
    place.write_text(json.dumps(index, indent=1, sort_keys=True) + "\n")
