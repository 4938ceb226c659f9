"""RESTORE.sh in a run's folder: what the run changed is put back without unshim and without Python.

POSIX sh, and the programs that every node has. The former files lie beside it, in before/.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from unshim.apply.disk import flush_folder, write_new
from unshim.apply.kinds import kind_of
from unshim.apply.order import undo_order
from unshim.apply.turn import Former
from unshim.model.search_path import PATH
from unshim.model.steps import Step, WriteFile

NAME = "RESTORE.sh"
_HEAD = r"""#!/bin/sh
# Puts back what the run of this folder changed, without unshim and without Python:
#     sh RESTORE.sh
# as root. What somebody changed since is left as it is, and said. It may be run again.
set -u
umask 077
LC_ALL=C
PATH=@PATH@
export LC_ALL PATH
here=$(cd "$(dirname "$0")" && pwd -P) || exit 1
left=0
hand() { printf 'by hand: %s\n' "$1"; left=1; }
sum() {
    [ -e "$1" ] || { echo none; return; }
    sha256sum <"$1" | cut -c1-64
}
let_go() { # NUMBER PATH SUM: of what the run kept beside, where nobody wrote to it
    beside=${2%/*}/.unshim-${here##*/}-$1~
    [ "$(sum "$beside")" = "$3" ] && rm -f "$beside"
}
put() { # NUMBER PATH SUM-BEFORE SUM-LEFT OWNER MODE [XATTR BASE64]...
    number=$1 path=$2 was=$3 after=$4 owner=$5 mode=$6
    shift 6
    now=$(sum "$path")
    [ "$now" = "$was" ] && { let_go "$number" "$path" "$was"; return; }
    [ "$now" = "$after" ] || { hand "put back $path: it was changed since"; return; }
    [ "$now" = none ] || { # closed since: stays so
        owner=$(stat -c %u:%g "$path")
        mode=$(stat -c %a "$path")
    }
    kept=$here/before/$number
    [ "$(sum "$kept")" = "$was" ] || { hand "put back $path: $kept is damaged"; return; }
    aside=${path%/*}/.unshim-restore~
    rm -f "$aside"
    cat "$kept" >"$aside" && chown "$owner" "$aside" || {
        rm -f "$aside"
        hand "put back $path"
        return
    }
    while [ $# -gt 1 ]; do
        setfattr -n "$1" -v "0s$2" "$aside" 2>/dev/null || hand "setfattr -n $1 -v 0s$2 $path"
        shift 2
    done
    chmod "$mode" "$aside" && sync && mv -f "$aside" "$path" && sync || hand "put back $path"
    printf 'put back %s\n' "$path"
    let_go "$number" "$path" "$was"
}
drop() { # PATH SUM-LEFT
    now=$(sum "$1")
    [ "$now" = none ] && return
    [ "$now" = "$2" ] || { hand "remove $1: it was changed since"; return; }
    rm -f "$1" && printf 'removed %s\n' "$1" || hand "remove $1"
}
rmdir() { command rmdir "$1" 2>/dev/null; }
reload() { systemctl daemon-reload || hand "systemctl daemon-reload"; }
restart() {
    systemctl reset-failed "$1" 2>/dev/null
    systemctl restart "$1" || hand "systemctl restart $1"
}
try_again() {
    systemctl reset-failed "$1" 2>/dev/null
    systemctl restart --no-block "$1" || hand "systemctl restart $1"
}
start() {
    systemctl is-active --quiet "$1" && return
    systemctl reset-failed "$1" 2>/dev/null
    systemctl start "$1" || hand "systemctl start $1"
}
stop() { systemctl stop "$1" || hand "systemctl stop $1"; }
unlink_others() { # :LINK:LINK: NAME...
    kept=$1
    shift
    for name; do
        for place in /etc/systemd/system /run/systemd/system; do
            for path in "$place/$name" "$place"/*.wants/"$name" "$place"/*.requires/"$name" \
                "$place"/*.upholds/"$name"; do
                [ -L "$path" ] || continue
                case $kept in *":$path:"*) ;; *) rm -f "$path" || hand "remove $path" ;; esac
            done
        done
    done
}
link() { # TARGET PATH
    [ "$(readlink "$2")" = "$1" ] && return
    mkdir -p "${2%/*}" && chmod 0755 "${2%/*}" && ln -sfn "$1" "$2" || hand "ln -sfn $1 $2"
}
value() { # PATH
    set -f
    set -- $(cat "/proc/sys/$1" 2>/dev/null)
    set +f
    echo "$*"
}
parameter() { # PATH WAS LEFT [PATH VALUE]...
    path=$1 was=$2 after=$3
    shift 3
    [ -e "/proc/sys/$path" ] || return
    case $(value "$path") in
        "$was" | "$after") ;;
        *) hand "sysctl -w $path='$was': it was changed since"; return ;;
    esac
    values "$@"
    values "$path" "$was" "$@"
}
values() { # [PATH VALUE]...
    while [ $# -gt 1 ]; do
        [ ! -e "/proc/sys/$1" ] || [ "$(value "$1")" = "$2" ] || echo "$2" >"/proc/sys/$1" ||
            hand "sysctl -w $1='$2'"
        shift 2
    done
}
unload() { # MODULE
    [ ! -d "/sys/module/$1" ] || rmmod "$1" || hand "rmmod $1"
}
unload_unused() { # MODULE
    [ ! -d "/sys/module/$1" ] || rmmod "$1" 2>/dev/null
}
try() { # COMMAND...
    "$@" >/dev/null || hand "$*"
}
"""
_TAIL = r"""
rm -f "$here/../../ACTIVE"
sync
[ "$left" = 0 ] && echo "Everything is as it was before the run." || echo "The rest is by hand."
exit "$left"
"""


def write(folder: Path, steps: Sequence[Step], former: Sequence[Former]) -> None:
    """Lay the script and the former files into a run's folder, on disk. Raises: OSError."""
    before = folder / "before"
    before.mkdir(mode=0o700)
    for number, (step, was) in enumerate(zip(steps, former, strict=True)):
        if isinstance(step, WriteFile) and was.get("existed"):
            write_new(before / str(number), base64.b64decode(was["data"]))
    flush_folder(before)
    write_new(folder / NAME, text(steps, former).encode())
    flush_folder(folder)


def text(steps: Sequence[Step], former: Sequence[Former]) -> str:
    """The script. A kind of step that has no words of sh is left to do by hand."""
    lines: list[str] = []
    for number in undo_order(list(steps)):
        kind = kind_of(steps[number])
        lines += kind.by_sh(steps[number], former[number], number)
    return _HEAD.replace("@PATH@", PATH) + "\n".join(lines) + _TAIL
