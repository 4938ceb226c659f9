"""Arrangements of a configuration folder, --config-dir, for a real kubelet 1.36."""

from __future__ import annotations

from collections.abc import Mapping

from .arrangement import CONFIG_FILE, EXTRA_FILE, OWN, START, Arrangement, config_with, extra
from .kubelet import config

FOLDER = "/etc/lab/kubelet.conf.d"
HEAD = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
# A folder makes a list without an entry the default again, so the base says it in the other way.
_BASE = config_with("enforceNodeAllocatable: [none]\n", config("1.36"))


def _main(text: str = "") -> str:
    return config_with(text, _BASE)


def _with(
    name: str,
    drop_ins: Mapping[str, str],
    main: str = "",
    sources: Mapping[str, tuple[str, str]] = {},
    links: Mapping[str, str] = {},
    flags: str = "",
    folder: str = FOLDER,
    misleading: bool = False,
    files: Mapping[str, str] = {},
) -> Arrangement:
    """Drop-ins, headed as they must be, over the base's configuration and `main`'s keys."""
    changed = {
        CONFIG_FILE: _main(main),
        EXTRA_FILE: extra(f"--config-dir={folder}", flags),
        **{f"{FOLDER}/{file}": HEAD + text for file, text in drop_ins.items()},
        **files,
    }
    return Arrangement(
        name, changed, sources=sources, line="1.36", links=links, misleading=misleading
    )


DROP_INS = (
    _with(
        "two drop-ins in the order of their names",
        {
            "10-first.conf": "maxPods: 50\nsyncFrequency: 3s\ncontainerLogMaxFiles: 3\n",
            "20-second.conf": "maxPods: 60\ncontainerLogMaxSize: 20Mi\n",
            "9-last.conf": "podsPerCore: 9\nmaxPods: 70\n",
        },
        sources={
            "maxPods": (f"{FOLDER}/9-last.conf", "maxPods"),
            "syncFrequency": (f"{FOLDER}/10-first.conf", "syncFrequency"),
            "containerLogMaxSize": (f"{FOLDER}/20-second.conf", "Size"),
            "fileCheckFrequency": (CONFIG_FILE, "fileCheckFrequency"),
            "podPidsLimit": ("", ""),
        },
    ),
    _with(
        "flags over drop-ins",
        {"10.conf": "maxPods: 50\nclusterDNS: [10.1.1.1]\nevictionHard: {memory.available: 5%}\n"},
        flags="--max-pods=77 --cluster-dns=10.2.2.2 --eviction-hard=nodefs.available<6%",
        sources={"maxPods": (EXTRA_FILE, "--max-pods=77")},
    ),
    _with(
        "nested structures merge, lists are replaced",
        {
            "10.conf": "authentication:\n  webhook:\n    cacheTTL: 3m\nclusterDNS: [10.1.1.2]\n"
            "systemReserved:\n  memory: 1Gi\n",
            "20.conf": "authentication:\n  x509:\n    clientCAFile: ''\nclusterDNS:\n- 10.1.1.3\n"
            "systemReserved:\n  cpu: 200m\n",
        },
        main="clusterDNS: [10.1.1.1]\nsystemReserved:\n  cpu: 100m\n  pid: '100'\n",
        sources={
            "authentication.webhook.cacheTTL": (f"{FOLDER}/10.conf", "cacheTTL"),
            "authentication.anonymous.enabled": (CONFIG_FILE, "enabled: true"),
            "clusterDNS": (f"{FOLDER}/20.conf", "clusterDNS"),
            "systemReserved": (f"{FOLDER}/20.conf", "systemReserved"),
        },
    ),
    _with(
        "eviction thresholds join the defaults",
        {"10.conf": "evictionHard:\n  memory.available: 200Mi\n"},
        sources={"evictionHard": (f"{FOLDER}/10.conf", "evictionHard")},
        misleading=True,
    ),
    _with(
        "eviction thresholds join those of the file",
        {"10.conf": "evictionHard:\n  memory.available: 200Mi\n"},
        main="evictionHard:\n  nodefs.available: 7%\n",
    ),
    _with(
        "no eviction thresholds",
        {"10.conf": "evictionHard: null\n", "20.conf": "evictionSoft: {}\n"},
        misleading=True,
    ),
    _with(
        "an empty mapping changes nothing",
        {"10.conf": "evictionHard: {}\nsystemReserved: {}\n"},
        main="systemReserved:\n  cpu: 100m\n",
        misleading=True,
    ),
    _with(
        "null brings the default back",
        {
            "10.conf": "maxPods: null\nsystemReserved:\n  cpu: null\nstaticPodPath: null\n"
            "serializeImagePulls: null\nfeatureGates:\n  SidecarContainers: null\n"
        },
        main="maxPods: 50\nsystemReserved:\n  cpu: 100m\n  memory: 1Gi\n"
        "serializeImagePulls: false\nfeatureGates:\n  KubeletInUserNamespace: false\n",
        sources={"maxPods": ("", "")},
    ),
    _with(
        "a zero brings the default back",
        {
            "10.conf": "maxPods: 0\ncontainerLogMaxSize: ''\nsyncFrequency: 0s\ncgroupDriver: ''\n"
            "registryPullQPS: 0\nregistryBurst: 0\nimageGCLowThresholdPercent: 0\n"
            "podPidsLimit: -9\nhealthzPort: 0\ncontainerRuntimeEndpoint: ''\npodLogsDir: ''\n"
            "resolvConf: ''\n"
        },
        main="maxPods: 50\ncontainerLogMaxSize: 30Mi\nregistryBurst: 20\n",
        sources={"maxPods": ("", ""), "registryPullQPS": (f"{FOLDER}/10.conf", "QPS")},
        misleading=True,
    ),
    _with(
        "a list of no entries in the file is lost",
        {},
        main="enforceNodeAllocatable: []\ncgroupsPerQOS: true\n",
        files={f"{FOLDER}/README": "nothing here\n"},
        sources={"enforceNodeAllocatable": ("", "")},
        misleading=True,
    ),
    _with(
        "gates add up",
        {
            "10.conf": "featureGates:\n  CPUManagerPolicyAlphaOptions: true\n"
            "  CPUManagerPolicyBetaOptions: false\n",
            "20.conf": "featureGates:\n  CPUManagerPolicyAlphaOptions: false\n",
        },
        main="featureGates:\n  TopologyManagerPolicyAlphaOptions: true\n",
        flags="--feature-gates=TopologyManagerPolicyBetaOptions=false",
        sources={
            "featureGates.CPUManagerPolicyAlphaOptions": (f"{FOLDER}/20.conf", "Alpha"),
            "featureGates.TopologyManagerPolicyAlphaOptions": (CONFIG_FILE, "Topology"),
            "featureGates.TopologyManagerPolicyBetaOptions": (EXTRA_FILE, "TopologyManager"),
        },
    ),
    _with(
        "folders within, and files that do not count",
        {
            "10.conf": "maxPods: 10\n",
            "15.conf/inner.conf": "maxPods: 15\npodsPerCore: 15\n",
            "20.yaml": "maxPods: 20\n",
            "30.conf.bak": "maxPods: 30\n",
            "40.CONF": "maxPods: 40\n",
            "12": "maxPods: 12\n",
            ".conf": "registryBurst: 33\n",
        },
        sources={
            "maxPods": (f"{FOLDER}/15.conf/inner.conf", "maxPods"),
            "registryBurst": (f"{FOLDER}/.conf", "registryBurst"),
        },
        misleading=True,
    ),
    _with(
        "links to files count, links to folders do not",
        {"20.conf": "podsPerCore: 20\n"},
        files={
            "/etc/lab/real.conf": f"{HEAD}maxPods: 21\n",
            "/etc/lab/other/30.conf": f"{HEAD}maxPods: 30\n",
        },
        links={f"{FOLDER}/10.conf": "/etc/lab/real.conf", f"{FOLDER}/other": "/etc/lab/other"},
        misleading=True,
    ),
    _with(
        "the folder is a link",
        {"20.conf": "maxPods: 20\n"},
        links={"/etc/lab/linked.d": FOLDER},
        folder="/etc/lab/linked.d",
        misleading=True,
    ),
    _with(
        "the folder is a link, with a slash behind",
        {"20.conf": "maxPods: 20\n"},
        links={"/etc/lab/linked.d": FOLDER},
        folder="/etc/lab/linked.d/",
    ),
    _with(
        "the folder is a file",
        {},
        folder="/etc/lab/one.conf",
        files={"/etc/lab/one.conf": f"{HEAD}maxPods: 20\n"},
        misleading=True,
    ),
    _with("a folder without files", {}, files={f"{FOLDER}/x/y": ""}),
    _with(
        "relative paths start nowhere",
        {"10.conf": "staticPodPath: pods\nresolvConf: ./lab.conf\n"},
        misleading=True,
    ),
    _with(
        "JSON, and a second document",
        {"20.conf": "maxPods: 8\n---\nmaxPods: 9\n"},
        files={
            f"{FOLDER}/10.conf": '{"kind": "KubeletConfiguration", "maxPods": 10,\n'
            '"apiVersion": "kubelet.config.k8s.io/v1beta1", "containerLogMaxFiles": 4}\n',
        },
        misleading=True,
    ),
    _with(
        "keys in other letters",
        {
            "10.conf": "maxpods: 7\nMaxPods: 9\nREGISTRYBURST: 4\nPodsPerCore: 3\n"
            "syncfrequency: 7s\nauthentication:\n  webhook:\n    cachettl: 3m\n"
        },
        main="containerlogmaxfiles: 9\n",
        misleading=True,
    ),
    _with(
        "truths, numbers and anchors of YAML",
        {
            "10.conf": "serializeImagePulls: no\nrotateCertificates: off\nmaxPods: 0x20\n"
            "podsPerCore: 010\nlab: &lab {cpu: 3m}\nsystemReserved: *lab\n"
            "kubeReserved:\n  <<: *lab\n  memory: 1Mi\ncontainerLogMaxFiles: 8.0\n"
        },
    ),
    _with(
        "lists of no entries",
        {"10.conf": "clusterDNS: []\n", "20.conf": "enforceNodeAllocatable: []\n"},
        main="clusterDNS: [10.1.1.1]\n",
        sources={"enforceNodeAllocatable": (f"{FOLDER}/20.conf", "enforce")},
    ),
    _with(
        "the file's thresholds joined to the default ones",
        {"10.conf": "maxPods: 5\n"},
        main="mergeDefaultEvictionSettings: true\nevictionHard:\n  memory.available: 5%\n",
        misleading=True,
    ),
    _with(
        "thresholds that a drop-in would join",
        {"10.conf": "mergeDefaultEvictionSettings: true\n"},
        main="evictionHard:\n  memory.available: 5%\n",
        misleading=True,
    ),
    _with(
        "parallel pulls of the file, serial again in a drop-in",
        {"10.conf": "serializeImagePulls: null\nmaxParallelImagePulls: 1\n"},
        main="maxParallelImagePulls: 4\nresolvConf: ''\n",
    ),
    _with(
        "the status made more often by a drop-in alone",
        {
            "10.conf": "nodeStatusUpdateFrequency: 20s\neventRecordQPS: 0\n"
            "enableSystemLogQuery: false\n"
        },
        sources={"nodeStatusReportFrequency": ("", "")},
        misleading=True,
    ),
    _with(
        "unknown keys",
        {"10.conf": "noSuchSetting: 5\nmaxPods: 12\ndynamicConfigDir: /etc/lab\n"},
    ),
    _with(
        "parallel pulls",
        {"10.conf": "serializeImagePulls: false\nmaxParallelImagePulls: 5\n"},
    ),
    Arrangement(
        "drop-ins without a file",
        {
            OWN: f"{START}--config-dir={FOLDER} --v=2\n",
            f"{FOLDER}/10.conf": HEAD + "maxPods: 20\nfailSwapOn: false\ncgroupsPerQOS: false\n"
            "enforceNodeAllocatable: [none]\nfailCgroupV1: false\nevictionHard: {pid.available: 1%}"
            "\n",
        },
        line="1.36",
        sources={"maxPods": (f"{FOLDER}/10.conf", "maxPods"), "readOnlyPort": ("", "")},
        misleading=True,
    ),
)

REFUSED_DROP_INS: tuple[tuple[str, str, str], ...] = (
    ("an empty file", "", "maxPods"),
    ("only a comment", "# nothing\n", "maxPods"),
    ("no kind", "apiVersion: kubelet.config.k8s.io/v1beta1\nmaxPods: 20\n", "maxPods"),
    ("no apiVersion", "kind: KubeletConfiguration\nmaxPods: 20\n", "syncFrequency"),
    ("another kind", HEAD.replace("KubeletC", "C"), "maxPods"),
    ("another version", HEAD.replace("v1beta1", "v1"), "maxPods"),
    ("another group", "apiVersion: v1\nkind: KubeletConfiguration\n", "maxPods"),
    ("a number as text", HEAD + "maxPods: '20'\n", "maxPods"),
    ("a duration as a number", HEAD + "syncFrequency: 20\n", "syncFrequency"),
    ("a list as text", HEAD + "clusterDNS: 10.1.1.1\n", "clusterDNS"),
    ("settings as text", HEAD + "authentication: open\n", "authentication.anonymous.enabled"),
    ("broken", HEAD + "maxPods: [\n", "maxPods"),
    ("a key twice", HEAD + "maxPods: 20\nmaxPods: 21\n", "maxPods"),
    ("an empty document first", f"---\n---\n{HEAD}maxPods: 20\n", "maxPods"),
    ("a number among texts", HEAD + "systemReserved: {cpu: 1}\n", "systemReserved"),
    ("no mapping", "- maxPods: 20\n", "maxPods"),
)
"""A name; what a drop-in holds with which the kubelet ends at once; a setting then unknown."""
