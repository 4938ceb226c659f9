# Looks at paths. They are wished for first, each with a letter: s what stands there, r the bytes
# of a file, l the names in a folder; and taken once, at the end. A line feed in a path is \001.

LIMIT=1048576
LIST_LIMIT=20000
# Parts of a second, where this stat can tell them.
case $(stat -c %.9Y / 2>/dev/null) in
*[!0-9.]* | '') MTIME=%Y ;;
*) MTIME=%.9Y ;;
esac
NL='
'

wish() { # LETTERS PATH...
    letters=$1
    shift
    for one in "$@"; do
        case $one in
        *"$NL"*) one=$(printf '%s.' "$one" | tr '\n' '\001') one=${one%.} ;;
        *'*'*) [ -e "$one" ] || continue ;; # a pattern that nothing matched
        /*) ;;
        *) continue ;;
        esac
        printf '%s %s\n' "$letters" "$one"
    done >>"$W/wishes"
}

take_wishes() {
    # shellcheck disable=SC2016
    awk '{ at = index($0, " "); path = substr($0, at + 1); letters = substr($0, 1, at - 1)
           if (!(path in all)) order[++count] = path
           all[path] = all[path] letters }
         END { for (i = 1; i <= count; i++) print all[order[i]] " " order[i] }' "$W/wishes" |
        while IFS= read -r line; do
            path=${line#* }
            case $path in
            *"$SOH"*) path=$(printf '%s.' "$path" | tr '\001' '\n') path=${path%.} ;;
            esac
            printf '%s%s: ' "$COMMA" "$(string "$path")"
            COMMA=",$NL"
            look "${line%% *}" "$path"
        done >"$W/paths"
}

# A JSON string.
string() {
    case $1 in
    *[!A-Za-z0-9_./:@=,+%~\ -]*) clean strings "$1" ;;
    *) printf '"%s"' "$1" ;;
    esac
}

missing() { # REASON [WHY]
    printf '{"missing": %s, "why": "%s"}' "$(string "$1")" "${2:-unreadable}"
}

look() { # LETTERS PATH: prints its entry of the index
    if [ ! -e "$2" ]; then
        if [ "$ROOT" = false ] && [ -L "$2" ] && ! readlink "$2" >/dev/null 2>&1; then
            missing "not root: $2 may not be read" not-permitted
        elif hidden "$2"; then
            missing "not root: $2 may not be read" not-permitted
        elif [ -L "$2" ] && circular "$2"; then
            missing "the symlinks of $2 lead round in a circle"
        else
            printf '{"absent": true}'
        fi
        return
    fi
    # %f is the whole mode in hexadecimal digits, in coreutils and in busybox.
    found=$(stat -L -c "%f %u %g %s $MTIME" -- "$2" 2>/dev/null) || found='0 0 0 0 0'
    # shellcheck disable=SC2086
    set -- "$1" "$2" $found
    mode=$((0x$3))
    case $((mode >> 12)) in
    8) kind='file' ;;
    4) kind=directory ;;
    12) kind=socket ;;
    *) kind=other ;;
    esac
    printf '{"kind": "%s", "mode": "%04o", "uid": %s, "gid": %s, "size": %s, "mtime": %s' \
        "$kind" $((mode & 4095)) "$4" "$5" "$6" "$7"
    real=$(readlink -f "$2" 2>/dev/null && echo .)
    real=${real%"$NL".}
    [ "$real" = "$2" ] || [ -z "$real" ] || printf ', "real": %s' "$(string "$real")"
    case $1 in *r*) look_into_file "$2" "$kind" "$6" "$1" ;; esac
    case $1 in *l*) [ "$kind" != directory ] || look_into_folder "$2" ;; esac
    printf '}'
}

# Whether a folder above hides what may stand at a path.
hidden() {
    [ "$ROOT" = false ] || return 1
    above=${1%/*}
    while [ -n "$above" ] && [ ! -e "$above" ]; do above=${above%/*}; done
    [ -n "$above" ] && [ -d "$above" ] && [ ! -x "$above" ]
}

circular() {
    turns=0 at=$1
    while [ -L "$at" ] && [ $turns -lt 45 ]; do
        to=$(readlink "$at")
        case $to in /*) at=$to ;; *) at=${at%/*}/$to ;; esac
        turns=$((turns + 1))
    done
    [ $turns -ge 40 ]
}

look_into_file() { # PATH KIND SIZE LETTERS
    case $2 in
    file) ;;
    directory) return ;;
    *)
        if [ -p "$1" ]; then words='a FIFO'; elif [ -S "$1" ]; then words='a socket'; else words='a device'; fi
        printf ', "unread": %s' "$(missing "$1 is $words, not a file")"
        return
        ;;
    esac
    case $4 in *R*) limit=67108864 ;; *) limit=$LIMIT ;; esac
    if [ ! -r "$1" ]; then
        printf ', "unread": %s' "$(missing "not root: $1 may not be read" not-permitted)"
    elif [ "$3" -gt "$limit" ]; then
        printf ', "unread": %s' "$(missing "$1 is larger than $limit bytes")"
    else
        FILES=$((FILES + 1))
        file=files/$(printf '%04d' $FILES)
        redacted "$1" >"$W/record/$file"
        printf ', "file": "%s"' "$file"
    fi
}

# What of a file may be told, where its form says more than its lines do: not the layers of overlays
# in the mounts, and no value of a header in a hosts.toml.
told_of() { # PATH
    case $1 in
    @MOUNTS@) sed 's/,lowerdir=[^, ]*//g; s/,upperdir=[^, ]*//g; s/,workdir=[^, ]*//g' "$1" ;;
    @AGENTS@)
        # shellcheck disable=SC2016
        awk '!/\/var\/lib\/docker|\/var\/log\/(pods|containers)/ { print ""; next }
          { told = /^[ \t\r\f\v]*#/ ? "#" : ""
            between = ""
            while (match($0, /\/var\/(lib\/docker|log\/pods|log\/containers)[A-Za-z0-9_.\/*?{}$%-]*/)) {
                told = told between substr($0, RSTART, RLENGTH)
                between = " "
                $0 = substr($0, RSTART + RLENGTH)
            }
            print told }' "$1"
        ;;
    */hosts.toml)
        # shellcheck disable=SC2016
        awk 'BEGIN { told = 1 }
          { line = $0; low = tolower(line)
            if (low ~ /^[ \t]*\[+[ \t]*(["\047]?(host|header)([^a-z0-9_]|$)|[a-z0-9_-][^"\047,]*\][ \t]*(#.*)?$)/) {
                told = 1
                inside = (low !~ /^[ \t]*\[+[ \t]*["\047]?host([^a-z0-9_]|$)/ ||
                    low ~ /^[ \t]*\[.*[.][ \t]*["\047]?header["\047]?[ \t]*\]/)
            } else if (match(line, /^[ \t]*("[^"]*"|\047[^\047]*\047|[^"\047=#])+=[ \t]*/)) {
                key = substr(line, 1, RLENGTH)
                low = tolower(key)
                told = !inside && low !~ /header["\047]?[ \t]*[.]/ &&
                    low ~ /(^|[ \t.])["\047]?(server|host|capabilities|ca|client|skip_verify|override_path|dial_timeout|host[ \t]*[.][ \t]*["\047][^"\047]*["\047])["\047]?[ \t]*=[ \t]*$/
                if (!told && tolower(line) !~ /header["\047]?[ \t]*=[ \t]*[{]/) line = key "\"(removed)\""
            } else if (!told) line = ""
            if (match(tolower(line), /["\047]?header["\047]?[ \t]*=[ \t]*[{]/))
                line = substr(line, 1, RSTART + RLENGTH - 1) "}"
            print line }' "$1"
        ;;
    *) cat "$1" ;;
    esac
}

# The bytes of a file without its secrets. In UTF-16 they hide between NULs: then all of it goes.
redacted() {
    case $1 in
    /proc/cmdline) how=words ;;
    @MOUNTS@ | @AGENTS@ | */hosts.toml | @WHOLE@) how=text ;;
    *) how=sieve ;;
    esac
    whole=$(wc -c <"$1")
    bare=$(tr -d '\0' <"$1" | wc -c)
    if [ "$whole" -eq "$bare" ]; then
        { told_of "$1" && printf .; } | clean $how
    else
        tr -d '\0' <"$1" >"$W/bare"
        if { cat "$W/bare" && printf .; } | clean $how | cmp -s - "$W/bare"; then
            cat "$1"
        else
            clean repeated "$(tr -cd '\n' <"$W/bare" | wc -c)" </dev/null
        fi
        rm -f "$W/bare"
    fi
}

look_into_folder() {
    if [ ! -r "$1" ] || [ ! -x "$1" ]; then
        printf ', "unread": %s' "$(missing "not root: $1 may not be read" not-permitted)"
        return
    fi
    set -- "${1%/}"/.[!.]* "${1%/}"/..?* "${1%/}"/*
    count=$#
    while [ "$count" -gt 0 ]; do
        if [ -e "$1" ] || [ -L "$1" ]; then set -- "$@" "$1"; fi
        shift
        count=$((count - 1))
    done
    if [ $# -gt $LIST_LIMIT ]; then
        printf ', "unread": %s' "$(missing "${1%/*} holds more than $LIST_LIMIT names")"
    else
        printf ', "names": [%s]' "$(clean names "$@")"
    fi
}
