"""The kubelet's settings: field, flags, kind, and defaults by release, 1.20 to 1.36. Data.

Of 1.15 to 1.19 only those in _SINCE_1_15 are known.

Source: kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go, cmd/kubelet/app/options and
staging/src/k8s.io/kubelet/config/v1beta1/types.go of these releases. Of 1.20 everything here was
compared with a running kubelet; since when and until when there is a flag or a field, and of which
kind, with kubelet_names.json for every release.
"""

from __future__ import annotations

from unshim.releases.kubelet_kinds import Kind
from unshim.releases.kubelet_row import FIRST, LAST, NEVER, OLDEST, Row

_T, _N, _B, _D = Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.DURATION
_W, _P, _L, _G = Kind.WORDS, Kind.PAIRS, Kind.THRESHOLDS, Kind.GATES
_EVICTION = {
    "imagefs.available": "15%",
    "memory.available": "100Mi",
    "nodefs.available": "10%",
    "nodefs.inodesFree": "5%",
}
_DOCKERSHIM = "unix:///var/run/dockershim.sock"
_CONTAINERD = "unix:///run/containerd/containerd.sock"
_OLD_PAUSE, _PAUSE = "k8s.gcr.io/pause:", "registry.k8s.io/pause:"


def _field(
    name: str,
    kind: Kind,
    flag: str = "",
    default: object = None,
    *,
    pointer: bool = False,
    since: int = FIRST,
    flag_from: int = FIRST,
    bare: object = None,
) -> Row:
    """A field that is there since a release, and its flag. A `pointer` keeps an explicit zero."""
    defaults = () if default is None else ((FIRST, default),)
    flags = (flag,) if flag else ()
    zero = FIRST if pointer else NEVER
    return Row(name, kind, flags, defaults, since, flag_from, LAST, zero, bare)


def _later(row: Row, *defaults: tuple[int, object]) -> Row:
    """The same with other defaults from some releases on."""
    return row._replace(defaults=(*row.defaults, *defaults))


def _flag(name: str, kind: Kind, default: object = None, until: int = LAST, since: int = 20) -> Row:
    """A flag that has no field."""
    defaults = () if default is None else ((FIRST, default),)
    return Row(name, kind, (name,), defaults, NEVER, since, until)


_SERVER = (
    _field("enableServer", _B, "enable-server", True, pointer=True),
    _field("address", _T, "address", "0.0.0.0"),
    _field("port", _N, "port", 10250),
    _field("readOnlyPort", _N, "read-only-port", bare=10255),
    _field("healthzBindAddress", _T, "healthz-bind-address", "127.0.0.1"),
    _field("healthzPort", _N, "healthz-port", 10248, pointer=True),
    _field("rotateCertificates", _B, "rotate-certificates"),
    _field("serverTLSBootstrap", _B, "rotate-server-certificates"),
    _field("tlsMinVersion", _T, "tls-min-version"),
    _field("tlsCipherSuites", _W, "tls-cipher-suites"),
    _field("authentication.x509.clientCAFile", _T, "client-ca-file"),
    _field(
        "authentication.anonymous.enabled", _B, "anonymous-auth", False, pointer=True, bare=True
    ),
    _field(
        "authentication.webhook.enabled",
        _B,
        "authentication-token-webhook",
        True,
        pointer=True,
        bare=False,
    ),
    _field("authentication.webhook.cacheTTL", _D, "authentication-token-webhook-cache-ttl", "2m0s"),
    _field("authorization.mode", _T, "authorization-mode", "Webhook", bare="AlwaysAllow"),
    _field(
        "authorization.webhook.cacheAuthorizedTTL",
        _D,
        "authorization-webhook-cache-authorized-ttl",
        "5m0s",
    ),
    _field(
        "authorization.webhook.cacheUnauthorizedTTL",
        _D,
        "authorization-webhook-cache-unauthorized-ttl",
        "30s",
    ),
    _field("enableDebuggingHandlers", _B, "enable-debugging-handlers", True, pointer=True),
    _field("enableSystemLogHandler", _B, "", True, pointer=True),
    _field("streamingConnectionIdleTimeout", _D, "streaming-connection-idle-timeout", "4h0m0s"),
    _field("logging.format", _T, "logging-format", "text"),
    _field("enableProfilingHandler", _B, "", True, pointer=True, since=21),
    _field("enableDebugFlagsHandler", _B, "", True, pointer=True, since=21),
    _field("enableSystemLogQuery", _B, pointer=True, since=27),
    _later(_field("eventRecordQPS", _N, "event-qps", 5, pointer=True), (27, 50)),
    _later(_field("eventBurst", _N, "event-burst", 10), (27, 100)),
    _later(_field("kubeAPIQPS", _N, "kube-api-qps", 5, pointer=True), (27, 50)),
    _later(_field("kubeAPIBurst", _N, "kube-api-burst", 10), (27, 100)),
    _field("contentType", _T, "kube-api-content-type", "application/vnd.kubernetes.protobuf"),
)
_PODS = (
    _field("staticPodPath", _T, "pod-manifest-path"),
    _field("staticPodURL", _T, "manifest-url"),
    _field("syncFrequency", _D, "sync-frequency", "1m0s"),
    _field("fileCheckFrequency", _D, "file-check-frequency", "20s"),
    _field("httpCheckFrequency", _D, "http-check-frequency", "20s"),
    _field("clusterDomain", _T, "cluster-domain"),
    _field("clusterDNS", _W, "cluster-dns"),
    # From 1.23 on an empty text means no name service at all.
    Row("resolvConf", _T, ("resolv-conf",), ((FIRST, "/etc/resolv.conf"),), zero_from=23),
    _field("hairpinMode", _T, "hairpin-mode", "promiscuous-bridge"),
    _field("podCIDR", _T, "pod-cidr"),
    _field("maxPods", _N, "max-pods", 110),
    _field("podsPerCore", _N, "pods-per-core"),
    _field("podPidsLimit", _N, "pod-max-pids", -1, pointer=True),
    _field("allowedUnsafeSysctls", _W, "allowed-unsafe-sysctls"),
    _field(
        "volumePluginDir",
        _T,
        "volume-plugin-dir",
        "/usr/libexec/kubernetes/kubelet-plugins/volume/exec/",
    ),
    _field(
        "enableControllerAttachDetach", _B, "enable-controller-attach-detach", True, pointer=True
    ),
    _field("makeIPTablesUtilChains", _B, "make-iptables-util-chains", True, pointer=True),
    _field("seccompDefault", _B, pointer=True, since=22),
    _field("registerNode", _B, "register-node", True, pointer=True, since=23),
    _field("providerID", _T, "provider-id"),
    _field("nodeStatusUpdateFrequency", _D, "node-status-update-frequency", "10s"),
    # That of nodeStatusUpdateFrequency where the file sets it.
    _field("nodeStatusReportFrequency", _D, "", "5m0s"),
    _field("volumeStatsAggPeriod", _D, "volume-stats-agg-period", "1m0s"),
    _field("nodeStatusMaxImages", _N, "node-status-max-images", 50, pointer=True),
    _field("nodeLeaseDurationSeconds", _N, "", 40),
    _field("shutdownGracePeriod", _D),
    _field("shutdownGracePeriodCriticalPods", _D),
    _field("featureGates", _G, "feature-gates", pointer=True),
)
_RESOURCES = (
    _field("cgroupsPerQOS", _B, "cgroups-per-qos", True, pointer=True),
    _field("cgroupDriver", _T, "cgroup-driver", "cgroupfs"),
    _field("cgroupRoot", _T, "cgroup-root"),
    _field("kubeletCgroups", _T, "kubelet-cgroups"),
    _field("systemCgroups", _T, "system-cgroups"),
    _field("failSwapOn", _B, "fail-swap-on", True, pointer=True),
    _field("memorySwap.swapBehavior", _T, since=22),
    _field("failCgroupV1", _B, "fail-cgroupv1", pointer=True, since=31, flag_from=31)._replace(
        defaults=((31, False), (35, True))
    ),
    _field("protectKernelDefaults", _B, "protect-kernel-defaults"),
    _field("oomScoreAdj", _N, "oom-score-adj", -999, pointer=True),
    _field("maxOpenFiles", _N, "max-open-files", 1000000),
    _field("cpuCFSQuota", _B, "cpu-cfs-quota", True, pointer=True),
    _field("cpuCFSQuotaPeriod", _D, "cpu-cfs-quota-period", "100ms", pointer=True),
    _field("cpuManagerReconcilePeriod", _D, "cpu-manager-reconcile-period", "10s"),
    _field("memoryReservationPolicy", _T, "", "None", since=36),
    _field("cpuManagerPolicy", _T, "cpu-manager-policy", "none"),
    _field("memoryManagerPolicy", _T, "memory-manager-policy", "None", since=21, flag_from=21),
    _field("topologyManagerPolicy", _T, "topology-manager-policy", "none"),
    _field("topologyManagerScope", _T, "topology-manager-scope", "container"),
    _field("systemReserved", _P, "system-reserved"),
    _field("kubeReserved", _P, "kube-reserved"),
    _field("systemReservedCgroup", _T, "system-reserved-cgroup"),
    _field("kubeReservedCgroup", _T, "kube-reserved-cgroup"),
    _field("reservedSystemCPUs", _T, "reserved-cpus"),
    _field("enforceNodeAllocatable", _W, "enforce-node-allocatable", ["pods"], pointer=True),
    # The default without inodes of the image's file system until 1.29: kubernetes PR 121834. From
    # 1.26 on (PR 110263) it is the configuration file's: without one there are no thresholds.
    _field("evictionHard", _L, "eviction-hard", pointer=True, bare={})._replace(
        defaults=((FIRST, _EVICTION), (30, {**_EVICTION, "imagefs.inodesFree": "5%"})),
        bare_from=26,
    ),
    _field("evictionSoft", _L, "eviction-soft"),
    _field("evictionSoftGracePeriod", _P, "eviction-soft-grace-period"),
    _field("evictionMinimumReclaim", _P, "eviction-minimum-reclaim"),
    _field("evictionMaxPodGracePeriod", _N, "eviction-max-pod-grace-period"),
    _field("evictionPressureTransitionPeriod", _D, "eviction-pressure-transition-period", "5m0s"),
    _field("mergeDefaultEvictionSettings", _B, pointer=True, since=33),
    _field(
        "localStorageCapacityIsolation",
        _B,
        "local-storage-capacity-isolation",
        True,
        pointer=True,
        since=25,
        flag_from=25,
    ),
)
_IMAGES_AND_LOGS = (
    _field("imageMinimumGCAge", _D, "minimum-image-ttl-duration", "2m0s"),
    _field("imageMaximumGCAge", _D, since=29),
    _field("imageGCHighThresholdPercent", _N, "image-gc-high-threshold", 85, pointer=True),
    _field("imageGCLowThresholdPercent", _N, "image-gc-low-threshold", 80, pointer=True),
    _field("serializeImagePulls", _B, "serialize-image-pulls", True, pointer=True),
    _field("maxParallelImagePulls", _N, since=27),
    _field("registryPullQPS", _N, "registry-qps", 5, pointer=True),
    _field("registryBurst", _N, "registry-burst", 10),
    _field("containerLogMaxSize", _T, "container-log-max-size", "10Mi"),
    _field("containerLogMaxFiles", _N, "container-log-max-files", 5, pointer=True),
    _field("containerLogMaxWorkers", _N, "", 1, pointer=True, since=30),
    _field("containerLogMonitorInterval", _D, "", "10s", pointer=True, since=30),
    _field("podLogsDir", _T, "", "/var/log/pods", since=30),
)
_RUNTIME = (
    Row(
        "containerRuntimeEndpoint",
        _T,
        ("container-runtime-endpoint",),
        ((FIRST, _DOCKERSHIM), (24, ""), (27, _CONTAINERD)),
        field_from=27,
    ),
    _field("imageServiceEndpoint", _T, "image-service-endpoint", since=27),
    _field("runtimeRequestTimeout", _D, "runtime-request-timeout", "2m0s"),
    Row(
        "container-runtime",
        _T,
        ("container-runtime",),
        ((FIRST, "docker"), (24, "remote")),
        field_from=NEVER,
        flag_until=26,
    ),
    _flag("runtime-cgroups", _T),
    Row(
        "pod-infra-container-image",
        _T,
        ("pod-infra-container-image",),
        (
            (20, _OLD_PAUSE + "3.2"),
            (21, _OLD_PAUSE + "3.4.1"),
            (22, _OLD_PAUSE + "3.5"),
            (23, _OLD_PAUSE + "3.6"),
            (24, _OLD_PAUSE + "3.7"),
            (25, _PAUSE + "3.8"),
            (26, _PAUSE + "3.9"),
            (31, _PAUSE + "3.10"),
            (34, _PAUSE + "3.10.1"),
        ),
        field_from=NEVER,
        flag_until=34,
    ),
    _flag("network-plugin", _T, until=23),
    _flag("network-plugin-mtu", _N, until=23),
    _flag("cni-conf-dir", _T, "/etc/cni/net.d", until=23),
    _flag("cni-bin-dir", _T, "/opt/cni/bin", until=23),
    _flag("cni-cache-dir", _T, "/var/lib/cni/cache", until=23),
    _flag("docker-endpoint", _T, "unix:///var/run/docker.sock", until=23),
    _flag("image-pull-progress-deadline", _D, "1m0s", until=23),
    _flag("experimental-dockershim-root-directory", _T, "/var/lib/dockershim", until=23),
)
_PROGRAM = (
    _flag("config", _T),
    _flag("config-dir", _T, since=28),
    _flag("root-dir", _T, "/var/lib/kubelet"),
    _flag("cert-dir", _T, "/var/lib/kubelet/pki"),
    _flag("kubeconfig", _T),
    _flag("bootstrap-kubeconfig", _T),
    _flag("hostname-override", _T),
    _flag("node-ip", _T),
    _flag("node-labels", _P),
    _flag("image-credential-provider-config", _T),
    _flag("image-credential-provider-bin-dir", _T),
    _flag("lock-file", _T),
    # It does not set the field of that name: one of the two being true is enough.
    _flag("seccomp-default", _B, since=22),
)

# The same since 1.15, and in 1.20 too.
_SINCE_1_15 = frozenset(
    (
        *("containerRuntimeEndpoint", "container-runtime", "network-plugin", "cni-conf-dir"),
        *("cni-bin-dir", "docker-endpoint", "image-pull-progress-deadline", "network-plugin-mtu"),
        *("experimental-dockershim-root-directory", "cgroupDriver", "containerLogMaxSize"),
        *("containerLogMaxFiles", "staticPodPath", "config", "root-dir", "featureGates"),
    )
)
_ROWS = (*_SERVER, *_PODS, *_RESOURCES, *_IMAGES_AND_LOGS, *_RUNTIME, *_PROGRAM)
TABLE: tuple[Row, ...] = tuple(
    row._replace(known_from=OLDEST) if row.name in _SINCE_1_15 else row for row in _ROWS
)
