"""Arrangements for real kubelets 1.23, 1.27 and 1.36: those of 1.20 that still hold, and what came
since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from . import kubelet_arrangements
from .arrangement import CONFIG_FILE, EXTRA_FILE, Arrangement, config_with, extra
from .kubelet import FLAGS, Line, config, flags

NEWER: tuple[Line, ...] = ("1.23", "1.27", "1.36")
_OF_1_20 = frozenset(
    (
        "dockershim's own flags",
        "containerd as a remote runtime",
        "keys that 1.20 does not know",
    )
)
_GATES = {
    "TTLAfterFinished": "CPUManagerPolicyAlphaOptions",
    "IPv6DualStack": "KubeletInUserNamespace",
    "CPUManager": "CPUManagerPolicyBetaOptions",
}
_SECCOMP = "featureGates:\n  SeccompDefault: true\n"
_GONE = (" --image-pull-progress-deadline=150s",)


def _words(line: Line) -> str:
    """The flags of kubeadm's file for this release, as they stand in its quotes."""
    return flags("containerd", line).partition('"')[2].rstrip('"\n')


def _of_line(arranged: Arrangement, line: Line) -> Arrangement:
    """The same for another kubelet: it runs on containerd, and other gates are known."""
    changed = {path: _text(path, text, line) for path, text in arranged.changed.items()}
    sources = {
        _gate(name): (path, _gate(words))
        for name, (path, words) in arranged.sources.items()
        if name != "cni-bin-dir"
    }
    return arranged._replace(changed=changed, sources=sources, line=line)


def _gate(text: str) -> str:
    for old, new in _GATES.items():
        text = text.replace(old + "Policy", "\0").replace(old, new).replace("\0", old + "Policy")
    return text


def _text(path: str, text: str, line: Line) -> str:
    if path == FLAGS:
        text = text.replace(
            flags("dockershim").partition('"')[2].rstrip('"\n')[2:], _words(line)[2:]
        )
    for gone in _GONE:
        text = text.replace(gone, "")
    if "/usr/bin/" in text and "KUBELET_KUBEADM_ARGS" not in text:
        cgroups = " --fail-cgroupv1=false" if line == "1.36" and "--config" not in text else ""
        text = text.replace(" --v=2", f" --v=2 {_words(line)}{cgroups}")
    if line == "1.36" and path == CONFIG_FILE:
        head, mark, second = text.partition("---\n")
        text = f"{head}failCgroupV1: false\n{mark}{second}"
    if line == "1.36" and path.endswith(".json"):
        text = text.replace("{", '{"failCgroupV1": false, ', 1)
    return _gate(text)


def _config(line: Line, text: str) -> dict[str, str]:
    return {CONFIG_FILE: config_with(text, config(line))}


def _since(line: Line) -> Iterator[Arrangement]:
    """What came after 1.20, in the file and in flags."""
    minor = int(line[2:])
    keys: Mapping[int, str] = {
        21: "memoryManagerPolicy: None\nenableSystemLogHandler: false\n",
        22: "seccompDefault: true\nmemorySwap: {}\n" + (_SECCOMP if minor < 25 else ""),
        23: "registerNode: false\ntopologyManagerScope: pod\nshutdownGracePeriod: 20s\n"
        "shutdownGracePeriodCriticalPods: 10s\n",
        27: "localStorageCapacityIsolation: false\nmaxParallelImagePulls: 1\n"
        "containerRuntimeEndpoint: unix:///run/containerd/containerd.sock\n"
        "imageServiceEndpoint: unix:///run/containerd/containerd.sock\n",
        36: "podLogsDir: /var/log/lab\ncontainerLogMaxWorkers: 3\nimageMaximumGCAge: 72h\n"
        "containerLogMonitorInterval: 3s\ntlsMinVersion: VersionTLS13\n"
        "imageMinimumGCAge: 1h\n",
    }
    known = "".join(text for since, text in keys.items() if since <= minor)
    unknown = "".join(text for since, text in keys.items() if since > minor)
    yield Arrangement("keys that came since", _config(line, known), line=line)
    yield Arrangement(
        "keys of later and of older releases",
        _config(line, unknown + "dynamicConfigDir: /x\nnoSuchKey: [1]\nmaxpods: 5\n"),
        line=line,
    )
    for file, flag in (("false", ""), ("true", "=false")):
        yield Arrangement(
            f"seccompDefault: {file} in the file, --seccomp-default{flag}",
            {
                **_config(
                    line, f"seccompDefault: {file}\nmaxPods: 9\n{_SECCOMP if minor < 25 else ''}"
                ),
                EXTRA_FILE: extra(
                    f"--seccomp-default{flag} --memory-manager-policy=None --max-pods=12",
                    "--feature-gates=SeccompDefault=true" if minor < 25 else "",
                ),
            },
            line=line,
            sources={
                "seccomp-default": (EXTRA_FILE, "--seccomp-default"),
                "seccompDefault": (CONFIG_FILE, "seccompDefault"),
                "memoryManagerPolicy": (EXTRA_FILE, "--memory-manager-policy"),
            },
            misleading=True,
        )
    yield Arrangement(
        "resolvConf emptied, and the status reported as often as it is made",
        _config(line, "resolvConf: ''\nnodeStatusUpdateFrequency: 20s\n"),
        line=line,
        sources={"nodeStatusReportFrequency": (CONFIG_FILE, "nodeStatusUpdateFrequency")},
        misleading=True,
    )
    if minor >= 27:
        yield Arrangement(
            "the endpoint in the file alone",
            {
                FLAGS: "KUBELET_KUBEADM_ARGS=\n",
                **_config(line, "containerRuntimeEndpoint: unix:/run/containerd/containerd.sock\n"),
            },
            line=line,
            sources={"containerRuntimeEndpoint": (CONFIG_FILE, "containerRuntimeEndpoint")},
        )
        yield Arrangement(
            "the endpoint by default",
            {FLAGS: "KUBELET_KUBEADM_ARGS=\n", **_config(line, "containerRuntimeEndpoint: ''\n")},
            line=line,
            sources={"containerRuntimeEndpoint": ("", "")},
        )
        yield Arrangement(
            "several pulls at a time are not serial",
            _config(line, "maxParallelImagePulls: 3\n"),
            line=line,
            sources={"serializeImagePulls": (CONFIG_FILE, "maxParallelImagePulls")},
            misleading=True,
        )
    else:
        yield Arrangement(
            "an endpoint in a file that is not read",
            _config(line, "containerRuntimeEndpoint: unix:///run/lab.sock\n"),
            line=line,
            misleading=True,
        )
    if minor >= 33:
        yield Arrangement(
            "thresholds joined to the default ones",
            _config(
                line, "mergeDefaultEvictionSettings: true\nevictionHard:\n  memory.available: 5%\n"
            ),
            line=line,
            sources={"evictionHard": (CONFIG_FILE, "evictionHard")},
            misleading=True,
        )


def arrangements(line: Line) -> tuple[Arrangement, ...]:
    """All of one release."""
    common = (a for a in kubelet_arrangements.ARRANGEMENTS if a.name not in _OF_1_20)
    return (*_since(line), *(_of_line(a, line) for a in common))
