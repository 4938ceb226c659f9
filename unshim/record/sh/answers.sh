# Commands, processes, sockets and daemons: what they answer.

# Runs a command of at most so many seconds, where `timeout` is not there too.
bounded() { # SECONDS COMMAND...
    seconds=$1
    shift
    if [ "$TIMEOUT" = gnu ]; then
        timeout -k 1 "$seconds" "$@"
        return
    elif [ "$TIMEOUT" = busybox ]; then
        timeout -t "$seconds" "$@"
        return
    fi
    "$@" &
    child=$!
    (
        while [ "$seconds" -gt 0 ]; do
            sleep 1
            kill -0 $child 2>/dev/null || exit 0
            seconds=$((seconds - 1))
        done
        kill -9 $child 2>/dev/null
    ) >/dev/null 2>&1 &
    wait $child
}

find_timeout() {
    TIMEOUT=
    # shellcheck disable=SC2209
    if timeout -k 1 1 true 2>/dev/null; then TIMEOUT=gnu; elif timeout -t 1 true 2>/dev/null; then TIMEOUT=busybox; fi
}

# What another user can change is not run with root's rights.
others_program() {
    [ "$ROOT" = true ] || return 1
    # shellcheck disable=SC2046
    set -- $(stat -L -c '%f %u %g' -- "$1" 2>/dev/null)
    [ $# = 3 ] || return 1
    [ "$2" != 0 ] || [ $((0x$1 & 2)) != 0 ] || { [ $((0x$1 & 16)) != 0 ] && [ "$3" != 0 ]; }
}

# Where unshim itself finds a program.
found_on_path() { # NAME
    for folder in $(echo "$DIRECTORIES" | tr : ' '); do
        [ ! -f "$folder/$1" ] || [ ! -x "$folder/$1" ] || { echo "$folder/$1" && return; }
    done
}

# Runs a program that only reads, and puts its answer into the index.
command_() { # SECONDS PROGRAM ARGUMENT...
    seconds=$1
    shift
    case $1 in
    /*) program=$1 ;;
    *) program=$(found_on_path "$1") ;;
    esac
    printf '%s{"argv": [%s]' "$([ ! -s "$W/commands" ] || echo ,)" "$(clean strings "$@")" >>"$W/commands"
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then
        not_run "$1 is not installed" not-present
        return
    elif others_program "$program"; then
        not_run "not recorded: another user may change $1" not-recorded
        return
    fi
    how=string
    [ "$1" != systemctl ] || how=sieve-string
    shift
    # Both streams lose their secrets before they reach the disk.
    {
        {
            {
                bounded "$seconds" env -i LC_ALL=C.UTF-8 "PATH=$DIRECTORIES" SYSTEMD_PAGER=cat \
                    "$program" "$@" 2>&3 3>&- </dev/null
                echo $? >"$W/code"
            } | capped $how >"$W/out"
        } 3>&1 >/dev/null
    } | capped string >"$W/err"
    read -r code <"$W/code"
    case $code in
    124 | 137 | 143) not_run "$program did not end within $seconds s" timeout ;;
    *)
        printf ', "code": %s, "stdout": %s, "stderr": %s}\n' "$code" "$(cat "$W/out")" \
            "$(cat "$W/err")" >>"$W/commands"
        ;;
    esac
}

# A stream as a JSON string.
capped() { # MODE
    { head -c 2097152 && printf .; } | clean "$1"
}

not_run() { # REASON WHY
    printf ', %s\n' "$(missing "$@" | sed 's/^{//')" >>"$W/commands"
    FAILED=yes
}

# Kubelets and daemons of this pid namespace, by pid; a container's own are not this node's.
processes() {
    # shellcheck disable=SC2016
    ls -l /proc/[0-9]*/exe 2>/dev/null | awk -v known="$KNOWN" '
        { gone = $0; sub(/ \(deleted\)$/, "", gone)
          name = gone; sub(/^.*\//, "", name)
          if (index(" " known " ", " " name " ") && match(gone, /\/proc\/[0-9]+\/exe/))
              print substr(gone, RSTART + 6, RLENGTH - 10) }' >"$W/pids"
    for folder in /proc/[0-9]*; do
        comm=
        { IFS= read -r comm <"$folder/comm"; } 2>/dev/null || continue
        case " $KNOWN " in *" $comm "*) echo "${folder#/proc/}" ;; esac
    done >>"$W/pids"
    boot=$(sed -n 's/^btime //p' /proc/stat)
    ticks=$(getconf CLK_TCK 2>/dev/null) || ticks=100
    : >"$W/processes"
    for pid in $(sort -un "$W/pids"); do process "$pid"; done
}

process() { # PID
    comm=$(cat "/proc/$1/comm" 2>/dev/null) || return 0
    spaces=$(sed -n 's/^NSpid:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null)
    case $spaces in *[!0-9]*) return 0 ;; esac
    uid=$(awk '$1 == "Uid:" { print $2 }' "/proc/$1/status" 2>/dev/null)
    words=$(cat "/proc/$1/cmdline" 2>/dev/null | tr '\n\000' '\001\n' | clean argv)
    [ -n "$words" ] && [ -n "$uid" ] || return 0
    exe=$(readlink "/proc/$1/exe" 2>/dev/null) || exe=
    exe=${exe%' (deleted)'}
    begun=$(awk -v boot="$boot" -v ticks="$ticks" '{
        sub(/^.*\)/, "")
        at = boot + $20 / ticks
        whole = int(at + 0.5)
        if (whole == at + 0.5 && whole % 2) whole-- # a half goes to the even second
        print whole }' \
        "/proc/$1/stat" 2>/dev/null)
    printf '%s{"pid": %s, "name": %s, "exe": %s, "argv": [%s], "started": %s, "uid": %s}\n' \
        "$([ ! -s "$W/processes" ] || echo ,)" "$1" "$(string "$comm")" "$(string "$exe")" \
        "$words" "${begun:-0}" "$uid" >>"$W/processes"
    echo "$1 $uid ${exe:-$comm}" >>"$W/daemons"
}

# The pids of root's processes whose program has one of these names.
pids_of() { # NAME...
    [ -f "$W/daemons" ] || return 0
    while read -r pid uid exe; do
        for name in "$@"; do
            [ "$uid" != 0 ] || [ "${exe##*/}" != "$name" ] || echo "$pid"
        done
    done <"$W/daemons"
}

# These variables of a process, and of all its others not even the names.
environment() { # PID NAME...
    pid=$1
    shift
    printf '%s{"pid": %s, ' "$([ ! -s "$W/environments" ] || echo ,)" "$pid" >>"$W/environments"
    if [ ! -d "/proc/$pid" ]; then
        missing "process $pid is gone" not-running | sed 's/^{//' >>"$W/environments"
    elif ! cat "/proc/$pid/environ" >/dev/null 2>&1; then
        missing "not root: /proc/$pid/environ may not be read" not-permitted | sed 's/^{//' >>"$W/environments"
    else
        printf '"values": {%s}}\n' "$(cat "/proc/$pid/environ" 2>/dev/null | tr '\n\000' '\001\n' |
            clean environment NAMES="$*")" >>"$W/environments"
    fi
}

# Whether something listens, as the kernel tells it: without a connect, so nothing is started.
listening() { # REAL-PATH
    # shellcheck disable=SC2016
    awk '$4 == "00010000" { print $8 }' /proc/net/unix | while IFS= read -r bound; do
        case $bound in
        /*) [ "$(readlink -f "$bound")" != "$1" ] || { echo yes; break; } ;;
        esac
    done
}

socket() { # PATH
    case " $SOCKETS " in *" $1 "*) return ;; esac
    SOCKETS="$SOCKETS $1"
    real=$(readlink -f "$1" 2>/dev/null) || real=$1
    state=absent reason='there is nothing at this path'
    if [ -S "$1" ]; then
        state=refused reason='nothing listens at this socket'
        if [ ! -w "$1" ]; then
            state=unknown reason='not root: it may not be used'
        else
            [ -z "$(listening "$real")" ] || { state=listening reason='' && LISTENING="$LISTENING $real"; }
        fi
    elif [ -e "$1" ]; then
        state=not-a-socket reason='there is a file at this path'
        real=$1
        [ ! -d "$1" ] || reason='there is a directory at this path'
    else
        real=$1
    fi
    printf '%s%s: {"state": "%s", "reason": "%s", "real": %s}\n' \
        "$([ ! -s "$W/sockets" ] || echo ,)" "$(string "$1")" "$state" "$reason" "$(string "$real")" >>"$W/sockets"
}

# What daemons are asked with: a curl that speaks to unix sockets (7.40), and HTTP/2 at once (7.49);
# else any old Python.
find_curl() {
    HTTP='' GRPC=''
    told=$(curl --version 2>/dev/null) || told=
    case $told in *UnixSockets* | *unix-sockets*) HTTP=curl ;; esac
    case $told in "curl 7.4"[0-8]*) ;; *HTTP2*) GRPC=$HTTP ;; esac
    for PYTHON in python3 python python2 /usr/libexec/platform-python none; do
        ! "$PYTHON" -E -s -c 'import socket, struct' >/dev/null 2>&1 || break
    done
    [ "$PYTHON" != none ] || return 0
    HTTP=${HTTP:-python}
    GRPC=${GRPC:-python}
}

# The body of an answer, as numbers; its headers and curl's own code go to files.
asking_http() { # SECONDS SOCKET PATH
    : >"$W/headers"
    {
        if [ "$HTTP" = curl ]; then
            bounded $(($1 + 1)) curl -q -s -g -m "$1" --noproxy '*' --unix-socket "$2" -D "$W/headers" \
                -H 'Accept: application/json' "http://localhost$3" 2>/dev/null
        else
            bounded $(($1 + 1)) "$PYTHON" -E -s "$W/exchange.py" "$1" "$2" "$3" "$W/headers" http 2>/dev/null
        fi
        echo $? >"$W/code"
    } </dev/null | od -A n -v -t u1
}

asking_grpc() { # SECONDS SOCKET METHOD NAMESPACE [CURL-ARGUMENT...]
    seconds_=$1 sock_=$2 path_=$3 of_=$4
    shift 4
    : >"$W/headers"
    {
        if [ "$GRPC" = curl ]; then
            [ -z "$of_" ] || set -- "$@" -H "containerd-namespace: $of_"
            bounded $((seconds_ + 1)) curl -q -s -g -m "$seconds_" --noproxy '*' --unix-socket "$sock_" \
                -D "$W/headers" --http2-prior-knowledge -H 'content-type: application/grpc' \
                -H 'te: trailers' "$@" "http://localhost$path_" 2>/dev/null
        else
            bounded $((seconds_ + 1)) "$PYTHON" -E -s "$W/exchange.py" "$seconds_" "$sock_" "$path_" \
                "$W/headers" grpc "$of_" 2>/dev/null
        fi
        echo $? >"$W/code"
    } | od -A n -v -t u1
}

# Whether curl gave up for a stream that was reset (92), without a status.
cut_off() {
    [ "$(cat "$W/code")" = 92 ] && ! grep -q '^grpc-status:' "$W/headers"
}

# One gRPC call. REQUEST is the message as printf's octal digits, ENCODED the same in base64.
call() { # SOCKET METHOD NAMESPACE [REQUEST ENCODED [SECONDS]]
    at=$1 method=$2 of=$3 request=${4:-} encoded=${5:-}
    printf '%s' "$([ ! -s "$W/calls" ] || echo ,)" >>"$W/calls"
    rm -f "$W/notes"
    begun=$(printf '{"socket": %s, "method": "%s", "namespace": "%s", "request": "%s"' \
        "$(string "$at")" "$method" "$of" "$encoded")
    set -- "${6:-3}" "$at" "${method%\*}" "$of"
    for turn in 1 2 3 4 5 6; do
        # shellcheck disable=SC2059
        printf "\\000\\000\\000\\000\\$(printf %03o $((${#request} / 4)))$request" |
            asking_grpc "$@" --data-binary @- >"$W/body"
        [ "$GRPC" = curl ] && cut_off || break
        # A server that lacks the method may hang up before it has the message, and curl then
        # loses its words: without a message it is asked once more, and nothing but that is kept.
        asking_grpc "$@" -X POST >"$W/body" </dev/null
        ! grep -q '^grpc-status: 12' "$W/headers" || break
        : "$turn"
    done
    clean call METHOD="${method%\*}" NOTES="$W/notes" HEADERS="$W/headers" RC="$W/code" \
        CALL="$(printf %s "$begun" | sed 's/\\/\\\\/g')" <"$W/body" >>"$W/calls"
    touch "$W/notes"
}

# A call whose request is one text: field 1 of the message.
call_of() { # SOCKET METHOD NAMESPACE TEXT
    octal=$(printf %s "$4" | od -A n -v -t o1 | tr -d '\n' | sed 's/  */\\/g')
    octal="\\012\\$(printf %03o ${#4})$octal"
    # shellcheck disable=SC2059
    call "$1" "$2" "$3" "$octal" "$(printf "$octal" | od -A n -v -t u1 | clean base64)" 5
}

http() { # SOCKET PATH
    printf '%s' "$([ ! -s "$W/http" ] || echo ,)" >>"$W/http"
    if [ ! -w "$1" ]; then
        printf '{"socket": "%s", "path": "%s", "error": {"code": "PERMISSION_DENIED", "details": "%s"}}\n' \
            "$1" "$2" "$1: not root: it may not be used" >>"$W/http"
        : >"$W/notes"
        return
    fi
    rm -f "$W/notes"
    asking_http 3 "$1" "$2" |
        clean http NOTES="$W/notes" HEADERS="$W/headers" RC="$W/code" CALL="{\"socket\": \"$1\", \"path\": \"$2\"" >>"$W/http"
    touch "$W/notes"
}
