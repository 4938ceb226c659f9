"""Live samples: numbers from cgroups and metrics, events in words, a daemon that comes and goes."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fake_containerd import FOLDER, load
from tests.lab import packages
from tests.lab.cache import Unavailable
from tests.lab.containerd import LINES, Daemon
from tests.lab.images import busybox_image, pause_image
from tests.pods_by_cri import run_pod
from tests.waiting import PATIENCE, until
from unshim.host import grpc_socket as transport
from unshim.host.local import LocalHost
from unshim.live import cgroup_places
from unshim.live.cgroup import Cgroup
from unshim.live.cgroup_places import Mounts, read_mounts
from unshim.live.metrics import reading_of
from unshim.live.readings import Reading
from unshim.live.sampler import Sampler, open_sampler
from unshim.live.words import Meta, event_of, meta_of
from unshim.model.live import Event, Sample, TaskRow, Usage
from unshim.model.values import Missing, Why
from unshim.rpc import containerd as ctd
from unshim.rpc import containerd_pb2 as pb

APP = busybox_image("docker.io/library/app:1")


def tree(folder: Path, **files: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return str(folder)


def test_version_1_files(tmp_path: Path) -> None:
    folders = {
        "cpuacct": tree(tmp_path / "cpu", cpuacct__usage="2500000000\n"),
        "memory": tree(
            tmp_path / "memory",
            memory__usage_in_bytes="1048576\n",
            memory__stat="cache 1\ninactive_file 999\ntotal_cache 5\ntotal_inactive_file 48576\n",
            memory__limit_in_bytes="9223372036854771712\n",
        ),
        "pids": tree(tmp_path / "pids", pids__current="4\n"),
        "blkio": tree(tmp_path / "blkio"),
    }
    (tmp_path / "blkio/blkio.throttle.io_service_bytes_recursive").write_text(
        "8:0 Read 100\n8:0 Write 7\n8:16 Read 11\n8:16 Write 0\nTotal 118\n"
    )
    assert Cgroup("", folders).read(9.0) == Reading(9.0, Usage(2.5, 1_000_000, None, 4, 111, 7))


def test_version_2_files(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        cpu__stat="usage_usec 1500000\nuser_usec 1\n",
        memory__current="3000\n",
        memory__stat="anon 1\ninactive_file 1000\n",
        memory__max="67108864\n",
        pids__current="2\n",
        io__stat="8:0 rbytes=10 wbytes=20 rios=1 wios=1 dbytes=0 dios=0\n9:0 rbytes=1 wbytes=2\n",
    )
    assert Cgroup(folder, {}).read(1.0) == Reading(1.0, Usage(1.5, 2000, 67108864, 2, 11, 22))
    (tmp_path / "memory.max").write_text("max\n")
    seen = Cgroup(folder, {}).read(1.0)
    assert seen is not None and seen.usage.limit is None


def test_a_cgroup_that_is_gone_has_no_numbers(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    assert Cgroup(gone, {}).read(1.0) is None
    assert Cgroup("", {"cpuacct": gone}).read(1.0) is None


def test_mounts_of_every_kind(tmp_path: Path) -> None:
    info = tmp_path / "mountinfo"
    info.write_text(
        "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
        "32 31 0:29 /docker/x /sys/fs/cgroup/cpu,cpuacct rw shared:1 - cgroup cgroup rw,cpuacct\n"
        "33 31 0:30 / /sys/fs/a\\040b rw - cgroup cgroup rw,memory\n"
        "34 31 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
        "garbage\n"
    )
    assert read_mounts(str(info)).points == {
        "cpuacct": ("/sys/fs/cgroup/cpu,cpuacct", "/docker/x"),
        "memory": ("/sys/fs/a b", "/"),
        "": ("/sys/fs/cgroup/unified", "/"),
    }


@pytest.mark.parametrize(
    ("mount", "path", "folder"),
    [
        (("/c", "/"), "/kubepods/pod1/x", "/c/kubepods/pod1/x"),
        (("/c", "/docker/x"), "/docker/x/inner", "/c/inner"),
        (("/c", "/docker/x"), "/docker/xy", ""),
        (("/c", "/"), "/", ""),
        (("/c", "/"), "/../outside", ""),
        (None, "/a", ""),
    ],
)
def test_paths_are_taken_from_what_is_mounted(
    mount: tuple[str, str] | None, path: str, folder: str
) -> None:
    assert cgroup_places._folder(mount, path) == folder


def test_real_metrics_of_version_2_decode() -> None:
    payloads = json.loads((FOLDER / "cgroup2-metrics.json").read_text())["payloads"]
    for line, payload in payloads.items():
        metric = pb.Metric(id=b"t", timestamp=pb.Time(seconds=5, nanos=500_000_000))
        metric.data.type_url = b"io.containerd.cgroups.v2.Metrics"
        metric.data.value = bytes.fromhex(payload)
        reading = reading_of(metric)
        assert reading is not None, line
        assert reading.at == 5.5
        usage = reading.usage
        assert usage.cpu is not None and 0.4 < usage.cpu < 0.5
        assert usage.limit == 67108864
        assert usage.memory is not None and 900_000 < usage.memory < 1_100_000
        assert usage.pids == 1


@pytest.mark.parametrize("line", LINES)
def test_real_metrics_of_version_1_decode(line: str) -> None:
    answer = pb.MetricsResponse()
    answer.ParseFromString(load(line).one(ctd.METRICS, "default"))
    (metric,) = answer.metrics
    reading = reading_of(metric)
    assert reading is not None
    usage = reading.usage
    assert usage.limit is None
    assert usage.memory is not None and usage.memory > 0
    assert usage.pids


def test_metrics_of_another_kind_are_none() -> None:
    metric = pb.Metric(id=b"t")
    assert reading_of(metric) is None
    metric.data.type_url = b"io.containerd.cgroups.v2.Metrics"
    metric.data.value = b"\xff\xff"
    assert reading_of(metric) is None


def envelope(topic: bytes, body: bytes) -> pb.Envelope:
    return pb.Envelope(
        timestamp=pb.Time(seconds=7), namespace=b"k8s.io", topic=topic, event=pb.Any(value=body)
    )


def test_an_exec_that_ends_is_no_end_of_the_task() -> None:
    ended = pb.TaskExit(container_id=b"c1", id=b"probe", pid=4, exit_status=1).SerializeToString()
    event, changed = event_of(envelope(b"/tasks/exit", ended), lambda _: None)
    assert changed == ""
    assert event == Event(7.0, "k8s.io", "/tasks/exit", "c1: an exec ended with 1")
    ended = pb.TaskExit(container_id=b"c1", id=b"c1", exit_status=137).SerializeToString()
    event, changed = event_of(
        envelope(b"/tasks/exit", ended), lambda _: Meta("i", "ns/pod", "main", False)
    )
    assert (event.subject, changed) == ("ns/pod main (c1): ended with 137", "c1")


def test_hostile_events_and_labels_are_words() -> None:
    event, changed = event_of(envelope(b"/tasks/start\x1b[2J", b"\xff\xff"), lambda _: None)
    assert (event.topic, event.subject, changed) == ("/tasks/start\\x1b[2J", "", "")
    record = pb.Container(id=b"abc", image=b"\xff\x1b")
    record.labels.add(key=b"io.kubernetes.pod.name", value=b"p\xe2\x80\xae")
    assert meta_of(record) == Meta("\\xff\\x1b", "/p\\u202e", "abc", False)


def test_a_recorded_node_has_no_present() -> None:
    class Still(LocalHost):
        @property
        def live(self) -> bool:
            return False

    assert isinstance(open_sampler(Still()), Missing)


def test_without_a_daemon_the_machine_is_still_seen() -> None:
    sampler = Sampler(LocalHost(), "/nonexistent/c.sock", "/nonexistent")
    try:
        sample = sampler.sample()
    finally:
        sampler.close()
    assert isinstance(sample.tasks, Missing)
    assert sample.tasks.why is Why.NOT_RUNNING
    assert sample.host.memory_total > sample.host.memory_used > 0
    assert sample.host.disk_path == "/"


# on real daemons


@pytest.fixture(params=LINES)
def daemon(request: pytest.FixtureRequest) -> Iterator[Daemon]:
    if reason := packages.why_not():
        pytest.skip(reason)
    try:
        with Daemon.start(request.param) as started:
            started.load(pause_image(), APP, namespace="k8s.io")
            yield started
    except Unavailable as gone:
        pytest.skip(str(gone))
    finally:
        transport.close()


@pytest.fixture
def sampler(daemon: Daemon) -> Iterator[Sampler]:
    made = Sampler(LocalHost(), str(daemon.socket), str(daemon.root))
    try:
        yield made
    finally:
        made.close()


def sampled(sampler: Sampler, found: Callable[[Sample], bool]) -> Sample:
    """The first sample that is as it should be."""
    samples: list[Sample] = []

    def so() -> bool:
        samples[:] = [sampler.sample()]
        return found(samples[0])

    until(so, "the sample")
    return samples[0]


def row(sample: Sample, name: str) -> TaskRow | None:
    rows = () if isinstance(sample.tasks, Missing) else sample.tasks
    return next((task for task in rows if name in (task.id, task.container)), None)


def has(name: str, status: str) -> Callable[[Sample], bool]:
    def seen(sample: Sample) -> bool:
        found = row(sample, name)
        return found is not None and found.status == status

    return seen


@pytest.mark.lab
def test_tasks_come_work_and_go(daemon: Daemon, sampler: Sampler) -> None:
    assert sampled(sampler, lambda s: s.tasks == ()).daemon == daemon.version
    began = time.time()
    daemon.run_task("k8s.io", "busy", APP.ref, "sh", "-c", "while :; do :; done")

    def works(sample: Sample) -> bool:
        busy = row(sample, "busy")
        return busy is not None and 2 < (busy.usage.cpu or 0) < 120

    busy = row(sampled(sampler, works), "busy")
    assert busy is not None
    assert busy.measured == "cgroup"
    assert busy.usage.memory and busy.usage.pids == 1
    assert busy.started is not None and began - 5 < busy.started < time.time() + 5
    assert busy.image == APP.ref
    daemon.ctr("tasks", "kill", "--signal", "SIGKILL", "busy", namespace="k8s.io")
    ended = row(sampled(sampler, has("busy", "stopped")), "busy")
    assert ended is not None and ended.usage.cpu is None and ended.pid == 0


@pytest.mark.lab
def test_pods_are_named_and_their_pause_is_known(daemon: Daemon, sampler: Sampler) -> None:
    api = "v1alpha2" if daemon.line == "1.4" else "v1"
    run_pod(str(daemon.socket), api, "web", daemon.cgroup, APP.ref)
    sample = sampled(sampler, has("main", "running"))
    main = row(sample, "main")
    assert main is not None and main.pod == "kube-system/web" and not main.sandbox
    assert not isinstance(sample.tasks, Missing)
    assert [t.sandbox for t in sample.tasks if t.pod == "kube-system/web"].count(True) == 1


@pytest.mark.lab
def test_a_daemon_that_ends_or_freezes_is_lost_and_comes_back(
    daemon: Daemon, sampler: Sampler
) -> None:
    daemon.run_task("k8s.io", "stays", APP.ref)
    sampled(sampler, has("stays", "running"))
    heard: list[Event] = []
    stop = threading.Event()
    reader = threading.Thread(target=lambda: heard.extend(sampler.events(stop)))
    reader.start()
    daemon.terminate()
    sampled(sampler, lambda s: isinstance(s.tasks, Missing))
    daemon.launch()
    sampled(sampler, has("stays", "running"))
    os.kill(daemon.pid, signal.SIGSTOP)
    try:
        lost = sampled(sampler, lambda s: isinstance(s.tasks, Missing)).tasks
        assert isinstance(lost, Missing) and lost.why is Why.TIMEOUT
    finally:
        os.kill(daemon.pid, signal.SIGCONT)
    sampled(sampler, has("stays", "running"))
    stop.set()
    reader.join(PATIENCE)
    told = [event.topic for event in heard if event.topic.startswith("/daemon/")]
    assert told == ["/daemon/lost", "/daemon/back"] * 2


@pytest.mark.lab
def test_without_cgroups_in_sight_metrics_are_asked(daemon: Daemon) -> None:
    """As in a container that sees no cgroup of the machine's."""
    daemon.run_task("k8s.io", "far", APP.ref)
    sampler = Sampler(LocalHost(), str(daemon.socket), str(daemon.root), _mounts=Mounts({}))
    try:
        sample = sampled(sampler, lambda s: (r := row(s, "far")) is not None and bool(r.measured))
    finally:
        sampler.close()
    far = row(sample, "far")
    assert far is not None and far.measured == "metrics" and far.usage.memory
