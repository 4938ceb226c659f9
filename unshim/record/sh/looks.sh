# Everything that facts ask, by subject: what a subject's Places name first, then what answers lead to.

find_timeout
find_curl
processes
units

@PLACES@

# The distribution.
[ -f /etc/os-release ] || wish r /usr/lib/os-release

# The kubelet.
service kubelet kubelet.service kubelet
wish r /etc/kubernetes/*.yaml /etc/kubernetes/*.yml
flag kubelet config >"$W/found"
flag kubelet config-dir >"$W/folders"
while IFS= read -r folder; do
    above=${folder%/}
    above=${above%/*}
    wish s "${above:-/}"
    drop_ins "$folder" 0
done <"$W/folders" >>"$W/found"
cp "$W/found" "$W/kubelet-files"
flag kubelet image-credential-provider-config >"$W/providers"
while IFS= read -r path; do wish sr "$path"; done <"$W/providers"
flag kubelet image-credential-provider-bin-dir | while IFS= read -r folder; do
    wish s "$folder"
    while IFS= read -r path; do
        values_of name "$path" | while IFS= read -r name; do wish s "${folder%/}/$name"; done
    done <"$W/providers"
done
{
    flag kubelet pod-manifest-path
    while IFS= read -r path; do
        wish sr "$path"
        values_of staticPodPath "$path"
    done <"$W/found"
} >"$W/manifests"
while IFS= read -r folder; do
    wish slr "$folder"
    for path in "${folder%/}"/*; do [ ! -e "$path" ] || wish sr "$path"; done
done <"$W/manifests"
{
    flag kubelet container-runtime-endpoint image-service-endpoint
    while IFS= read -r path; do values_of containerRuntimeEndpoint "$path"; done <"$W/found"
    echo /var/run/dockershim.sock
    echo /run/containerd/containerd.sock
} | sed 's|^unix://||; s|^unix:||' | awk '!seen[$0]++' >"$W/endpoints"
while IFS= read -r path; do
    wish s "$path"
    case $path in /*) socket "$path" ;; esac
done <"$W/endpoints"

# containerd.
service containerd containerd.service containerd
flag containerd config c >"$W/found"
[ -s "$W/found" ] || echo @CONFIG_PATH@ >"$W/found"
: >"$W/imported"
while [ -s "$W/found" ]; do
    : >"$W/next"
    while IFS= read -r path; do
        ! grep -qxF -e "$path" "$W/imported" || continue
        echo "$path" >>"$W/imported"
        wish sr "$path"
        [ -f "$path" ] || continue
        array_of imports "$path" | while IFS= read -r name; do
            case $name in /*) ;; *)
                matching "/$name"
                name=${path%/*}/$name
                ;;
            esac
            matching "$(normal "$name")"
        done >>"$W/next"
    done <"$W/found"
    [ "$(wc -l <"$W/imported")" -lt 64 ] || break
    mv "$W/next" "$W/found"
done
containerd_files() { while IFS= read -r path; do "$@" "$path"; done <"$W/imported"; }
{
    flag containerd address a
    [ -n "$(flag containerd address a)" ] || containerd_files grpc_address
} | sed 's|^unix://||; s|^unix:||' | grep '^/' >"$W/addresses"
[ -s "$W/addresses" ] || echo @SOCKET_PATH@ >"$W/addresses"
while IFS= read -r path; do socket "$path"; done <"$W/addresses"
for path in @MANAGED_SOCKETS@; do
    wish s "${path%/*}"
    [ ! -S "$path" ] || { socket "$path" && echo "$path" >>"$W/addresses"; }
done
{
    echo @SNAPSHOTTER@
    containerd_files values_of snapshotter
} | grep '^[A-Za-z0-9._-]*$' | awk '!seen[$0]++' >"$W/snapshotters"
while IFS= read -r path; do
    # shellcheck disable=SC2046
    for real in $(readlink -f "$path"); do
        case " $LISTENING " in *" $real "*) [ -z "$GRPC" ] || ask_containerd "$real" ;; esac
    done
done <"$W/addresses"

# Docker. Its socket is asked only where docker.service is up: a connect could start it.
service docker docker.service dockerd dockerd-current
{
    flag docker config-file
    echo @DOCKER_CONFIG@
} >"$W/docker-files"
while IFS= read -r path; do wish sr "$path"; done <"$W/docker-files"
running_root=
if [ -n "$HTTP" ] && docker_active; then
    http @DOCKER_SOCKET@ '@DOCKER_INFO@'
    running_root=$(notes root)
    http @DOCKER_SOCKET@ '@DOCKER_IMAGES@'
    http @DOCKER_SOCKET@ '@DOCKER_CONTAINERS@'
    notes id | grep '^[A-Za-z0-9]*$' | sed '@DOCKER_LIMIT@q' >"$W/containers"
    while IFS= read -r id <&5; do http @DOCKER_SOCKET@ "/containers/$id/json"; done 5<"$W/containers"
fi

# crictl.
programs crictl crictl
while IFS= read -r path; do wish r "${path%/*}/crictl.yaml"; done <"$W/programs.crictl"

# nerdctl and buildkitd.
programs nerdctl nerdctl
unit=buildkit.service
[ -s "$W/unit.$unit" ] || unit=buildkitd.service
service buildkit $unit buildkitd
{
    flag buildkit config
    echo @BUILDKIT_CONFIG@
} | while IFS= read -r path; do wish r "$path"; done
for path in @BUILDKIT_SOCKETS@; do socket $path; done

# Where a fix would write.
wish r @FIXES_WRITE@

# Registries: the folders of each server, their hosts.toml, and whether the certificates are there.
{
    containerd_files values_of config_path | tr : '\n'
    containerd_files values_of config_path
    for path in @TREES@; do echo $path; done
} | awk '/^\// && !seen[$0]++' >"$W/found"
while IFS= read -r tree; do
    wish l "$tree"
    for folder in "${tree%/}"/.[!.]* "${tree%/}"/*; do
        [ ! -e "$folder" ] || registry "$folder"
    done
done <"$W/found"

# CNI: networks and plugins.
{
    containerd_files values_of conf_dir
    flag kubelet cni-conf-dir
    echo @CNI_CONF@
} | awk '!seen[$0]++' >"$W/found"
while IFS= read -r folder; do networks "$folder"; done <"$W/found"
{
    containerd_files values_of bin_dir
    containerd_files array_of bin_dirs
    flag kubelet cni-bin-dir | tr , '\n'
    for path in @CNI_BIN@; do echo $path; done
} | awk '!seen[$0]++' >"$W/found"
while IFS= read -r folder; do
    wish l "$folder"
    wish s "${folder%/}"/*
done <"$W/found"

# Disks.
kubelet_configs() { while IFS= read -r path; do "$@" "$path"; done <"$W/kubelet-files"; }
docker_files() { while IFS= read -r path; do "$@" "$path"; done <"$W/docker-files"; }
pod_logs=$(last "$(kubelet_configs values_of podLogsDir)" /var/log/pods)
graph=$(last "$(docker_files values_of graph)" /var/lib/docker)
graph=$(last "$(docker_files values_of data-root)" "$graph")
{
    echo /
    last "$(containerd_files top_level root)" /var/lib/containerd
    last "$(containerd_files top_level state)" /run/containerd
    last "$running_root" "$(last "$(flag docker graph data-root)" "$graph")"
    last "$(flag kubelet root-dir)" /var/lib/kubelet
    echo "$pod_logs"
} | awk '!seen[$0]++' >"$W/found"
while IFS= read -r path; do nearest "$path"; done <"$W/found" | sort -u >"$W/disks"
set --
while IFS= read -r path; do set -- "$@" "$path"; done <"$W/disks"
command_ 3 df -Pk -- "$@"
command_ 3 df -Pi -- "$@"

# Logs.
logs "$pod_logs"
wish s @LINKS@/*
# shellcheck disable=SC2016
included=$(awk '$1 == "include" && NF == 2 && $2 ~ /^\// { sub(/\/+$/, "", $2); print $2 }' /etc/logrotate.conf 2>/dev/null)
for path in @MENTIONS@ $included; do
    wish slr "$path"
    [ ! -d "$path" ] || find -L "$path" 2>/dev/null | sed 2000q >"$W/found"
    [ ! -d "$path" ] || while IFS= read -r one; do wish slr "$one"; done <"$W/found"
done

# Proxies.
for folder in @MANAGER_FOLDERS@; do wish r $folder/*.conf; done
for pid in $(pids_of kubelet containerd dockerd dockerd-current buildkitd); do
    wish s "/proc/$pid/exe"
    # shellcheck disable=SC2086
    environment "$pid" $SPELLINGS
done
# shellcheck disable=SC2046
[ ! -s "$W/passed" ] || environment 1 $(cat "$W/passed")
