"""Names whose values may be told: keys of files, directives of units, flags, variables.

As programs write them; text.kept makes them alike. A value that checks or facts come to read is one
word more here.
"""

from __future__ import annotations

KUBELET_CONFIGURATION = (
    *("address", "healthzBindAddress", "tlsMinVersion", "tlsCipherSuites", "clientCAFile"),
    *("mode", "format", "staticPodPath", "staticPodURL", "clusterDomain", "clusterDNS"),
    *("resolvConf", "hairpinMode", "podCIDR", "allowedUnsafeSysctls", "volumePluginDir"),
    *("providerID", "cgroupDriver", "cgroupRoot", "kubeletCgroups", "systemCgroups"),
    *("swapBehavior", "cpuManagerPolicy", "memoryManagerPolicy", "topologyManagerPolicy"),
    "memoryReservationPolicy",
    *("topologyManagerScope", "systemReservedCgroup", "kubeReservedCgroup", "reservedSystemCPUs"),
    *("enforceNodeAllocatable", "podLogsDir", "containerRuntimeEndpoint", "imageServiceEndpoint"),
    *("port", "readOnlyPort", "healthzPort", "maxPods", "podsPerCore", "podPidsLimit"),
    *("nodeStatusMaxImages", "nodeLeaseDurationSeconds", "oomScoreAdj", "maxOpenFiles"),
    *("evictionMaxPodGracePeriod", "imageGCHighThresholdPercent", "imageGCLowThresholdPercent"),
    *("maxParallelImagePulls", "registryPullQPS", "registryBurst", "containerLogMaxFiles"),
    *("containerLogMaxWorkers", "containerLogMaxSize", "imageMinimumGCAge", "imageMaximumGCAge"),
    *("containerLogMonitorInterval", "runtimeRequestTimeout", "syncFrequency", "cacheTTL"),
    *("fileCheckFrequency", "httpCheckFrequency", "streamingConnectionIdleTimeout"),
    *("cacheAuthorizedTTL", "cacheUnauthorizedTTL", "nodeStatusUpdateFrequency"),
    *("shutdownGracePeriod", "shutdownGracePeriodCriticalPods", "cpuCFSQuotaPeriod"),
    *("evictionPressureTransitionPeriod", "nodeStatusReportFrequency", "flushFrequency"),
    *("verbosity", "eventBurst", "eventRecordQPS", "kubeAPIBurst", "kubeAPIQPS"),
    *("contentType", "volumeStatsAggPeriod", "iptablesMasqueradeBit", "iptablesDropBit"),
    *("cpuManagerReconcilePeriod", "tlsCertFile", "tlsPrivateKeyFile", "pid", "cpu", "memory"),
    *("ephemeral-storage", "available", "inodesFree"),
)
KUBERNETES = (
    *("apiVersion", "kind", "name", "namespace", "image", "imagePullPolicy", "hostPath", "path"),
    *("type", "mountPath", "criSocket", "kubernetesVersion", "containerRuntime", "restartPolicy"),
    *("dnsPolicy", "priorityClassName", "subPath", "hostPort", "containerPort", "protocol"),
    *("podSubnet", "serviceSubnet", "dnsDomain", "imageRepository", "clusterName"),
)
CONTAINERD = (
    *("version", "root", "state", "temp", "plugin_dir", "oom_score", "imports", "uid", "gid"),
    *("required_plugins", "disabled_plugins", "level", "tcp_address", "tcp_tls_ca"),
    *("tcp_tls_cert", "tcp_tls_key", "tcp_tls_common_name", "max_recv_message_size"),
    *("max_send_message_size", "socket_path", "accepts", "returns", "platform", "exports"),
    *("capabilities", "sandbox", "sandbox_image", "snapshotter", "default_runtime_name"),
    *("runtime_type", "runtime_path", "runtime_engine", "runtime_root", "base_runtime_spec"),
    *("pod_annotations", "container_annotations", "cni_conf_dir", "cni_max_conf_num"),
    *("sandboxer", "sandbox_mode", "io_type", "BinaryName", "CriuImagePath", "CriuPath"),
    *("CriuWorkPath", "IoGid", "IoUid", "ShimCgroup", "TaskApiAddress", "TaskApiVersion"),
    *("TypeUrl", "ConfigPath", "bin_dir", "bin_dirs", "conf_dir", "max_conf_num"),
    *("conf_template", "ip_pref", "config_path", "endpoint", "ca_file", "cert_file", "key_file"),
    *("stream_server_address", "stream_server_port", "stream_idle_timeout", "tls_cert_file"),
    *("tls_key_file", "max_container_log_line_size", "max_concurrent_downloads"),
    *("max_concurrent_unpacks", "max_concurrent_uploaded_layers", "selinux_category_range"),
    *("stats_collect_period", "stats_retention_period", "image_pull_progress_timeout"),
    *("concurrent_layer_fetch_buffer", "unset_seccomp_profile", "cdi_spec_dirs", "key_model"),
    *("drain_exec_sync_io_timeout", "ignore_deprecation_warnings", "pause_threshold"),
    *("deletion_threshold", "mutation_threshold", "schedule_delay", "startup_delay", "cgroup"),
    *("plugin_config_path", "plugin_path", "plugin_registration_timeout", "root_path"),
    *("plugin_request_timeout", "default_platform", "differ", "tls_ca", "tls_cert", "tls_key"),
    "tolerate_missing_plugins_annotation",
    *("tls_common_name", "pool_name", "base_image_size", "fs_type", "sync_remove"),
    # As its CRI service tells them.
    *("containerdRootDir", "containerdEndpoint", "rootDir", "stateDir", "runtimeType"),
    *("runtimeEngine", "runtimeRoot", "runtimePath", "defaultRuntimeName", "sandboxImage"),
    *("maxContainerLogSize", "maxConcurrentDownloads", "imagePullProgressTimeout", "cdiSpecDirs"),
    *("streamServerAddress", "streamServerPort", "streamIdleTimeout", "selinuxCategoryRange"),
    *("statsCollectPeriod", "binDir", "binDirs", "baseRuntimeSpec", "cniConfDir", "cniMaxConfNum"),
    *("configPath", "PodAnnotations", "ContainerAnnotations"),
    *("confDir", "confTemplate", "Name", "Source", "CNIVersion", "IFName", "Dst", "maxConfNum"),
)
OF_IMAGES = (
    *("server", "host", "ca", "client", "dial_timeout", "mirrors", "addresses", "gid"),
    *("runtime-endpoint", "image-endpoint", "timeout", "max-retries", "cni_path", "data_root"),
    *("cni_netconfpath", "cgroup_manager", "hosts_dir", "host_gateway_ip", "bridge_ip"),
    *("userns_remap", "dns", "dns_opts", "dns_search", "keepBytes", "gckeepstorage"),
    *("max-parallelism", "binary", "networkMode", "cniConfigPath", "cniBinaryPath"),
)
DOCKER = (
    *("exec-opts", "log-driver", "max-size", "max-file", "max-buffer-size", "compress", "mode"),
    *("data-root", "graph", "exec-root", "storage-driver", "storage-opts", "hosts", "group"),
    *("registry-mirrors", "insecure-registries", "bip", "bridge", "mtu", "pidfile", "fixed-cidr"),
    *("cgroup-parent", "default-runtime", "default-cgroupns-mode", "containerd", "log-level"),
    *("containerd-namespace", "containerd-plugins-namespace", "tlscacert", "tlscert", "tlskey"),
    *("http-proxy", "https-proxy", "no-proxy", "httpProxy", "httpsProxy", "noProxy"),
    *("max-concurrent-uploads", "max-download-attempts", "shutdown-timeout", "base", "size"),
    *("min-api-version", "userland-proxy-path", "native.cgroupdriver", "native.umask"),
    *("cache-disabled", "cache-max-size", "cache-max-file", "cache-compress"),
)
CNI = (
    *("cniVersion", "subnet", "gateway", "rangeStart", "rangeEnd"),
    *("dst", "gw", "bridge", "master"),
    *("ipv4_pools", "ipv6_pools", "log_level", "log_file_path", "datastore_type", "cniVersions"),
)
UNITS = (
    *("After", "Before", "Wants", "Requires", "Requisite", "BindsTo", "PartOf", "Upholds"),
    *("Conflicts", "OnFailure", "OnSuccess", "WantedBy", "RequiredBy", "Alias", "Also", "Names"),
    *("Type", "Restart", "RestartSec", "KillMode", "KillSignal"),
    *("TimeoutSec", "TimeoutStartSec", "TimeoutStopSec", "Delegate", "DelegateControllers"),
    *("Slice", "OOMScoreAdjust", "LimitNOFILE", "LimitNOFILESoft"),
    *("LimitNPROC", "LimitCORE", "LimitMEMLOCK"),
    *("TasksMax", "StartLimitInterval", "StartLimitIntervalSec", "StartLimitBurst", "Nice"),
    *("EnvironmentFile", "PassEnvironment", "UnsetEnvironment", "User", "Group", "PIDFile"),
    *("WorkingDirectory", "RuntimeDirectory", "StateDirectory", "ConfigurationDirectory"),
    *("ListenStream", "SocketMode", "SocketUser", "SocketGroup", "Service", "Sockets"),
    *("ConditionPathExists", "ConditionVirtualization", "AssertPathExists", "StandardOutput"),
    *("StandardError", "SyslogIdentifier", "Triggers", "TriggeredBy", "Id", "LoadState"),
    *("LoadError", "ActiveState", "SubState", "Result", "UnitFileState", "MainPID"),
    *("ExecMainStatus", "NRestarts", "FragmentPath", "DropInPaths", "ControlGroup"),
    *("DefaultLimitNOFILE", "DefaultTasksMax", "DefaultTimeoutStopSec", "ConsistsOf"),
    *("RequiredBy", "BoundBy", "OOMPolicy", "CPUWeight", "MemoryMax", "Where", "What"),
    # journald.conf(5)
    *("Storage", "SystemMaxUse", "SystemKeepFree", "SystemMaxFileSize", "SystemMaxFiles"),
    *("RuntimeMaxUse", "RuntimeKeepFree", "RuntimeMaxFileSize", "RuntimeMaxFiles"),
    *("MaxRetentionSec", "MaxFileSec", "RateLimitInterval", "RateLimitIntervalSec"),
    *("RateLimitBurst", "MaxLevelStore", "SplitMode", "SyncIntervalSec", "LineMax"),
)
FLAGS = (
    # The kubelet's.
    *("config", "config-dir", "root-dir", "cert-dir", "kubeconfig", "bootstrap-kubeconfig", "v"),
    *("hostname-override", "node-ip", "node-labels", "register-with-taints", "lock-file"),
    *("image-credential-provider-config", "image-credential-provider-bin-dir", "cloud-provider"),
    *("cloud-config", "feature-gates", "client-ca-file", "authorization-mode", "logging-format"),
    *("authentication-token-webhook-cache-ttl", "authorization-webhook-cache-authorized-ttl"),
    *("authorization-webhook-cache-unauthorized-ttl", "pod-manifest-path", "manifest-url"),
    *("pod-max-pids", "reserved-cpus", "system-reserved", "kube-reserved", "eviction-hard"),
    *("eviction-soft", "eviction-soft-grace-period", "eviction-minimum-reclaim", "registry-qps"),
    *("minimum-image-ttl-duration", "image-gc-high-threshold", "image-gc-low-threshold"),
    *("container-log-max-size", "container-log-max-files", "container-runtime"),
    *("runtime-cgroups", "pod-infra-container-image", "network-plugin", "network-plugin-mtu"),
    *("cni-conf-dir", "cni-bin-dir", "cni-cache-dir", "docker-endpoint", "vmodule"),
    *("image-pull-progress-deadline", "experimental-dockershim-root-directory", "qos-reserved"),
    *("minimum-container-ttl-duration", "maximum-dead-containers", "seccomp-profile-root"),
    *("maximum-dead-containers-per-container", "master-service-namespace", "api-servers"),
    *("max-pods", "stderrthreshold", "log-dir", "event-qps", "kube-api-qps"),
    "kube-api-content-type",
    *("log-file", "log-file-max-size", "sync-frequency"),
    # Of containerd, Docker and buildkitd.
    *("address", "root", "state", "log-level", "config-file", "host", "log-driver", "exec-opt"),
    *("storage-driver", "storage-opt", "registry-mirror", "insecure-registry"),
    *("add-runtime", "addr", "containerd-worker-addr", "containerd-worker-namespace"),
    *("containerd-worker-snapshotter", "oci-worker-snapshotter", "oci-worker-net"),
    *("containerd-worker", "oci-worker", "group", "graph", "pidfile"),
    # Variables.
    *("http_proxy", "https_proxy", "no_proxy", "all_proxy", "ftp_proxy", "socks_proxy"),
    *("PATH", "LANG", "LC_ALL", "HOME", "GOTRACEBACK", "GOMAXPROCS", "GODEBUG", "TZ"),
    *("CONTAINER_RUNTIME_ENDPOINT", "IMAGE_SERVICE_ENDPOINT", "CONTAINERD_ADDRESS"),
    *("CONTAINERD_NAMESPACE", "KUBELET_CONFIG_DROPIN_DIR_ALPHA", "DOCKER_RAMDISK", "DOCKER_HOST"),
    *("CONTAINER_RUNTIME", "KUBELET_PORT", "NODE_IP", "container"),
    # Options that stand in values of others.
    *("cgroupdriver", "umask", "max-size", "max-file", "max-buffer-size", "systemd_cgroup"),
    # The kernel's (cgroups, modules, sysctls, security).
    *("unified_cgroup_hierarchy", "legacy_systemd_cgroup_controller", "cgroup_no_v1"),
    *("cgroup_enable", "cgroup_disable", "modules_load", "blacklist", "module_blacklist"),
    *("ip_forward", "bridge-nf-call-iptables", "bridge-nf-call-ip6tables", "overcommit_memory"),
    *("swapaccount", "apparmor", "selinux", "enforcing", "security", "lsm", "ipv6_disable"),
    *("forwarding", "disable_ipv6", "panic", "oops", "panic_on_oops", "max_map_count"),
    *("max_user_instances", "max_user_watches", "inotify", "init", "systemd.unit", "unit"),
)
