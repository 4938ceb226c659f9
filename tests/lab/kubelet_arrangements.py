"""Arrangements of unit, drop-ins, environment files and configuration for a real kubelet 1.20."""

from __future__ import annotations

from .arrangement import (
    CONFIG_FILE,
    EXTRA_FILE,
    KUBEADM,
    OWN,
    START,
    Arrangement,
    config_with,
    extra,
)
from .kubelet import DROP_IN, FLAGS, flags

__all__ = ["ARRANGEMENTS", "REFUSED"]

_LATER_ENV = "/etc/lab/later.env"
# What a standalone kubelet needs that reads no file.
_BARE = "--fail-swap-on=false --cgroups-per-qos=false --enforce-node-allocatable= --v=2"

ARRANGEMENTS = (
    Arrangement(
        "as kubeadm lays it out",
        sources={
            "syncFrequency": (CONFIG_FILE, "syncFrequency"),
            "cni-bin-dir": (FLAGS, "--cni-bin-dir"),
            "maxPods": ("", ""),
        },
    ),
    Arrangement(
        "without a configuration file",
        {OWN: START + _BARE},
        sources={
            "readOnlyPort": ("", ""),
            "failSwapOn": (OWN, "--fail-swap-on"),
        },
    ),
    Arrangement(
        "flags over the file",
        {
            CONFIG_FILE: config_with(
                "maxPods: 50\nsyncFrequency: 3s\nclusterDomain: file.local\nimageMinimumGCAge: 5m\n"
                "containerLogMaxSize: 20Mi\ncontainerLogMaxFiles: 3\nserializeImagePulls: true\n"
                "hairpinMode: none\noomScoreAdj: -998\nregistryPullQPS: 7\n"
            ),
            EXTRA_FILE: extra(
                "--max-pods=77 --sync-frequency=90s --cluster-domain=flag.local",
                "--container-log-max-size=30Mi --serialize-image-pulls=false",
                "--minimum-image-ttl-duration=1h30m --registry-qps=0 --node-ip=10.9.9.9",
            ),
        },
        sources={
            "maxPods": (EXTRA_FILE, "--max-pods=77"),
            "hairpinMode": (CONFIG_FILE, "hairpinMode"),
        },
    ),
    Arrangement(
        "the last flag wins",
        {
            FLAGS: flags("dockershim").replace(
                '"--', '"--max-pods=1 --cgroup-root=/ --port=10299 --'
            ),
            EXTRA_FILE: extra("--max_pods 2 --port 10300 --v 2 --max-pods=3 --port=10350"),
            OWN: START
            + "$KUBELET_EXTRA_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_CONFIG_ARGS \\\n"
            + "  --max-pods=0x10 --port=10350 --pods-per-core=010\n",
        },
        port=10350,
        sources={"maxPods": (OWN, "--max-pods=0x10"), "config": (KUBEADM, "--config=")},
    ),
    Arrangement(
        "quotes of systemd",
        {
            OWN: "[Service]\n"
            "Environment='LAB_ONE=--cluster-domain=a.local --eviction-hard=memory.available<5%%'\n"
            'Environment="LAB_TWO=--provider-id=a b" LAB_THREE=unused LAB_POD=/lab/pods\n'
            "EnvironmentFile=-/etc/lab/later.env\n"
            "ExecStart=\n"
            "ExecStart=/usr/bin/kubelet $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $LAB_ONE \\\n"
            "# a comment between\n"
            "  ${LAB_TWO} '--pod-manifest-path='${LAB_POD} \"--cert-dir\" /lab\\x2fpki \\\n"
            "  $LAB_FOUR $KUBELET_EXTRA_ARGS $NOTHING\n",
            _LATER_ENV: '# comment\nLAB_POD=/lab/later\nLAB_FOUR="--system-reserved=cpu=100m,\\\n'
            'memory=1Gi --kube-reserved \\"cpu=50m\\""\n',
        },
        sources={
            "providerID": (OWN, "LAB_TWO="),
            "kubeReserved": (_LATER_ENV, "kube-reserved"),
        },
    ),
    Arrangement(
        "mappings in flags add up and replace the file's",
        {
            CONFIG_FILE: config_with(
                "evictionHard:\n  memory.available: 200Mi\n  nodefs.available: 7%\n"
                "systemReserved:\n  cpu: 100m\n  memory: 1Gi\nkubeReserved:\n  cpu: 10m\n"
                "evictionMinimumReclaim:\n  nodefs.available: 1Gi\n"
            ),
            EXTRA_FILE: extra(
                "--eviction-hard=memory.available<300Mi "
                "--eviction-hard=imagefs.available<20%,memory.available<250Mi "
                "--system-reserved=memory=2Gi --system-reserved memory=3Gi,,cpu=5m "
                "--eviction-soft=memory.available<500Mi "
                "--eviction-soft-grace-period=memory.available=90s "
                "--node-labels=a=b,c=d --node-labels=e=f"
            ),
        },
        sources={
            "systemReserved": (EXTRA_FILE, "--system-reserved"),
            "kubeReserved": (CONFIG_FILE, "kubeReserved"),
        },
    ),
    Arrangement(
        "gates in file and flags",
        {
            CONFIG_FILE: config_with(
                "featureGates:\n  RotateKubeletServerCertificate: true\n  TTLAfterFinished: true\n"
            ),
            EXTRA_FILE: extra(
                "--feature-gates=TTLAfterFinished=false,CPUManager=t",
                "--feature-gates=CPUManager=0,IPv6DualStack=F",
            ),
        },
        sources={
            "featureGates.RotateKubeletServerCertificate": (CONFIG_FILE, "RotateKubelet"),
            "featureGates.TTLAfterFinished": (EXTRA_FILE, "TTLAfterFinished"),
        },
    ),
    Arrangement(
        "gates in the file alone",
        {CONFIG_FILE: config_with("featureGates:\n  CPUManager: false\n")},
        sources={"featureGates.CPUManager": (CONFIG_FILE, "CPUManager")},
    ),
    Arrangement(
        "a configuration in JSON",
        {
            "/etc/lab/kubelet.json": '{"kind": "KubeletConfiguration",\n'
            '"apiVersion": "kubelet.config.k8s.io/v1beta1", "failSwapOn": false,\n'
            '"authentication": {"anonymous": {"enabled": true}, "webhook": {"enabled": false}},\n'
            '"authorization": {"mode": "AlwaysAllow"}, "cgroupsPerQOS": false,\n'
            '"enforceNodeAllocatable": [], "maxPods": null, "clusterDNS": ["10.96.0.10"],\n'
            '"evictionHard": null, "containerLogMaxFiles": 4,\n'
            '"streamingConnectionIdleTimeout": "0s"}\n',
            KUBEADM: DROP_IN.replace(CONFIG_FILE, "/etc/lab/kubelet.json"),
        },
        sources={"containerLogMaxFiles": ("/etc/lab/kubelet.json", "containerLogMaxFiles")},
    ),
    Arrangement(
        "zeros in the file",
        {
            CONFIG_FILE: config_with(
                'maxPods: 0\ncontainerLogMaxSize: ""\nevictionHard: {}\nregistryPullQPS: 0\n'
                "registryBurst: 0\npodPidsLimit: -5\nhealthzPort: 0\nresolvConf: ''\n"
                "clusterDNS: []\n"
                "syncFrequency: 0s\nfileCheckFrequency: '0'\noomScoreAdj: 0\naddress: ''\nport: 0\n"
                "imageGCLowThresholdPercent: 0\nnodeStatusMaxImages: 0\nmaxOpenFiles: 0\n"
                "cgroupDriver: ''\nhairpinMode: ''\nvolumePluginDir: ''\nenableServer: true\n"
                "featureGates: {}\nnodeLeaseDurationSeconds: 0\nserializeImagePulls: false\n"
                "makeIPTablesUtilChains: false\ncpuCFSQuota: false\ncontainerLogMaxFiles: 2\n"
            )
        },
        sources={"registryPullQPS": (CONFIG_FILE, "registryPullQPS")},
    ),
    Arrangement(
        "lists in flags add up and replace the file's",
        {
            CONFIG_FILE: config_with(
                "clusterDNS: [10.1.1.1, 10.1.1.2]\nallowedUnsafeSysctls: [net.core.*]\n"
            ),
            EXTRA_FILE: extra(
                "--cluster-dns=10.2.2.1,10.2.2.2 --cluster-dns 10.2.2.3",
                "--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            ),
        },
        sources={"allowedUnsafeSysctls": (CONFIG_FILE, "allowedUnsafeSysctls")},
    ),
    Arrangement(
        "durations in other words",
        {
            CONFIG_FILE: config_with(
                "syncFrequency: 90s\nfileCheckFrequency: 1.5s\nhttpCheckFrequency: 1h0m0.25s\n"
                "nodeStatusUpdateFrequency: 2000ms\nimageMinimumGCAge: 36h\n"
                "evictionPressureTransitionPeriod: 0h5m\nruntimeRequestTimeout: 1m1500ms\n"
            ),
            EXTRA_FILE: extra(
                "--image-pull-progress-deadline=150s --streaming-connection-idle-timeout=.5h",
                "--authentication-token-webhook-cache-ttl=1500us",
            ),
        },
    ),
    Arrangement(
        "truths in other words",
        {
            CONFIG_FILE: config_with(
                "rotateCertificates: yes\ncpuCFSQuota: off\nserializeImagePulls: On\n"
            ),
            EXTRA_FILE: extra(
                "--make-iptables-util-chains=0 --rotate-certificates=F",
                "--enable_debugging_handlers --protect-kernel-defaults=False --cpu-cfs-quota",
            ),
        },
    ),
    Arrangement(
        "relative paths and numbers of YAML",
        {
            CONFIG_FILE: config_with(
                "staticPodPath: ../lab/pods\nresolvConf: ./resolv.conf\nmaxPods: 0x20\n"
                "podsPerCore: 010\nclusterDomain: '123'\n"
            ),
            "/var/lib/kubelet/resolv.conf": "nameserver 10.0.0.1\n",
        },
    ),
    Arrangement(
        "a unit of its own with specifiers",
        {
            "/etc/systemd/system/kubelet.service": "[Service]\nRestart=no\n"
            "Environment=LAB_NAME=%p.%H LAB_GONE=--max-pods=9 LAB_DROPPED=1\n"
            "EnvironmentFile=-/etc/lab/*.env\nUnsetEnvironment=LAB_GONE\n"
            "ExecStart=/usr/bin/%p --config=%S/kubelet/config.yaml \\\n"
            "  --hostname-override=${LAB_NAME} \\\n"
            "  --root-dir=%S/%N --cert-dir=%t/%P $LAB_GONE $LAB_ENV --cgroup-root=100%% --v=2\n",
            KUBEADM: "",
            "/etc/lab/a.env": "LAB_ENV=--max-pods=8\n",
            "/etc/lab/b.env": "LAB_ENV=--max-pods=%p7\nLAB_ENV=--max-pods=6\n",
        },
        sources={"maxPods": ("/etc/lab/b.env", "=6")},
    ),
    Arrangement(
        "dockershim's own flags",
        {
            FLAGS: 'KUBELET_KUBEADM_ARGS="--container-runtime=docker --network-plugin=cni '
            "--cni-bin-dir=/usr/lib/cni,/opt/cni/bin --cni-conf-dir=/etc/cni/net.d "
            "--cni-cache-dir=/var/lib/cni/lab --network-plugin-mtu=1400 "
            "--docker-endpoint=unix:///run/docker.sock --image-pull-progress-deadline=2m "
            "--pod-infra-container-image=k8s.gcr.io/pause:3.2 --runtime-cgroups=/systemd/docker "
            '--experimental-dockershim-root-directory=/var/lib/lab-dockershim"\n',
        },
    ),
    Arrangement(
        "containerd as a remote runtime",
        {FLAGS: flags("containerd"), EXTRA_FILE: extra("--runtime-request-timeout=15m")},
        sources={"containerRuntimeEndpoint": (FLAGS, "--container-runtime-endpoint")},
    ),
    Arrangement(
        "keys twice, anchors and a second document",
        {
            CONFIG_FILE: config_with(
                "maxPods: 5\nmaxPods: 8.0\npodsPerCore: 1e1\nlab: &lab {cpu: 3m, cpu: 4m}\n"
                "systemReserved: *lab\nkubeReserved:\n  <<: *lab\n  memory: 1Mi\n---\nmaxPods: 9\n"
            )
        },
        sources={"maxPods": (CONFIG_FILE, "8.0")},
    ),
    Arrangement(
        "keys that 1.20 does not know",
        {
            CONFIG_FILE: config_with(
                "containerRuntimeEndpoint: unix:///run/containerd/containerd.sock\n"
                "seccompDefault: true\nmemorySwap:\n  swapBehavior: LimitedSwap\nmaxpods: 5\n"
                "failCgroupV1: true\npodLogsDir: /var/log/lab\nregisterNode: false\n"
            )
        },
        sources={"containerRuntimeEndpoint": ("", "")},
    ),
)

# A setting, the flags and the configuration with which the kubelet ends at once.
REFUSED = (
    ("maxPods", "--max-pods=many", ""),
    ("maxPods", "", "maxPods: '3'\n"),
    ("maxPods", "--max-pods=", ""),
    ("httpCheckFrequency", "", "httpCheckFrequency: 20\n"),
    ("httpCheckFrequency", "--http-check-frequency=20", ""),
    ("serializeImagePulls", "--serialize-image-pulls=maybe", ""),
    ("serializeImagePulls", "", "serializeImagePulls: 'true'\n"),
    ("featureGates", "--feature-gates=CPUManager=yes", ""),
    ("featureGates", "", "featureGates:\n  CPUManager: 1\n"),
    ("evictionHard", "--eviction-hard=memory.available=5%", ""),
    ("systemReserved", "", "systemReserved:\n  cpu: 1\n"),
    ("clusterDNS", "", "clusterDNS: 10.1.1.1\n"),
    ("clusterDomain", "", "clusterDomain: 5\n"),
    ("maxPods", "", "maxPods: 8.5\n"),
    ("maxPods", "", "maxPods: true\n"),
    ("maxPods", "", "maxPods:\t[\n"),
)
