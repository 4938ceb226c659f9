"""The error that a daemon ended with, in its own words."""

from __future__ import annotations

import pytest

from unshim.plan.last_words import said_last

NO_V1 = (
    "kubelet is configured to not run on a host using cgroup v1. cgroup v1 support is unsupported"
)
LOGS = {
    "kubelet 1.36": (
        'I1122 00:10:01.100000     812 server.go:525] "Kubelet version" kubeletVersion="v1.36.3"',
        f'E1122 00:10:01.200000     812 run.go:72] "command failed" err="{NO_V1}"',
        "kubelet.service: Main process exited, code=exited, status=1/FAILURE",
        "kubelet.service: Failed with result 'exit-code'.",
    ),
    "kubelet 1.20, with its stack": (
        "F1122 00:10:01.200000     812 server.go:155] unknown flag: --x",
        "goroutine 1 [running]:",
        "k8s.io/klog/v2.stacks(0xc000012001, 0xc0000a8000, 0x4a, 0x98)",
        "Main process exited, code=exited, status=255/EXCEPTION",
    ),
    "a usage before the words": ("Error: unknown flag: --x", "Usage:", "  kubelet [flags]"),
    "containerd": (
        'time="2026-11-22T00:10:01Z" level=info msg="starting containerd" version=1.6.20',
        'time="2026-11-22T00:10:01Z" level=error msg="failed to load plugin" error="no \\"a\\""',
    ),
    "containerd that cannot read its file": ("containerd: failed to load TOML: (1, 2): unclosed",),
    "no program": ("kubelet.service: Failed at step EXEC spawning /usr/bin/kubelet: No such file",),
}
WORDS = {
    "kubelet 1.36": NO_V1,
    "kubelet 1.20, with its stack": "unknown flag: --x",
    "a usage before the words": "Error: unknown flag: --x",
    "containerd": 'failed to load plugin: no "a"',
    "containerd that cannot read its file": "containerd: failed to load TOML: (1, 2): unclosed",
    "no program": LOGS["no program"][0],
}


@pytest.mark.parametrize("log", LOGS)
def test_the_last_error_is_told(log: str) -> None:
    assert said_last(list(LOGS[log])) == WORDS[log]


def test_the_last_of_two_counts_and_no_error_is_nothing() -> None:
    earlier = 'E1122 00:09:01.2     812 run.go:72] "command failed" err="something else"'
    assert said_last([earlier, *LOGS["kubelet 1.36"]]) == NO_V1
    assert said_last(["I1122 00:10:01.1     812 server.go:525] fine", ""]) == ""


def test_words_are_short_and_hold_no_secret() -> None:
    assert len(said_last([f"Error: {'x' * 5000}"])) <= 301
    told = said_last(
        ['E1122 00:10:01.2 812 a.go:1] "failed" err="GET https://me:s3cr3t@host/ failed"']
    )
    assert "s3cr3t" not in told
    assert "host" in told
