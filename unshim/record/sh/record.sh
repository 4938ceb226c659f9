#!/bin/sh
# Records this node for unshim, where no Python is that unshim runs on.
#
#     sh unshim-record.sh NODE.tar.gz
#
# It reads what unshim itself reads, removes secrets, and changes nothing but the file it makes.
# Read that elsewhere with `unshim --root NODE.tar.gz`. POSIX sh with coreutils or busybox; what
# daemons answer is recorded where there is a curl of 7.49 or newer, or any old Python. Made from unshim @VERSION@.

set -u
umask 077
LC_ALL=C
PATH=@PATH@
export LC_ALL PATH
unset POSIXLY_CORRECT AWKPATH CDPATH

DEST=${1:-}
case $DEST in
*.tar.gz | *.tgz) ;;
*)
    echo "usage: sh $0 NODE.tar.gz" >&2
    exit 2
    ;;
esac
case $DEST in /*) ;; *) DEST=$PWD/$DEST ;; esac
if [ -e "$DEST" ] || [ -L "$DEST" ]; then
    echo "$DEST already exists" >&2
    exit 2
fi
# What one that was killed has left behind: it holds secrets.
for left in /run/unshim-record-?????? "${DEST%/*}"/.unshim-record-??????; do
    if [ -d "$left" ] && [ ! -L "$left" ] && [ -O "$left" ] && [ -f "$left/pid" ]; then
        read -r pid <"$left/pid" && ! kill -0 "$pid" 2>/dev/null && rm -rf "$left"
    fi
done
# In memory where that can be: what is read on the way holds secrets until it is done.
W=$(mktemp -d /run/unshim-record-XXXXXX 2>/dev/null) || W=$(mktemp -d "${DEST%/*}/.unshim-record-XXXXXX") || exit 2
PART=
trap 'rm -rf "$W"; [ -z "$PART" ] || rm -f "$PART"' EXIT
trap 'exit 130' HUP INT TERM
mkdir "$W/record" "$W/record/files"
echo $$ >"$W/pid"
SOH=$(printf '\001')
COMMA='' FILES=0 SOCKETS='' LISTENING='' FAILED=''
ROOT=false
[ "$(id -u)" != 0 ] || ROOT=true
for part in wishes commands processes sockets calls http environments daemons passed; do : >"$W/$part"; done

cat >"$W/clean.awk" <<'END_OF_AWK'
@TEXT_AWK@
END_OF_AWK
cat >"$W/exchange.py" <<'END_OF_PYTHON'
@EXCHANGE@
END_OF_PYTHON
cat >"$W/answers.awk" <<'END_OF_AWK'
@ANSWERS_AWK@
END_OF_AWK

# One way into the awk program above.
clean() { # MODE [NAME=VALUE or TEXT...]
    mode=$1
    shift
    case $mode in
    call | http)
        for given in "$@"; do
            set -- "$@" -v "$given"
            shift
        done
        awk -v mode="$mode" "$@" -f "$W/clean.awk" -f "$W/answers.awk"
        ;;
    environment) awk -v mode="$mode" -v "$1" -f "$W/clean.awk" ;;
    *) awk -v mode="$mode" -f "$W/clean.awk" -- "$@" ;;
    esac
}
if [ "$(clean strings 'a"b')" != '"a\"b"' ]; then
    echo "this awk cannot run the script" >&2
    exit 2
fi

@PARTS@

@LOOKS@

# The index around all of it.
index_() {
    told="recorded by the shell script of unshim @VERSION@ from this machine"
    none="not recorded: neither a curl for unix sockets nor a Python is here; $told"
    printf '{"format": @FORMAT@,\n"parts": {'
    for part in paths processes commands environments sockets; do
        printf '"%s": "%s", ' $part "$told"
    done
    printf '"http": "%s", "calls": "%s"},\n' "$([ -n "$HTTP" ] && echo "$told" || echo "$none")" \
        "$([ -n "$GRPC" ] && echo "$told" || echo "$none")"
    printf '"machine": {"name": %s, "kernel": %s, "architecture": %s, "root": %s},\n' \
        "$(string "$(uname -n)")" "$(string "$(uname -r)")" "$(string "$(uname -m)")" $ROOT
    printf '"paths": {\n' && cat "$W/paths" && printf '},\n'
    printf '"sockets": {\n' && cat "$W/sockets" && printf '},\n'
    if [ -e /proc/1/comm ]; then
        printf '"processes": [\n' && cat "$W/processes" && printf '],\n'
    else
        printf '"processes": %s,\n' "$(missing 'not root: /proc hides other users'"'"' processes' not-permitted)"
    fi
    for part in commands calls http; do
        printf '"%s": [\n' $part && cat "$W/$part" && printf '],\n'
    done
    printf '"environments": [\n' && cat "$W/environments" && printf ']}\n'
}

take_wishes
index_ >"$W/record/index.json"
PART=$(mktemp "${DEST%/*}/.unshim-record-XXXXXX") || exit 2
tar -C "$W/record" -cf - index.json files | gzip -n >"$PART" || exit 2
# Unlike a rename, a link never takes the place of what is there.
if ! ln "$PART" "$DEST"; then
    echo "cannot record: $DEST" >&2
    exit 2
fi
echo "Recorded in $DEST, secrets removed. Read it with unshim --root, on a machine that has Python."
