# What is asked of daemons, and the files of theirs that name others.

# The strings of an array in a file of TOML.
array_of() { # KEY FILE
    [ -f "$2" ] || return 0
    # shellcheck disable=SC2016
    awk -v key="$1" '{ sub(/\r$/, "") }
        /^[ \t]*#/ { next }
        !inside && $0 ~ "^[ \t]*\"?" key "\"?[ \t]*=" { inside = 1; sub(/^[^=]*=/, "") }
        inside { line = $0
            while (match(line, /"[^"]*"|\047[^\047]*\047|\]|#/)) {
                found = substr(line, RSTART, RLENGTH)
                line = substr(line, RSTART + RLENGTH)
                if (found == "#") break
                if (found == "]") { inside = 0; break }
                print substr(found, 2, length(found) - 2)
            } }' "$2"
}

# A key of TOML that stands before the first table.
top_level() { # KEY FILE
    [ -f "$2" ] || return 0
    # shellcheck disable=SC2016
    awk -v key="$1" '/^[ \t]*\[/ { exit }
        $0 ~ "^[ \t]*\"?" key "\"?[ \t]*=" {
            sub(/^[^=]*=[ \t]*["\047]/, ""); sub(/["\047].*$/, ""); print }' "$2"
}

# The last line that is not empty, else what is given.
last() { # LINES ELSE
    found=$(printf '%s\n' "$1" | sed -n '/./h; ${x;p;}')
    echo "${found:-$2}"
}

# A real path, else that of the nearest folder above it that is there.
nearest() {
    case $1 in /*) at=$1 ;; *) at=/ ;; esac
    wish s "$at"
    while [ ! -e "$at" ]; do
        at=${at%/*}
        at=${at:-/}
        wish s "$at"
    done
    readlink -f "$at"
}

# Folders that systemd reads at boot: of files with one name the first one counts.
boot_files() { # NAME
    counted=' '
    for above in @ABOVE@; do
        wish l "$above/$1"
        for path in "$above/$1"/*.conf; do
            name=${path##*/}
            case $counted in *" $name "*) continue ;; esac
            counted="$counted$name "
            wish r "$path"
        done
    done
}

# One server's folder: its hosts.toml, and what that and the folder name as certificates.
registry() { # FOLDER
    wish sl "$1"
    [ -d "$1" ] || return 0
    wish s "$1"/*
    wish r "$1/hosts.toml"
    [ -f "$1/hosts.toml" ] || return 0
    # Without the values of headers, which are secrets and no paths.
    # shellcheck disable=SC2016
    told_of "$1/hosts.toml" | awk '/^[ \t]*[#[]/ { on = 0; next }
        /^[ \t]*["\047]?[A-Za-z_-]+["\047]?[ \t]*=/ { on = ($0 ~ /^[ \t]*["\047]?(ca|client)["\047]?[ \t]*=/) }
        on { while (match($0, /"[^"]*"|\047[^\047]*\047/)) {
            print substr($0, RSTART + 1, RLENGTH - 2); $0 = substr($0, RSTART + RLENGTH) } }' |
        while IFS= read -r named; do
            case $named in
            *://* | '') ;;
            /*) wish s "$named" ;;
            *) wish s "$1/$named" "$(normal "$1/$named")" ;;
            esac
        done
}

# The kubelet's drop-ins, which are told: those of folders within too, but of no linked ones.
drop_ins() { # FOLDER DEPTH
    wish sl "${1%/}"
    [ ! -L "$1" ] || [ -f "$1" ] || return 0
    for path in "$1" "${1%/}"/.[!.]* "${1%/}"/*; do
        [ -e "$path" ] || [ -L "$path" ] || continue
        if [ -d "$path" ] && [ ! -L "$path" ]; then
            [ "$path" = "$1" ] || [ "$2" -gt 8 ] || drop_ins "$path" $(($2 + 1))
            continue
        fi
        wish s "$path"
        case $path in *.conf) ;; *) continue ;; esac
        wish r "$path"
        echo "$path"
    done
}

# Networks: files of CNI, and the folders of plugins beside them.
networks() { # FOLDER
    wish l "$1"
    for path in "${1%/}"/.[!.]* "${1%/}"/*; do
        case $path in *.conf | *.conflist | *.json) ;; *) continue ;; esac
        wish sr "$path"
        values_of name "$path" | while IFS= read -r name; do
            case $name in *' '* | */* | .*) continue ;; esac
            wish l "${1%/}/$name"
            wish r "${1%/}/$name"/*.conf
        done
    done
}

# Logs of pods: POD/CONTAINER/N.log, as many as unshim looks at.
logs() { # FOLDER
    wish l "$1"
    count=0
    for pod in "$1"/.[!.]* "$1"/*; do
        [ -e "$pod" ] || [ -L "$pod" ] || continue
        wish l "$pod"
        for container in "$pod"/.[!.]* "$pod"/*; do
            [ -e "$container" ] || [ -L "$container" ] || continue
            wish l "$container"
            for log in "$container"/*.log; do
                [ -e "$log" ] || [ -L "$log" ] || continue
                count=$((count + 1))
                [ $count -gt 2001 ] || wish s "$log"
            done
        done
    done
}

# The address in containerd's table `grpc`.
grpc_address() { # FILE
    [ -f "$1" ] || return 0
    # shellcheck disable=SC2016
    awk '/^[ \t]*\[/ { inside = ($0 ~ /grpc["\047]?[ \t]*\]/); next }
        inside && /^[ \t]*address[ \t]*=/ || /^[ \t]*grpc[.]address[ \t]*=/ {
            sub(/^[^=]*=[ \t]*["\047]/, ""); sub(/["\047].*$/, ""); print }' "$1"
}

# A path without `.`, `..` and doubled slashes, as text.
normal() {
    # shellcheck disable=SC2016
    printf '%s\n' "$1" | awk '{ count = split($0, part, "/"); depth = 0
        for (i = 1; i <= count; i++) {
            if (part[i] == "" || part[i] == ".") continue
            if (part[i] == "..") { if (depth) depth--; continue }
            kept[++depth] = part[i]
        }
        for (i = 1; i <= depth; i++) printf "/%s", kept[i]
        print depth ? "" : "/" }'
}

docker_active() {
    count=0
    for unit in $UNITS; do
        count=$((count + 1))
        [ "$unit" != docker.service ] || break
    done
    if [ -s "$W/shown" ]; then
        [ "$(shown $count ActiveState)" = active ]
    else
        [ ! -d /run/systemd/system ] && [ -n "$(pids_of dockerd dockerd-current)" ]
    fi
}

ask_containerd() { # SOCKET
    sock=$1
    for method in @DAEMON_CALLS@; do call "$sock" "$method" ''; done
    call "$sock" @NAMESPACES@ ''
    notes namespace >"$W/namespaces"
    while IFS= read -r namespace <&5; do
        call "$sock" @TASKS@ "$namespace"
        images "$sock" "$namespace"
    done 5<"$W/namespaces"
    for api in v1 v1alpha2; do
        call "$sock" /runtime.$api.RuntimeService/Version ''
        answered=$(notes error)
        case $answered in UNIMPLEMENTED) continue ;; '') cri "$sock" $api ;; esac
        break
    done
}

cri() { # SOCKET API
    call "$1" "/runtime.$2.RuntimeService/Status" '' '\010\001' CAE=
    for asked in @CRI_CALLS@; do
        # Where only v1alpha2 is served, v1 is asked first all the same, and says so.
        [ "$2" = v1 ] || call "$1" "/runtime.v1.$asked" ''
        call "$1" "/runtime.$2.$asked" ''
    done
    [ "$2" != v1 ] || call "$1" /runtime.v1.RuntimeService/RuntimeConfig ''
}

notes() { # WORD: what the last answer held of it
    sed -n "s/^$1 //p" "$W/notes"
}

# Images, their blobs and snapshots; and those manifests of which containerd noted no children.
images() { # SOCKET NAMESPACE
    call "$1" @IMAGES@ "$2"
    notes target | sed 's/^/child /' | awk '!seen[$0]++' >"$W/wanted"
    [ -s "$W/wanted" ] || return 0
    call "$1" @CONTENTS@* "$2" '' '' 5
    cp "$W/notes" "$W/blobs"
    : >"$W/snapshots"
    while IFS= read -r snapshotter <&6; do
        call_of "$1" @SNAPSHOTS@* "$2" "$snapshotter"
        notes snapshot >>"$W/snapshots"
    done 6<"$W/snapshotters"
    : >"$W/read"
    for round in 1 2 3 4 5; do
        : "$round"
        to_read "$W/wanted" >"$W/reading"
        [ -s "$W/reading" ] || break
        : >"$W/wanted"
        while IFS= read -r digest <&6; do
            echo "$digest" >>"$W/read"
            call_of "$1" @READ@* "$2" "$digest"
            sed -n '/^child /p; /^config /p' "$W/notes" >>"$W/wanted"
        done 6<"$W/reading"
    done
}

# Which blobs have to be read: manifests without containerd's notes, configurations without the
# note of their snapshot.
to_read() { # FILE of `child DIGEST` and `config DIGEST`
    # shellcheck disable=SC2016
    awk -v limit=4194304 '
        FILENAME ~ /read$/ { done[$1] = 1; next }
        FILENAME ~ /snapshots$/ { snapshot[$1] = 1; next }
        FILENAME ~ /blobs$/ && $1 == "digest" { blob = $2; there[blob] = 1; next }
        FILENAME ~ /blobs$/ && $1 == "size" { size[blob] = $2; next }
        FILENAME ~ /blobs$/ && $1 == "key" { key = $2; next }
        FILENAME ~ /blobs$/ && $1 == "value" {
            if (key == "containerd.io/gc.ref.content.config") config[blob] = $2
            if (key ~ /^containerd.io\/gc.ref.content.l.[0-9]+$/) {
                sub(/^.*[.]/, "", key); layers[blob]++; layer[blob, key + 0] = 1 }
            if (key ~ /^containerd.io\/gc.ref.snapshot./) unpacked[blob] = unpacked[blob] " " $2
            next }
        FILENAME ~ /wanted$/ { order[++count] = $0 }
        END { for (i = 1; i <= count; i++) {
            split(order[i], word, " ")
            visit(word[2], word[1]) } }
        function visit(digest, kind,   n, i, chain) {
            if (!(digest in there)) return
            if (kind == "config") {
                n = split(unpacked[digest], chain, " ")
                for (i = 1; i <= n; i++) if (chain[i] in snapshot) return
            } else if (noted(digest)) { visit(config[digest], "config"); return }
            if (!(digest in done) && size[digest] + 0 <= limit) { done[digest] = 1; print digest }
        }
        function noted(digest,   i) {
            if (!(digest in config) || !layers[digest]) return 0
            for (i = 0; i < layers[digest]; i++) if (!((digest, i) in layer)) return 0
            return 1
        }' "$W/read" "$W/snapshots" "$W/blobs" "$1"
}
