# What the answers lead to: unit files, environment files, flags, and the files that these name.
# Anything of the same kind may be looked at once too often: the reader asks only for what holds.

DIRECTORIES=@SEARCH_PATH@

# Lines of files: joined where they end in a backslash, without comments and blanks.
plain_lines() { # FILE...
    # shellcheck disable=SC2016
    awk '{ sub(/\r$/, "") }
         /^[ \t]*[#;]/ { next }
         { sub(/^[ \t]+/, ""); line = joined $0 }
         /\\$/ { joined = substr(line, 1, length(line) - 1) " "; next }
         { joined = ""; if (line != "") print line }' "$@" </dev/null
}

# The words of lines, each on its own: quotes are blanks, and so is a `=` before a flag.
describe_cure_of() {
    tr "\"' \t" '\n\n\n\n' | sed 's/=-/\
-/g'
}

# What the words of a service say of these flags, one value a line.
flag() { # SERVICE NAME...
    words="$W/words.$1"
    shift
    [ -f "$words" ] || return 0
    for name in "$@"; do
        # shellcheck disable=SC2016
        awk -v name="$name" 'next_is { print; next_is = 0 }
            $0 == "-" name || $0 == "--" name { next_is = 1 }
            index($0, "-" name "=") == 1 || index($0, "--" name "=") == 1 {
                print substr($0, index($0, "=") + 1) }' "$words"
    done
}

# The values of a key in files of YAML, TOML or JSON, wherever it stands.
values_of() { # KEY FILE...
    # shellcheck disable=SC2016
    key=$1
    shift
    for file in "$@"; do
        [ -f "$file" ] && [ -r "$file" ] || continue
        # shellcheck disable=SC2016
        awk -v key="$key" '/^[ \t]*[#;]/ { next }
            { line = $0
              while (match(line, "[\"\047]?" key "[\"\047]?[ \t]*[:=][ \t]*")) {
                  before = RSTART > 1 ? substr(line, RSTART - 1, 1) : " "
                  line = substr(line, RSTART + RLENGTH)
                  if (before ~ /[A-Za-z0-9_.-]/) continue
                  value = line
                  quote = substr(value, 1, 1)
                  if (quote == "\"" || quote == "\047") {
                      value = substr(value, 2)
                      value = substr(value, 1, index(value quote, quote) - 1)
                  } else sub(/([ \t]+#.*|[ \t]*[],}].*|[ \t\r]+)$/, "", value)
                  if (value != "") print value
              } }' "$file"
    done
}

# Paths that match a pattern, and a wish for the names in each folder that was gone through.
matching() { # PATTERN
    case $1 in
    /*[*?[]*) ;;
    *)
        echo "$1"
        return
        ;;
    esac
    folders=/
    rest=${1#/}
    while [ -n "$rest" ]; do
        part=${rest%%/*}
        case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
        next=
        while IFS= read -r folder; do
            [ -n "$folder" ] || continue
            case $part in
            *[*?[]*)
                wish l "${folder%/}${folder:+$([ "$folder" != / ] || echo /)}"
                for found in "${folder%/}"/.[!.]* "${folder%/}"/*; do
                    # shellcheck disable=SC2254
                    case ${found##*/} in
                    $part) [ ! -e "$found" ] || next="$next$NL$found" ;;
                    esac
                done
                ;;
            *) next="$next$NL${folder%/}/$part" ;;
            esac
        done <<END_OF_FOLDERS
$folders
END_OF_FOLDERS
        folders=${next#"$NL"}
    done
    [ -z "$folders" ] || printf '%s\n' "$folders"
}

# Units: what systemd says of them, and the files it names; else those in the folders.
units() {
    wish s /run/systemd/system
    wish s /lib
    # /lib is /usr/lib nearly everywhere.
    [ "$(readlink -f /lib)" != /usr/lib ] || UNIT_FOLDERS=${UNIT_FOLDERS% /lib/systemd/system}
    for folder in $UNIT_FOLDERS; do wish l "$folder"; done
    : >"$W/shown"
    if [ -d /run/systemd/system ]; then
        # shellcheck disable=SC2086
        command_ 3 systemctl show --no-pager -p "$PROPERTIES" $UNITS
        # shellcheck disable=SC2086
        bounded 3 systemctl show --no-pager -p Id,ActiveState,FragmentPath,DropInPaths $UNITS >"$W/shown" 2>/dev/null </dev/null
    fi
    count=0
    for unit in $UNITS; do
        count=$((count + 1))
        fragment=$(shown $count FragmentPath)
        # What a fix would ask: as if systemd had read the folders again.
        searched "$unit"
        if [ -n "$fragment" ] && [ -f "$fragment" ]; then
            # shellcheck disable=SC2046
            unit_files "$unit" "$fragment" $(shown $count DropInPaths)
        else
            # shellcheck disable=SC2086
            [ -z "$first" ] || unit_files "$unit" "$first" $files
        fi
    done
}

shown() { # NUMBER KEY
    # shellcheck disable=SC2016
    awk -v number="$1" -v key="$2=" 'BEGIN { at = 1 } /^$/ { at++ }
        at == number && index($0, key) == 1 { print substr($0, length(key) + 1) }' "$W/shown"
}

unit_files() { # UNIT FILE...
    unit=$1
    shift
    : >"$W/unit.$unit"
    for path in "$@"; do
        wish sr "$path"
        [ "$(readlink -f "$path")" != /dev/null ] && [ -r "$path" ] || continue
        echo "$path" >>"$W/unit.$unit"
    done
}

# As systemd.unit(5) has it, where systemd itself does not tell: sets `first` and `files`.
searched() { # UNIT
    stem=${1%.*}
    kind=${1##*.}
    dropped="$1.d"
    while case $stem in *-*) true ;; *) false ;; esac do
        stem=${stem%-*}
        dropped="$dropped $stem-.$kind.d"
    done
    first=
    files=
    for folder in $UNIT_FOLDERS; do
        if [ -z "$first" ] && { [ -e "$folder/$1" ] || [ -L "$folder/$1" ]; }; then
            first=$folder/$1
            wish sr "$first"
        fi
        for below in $dropped $kind.d; do
            [ -d "$folder/$below" ] || continue
            wish l "$folder/$below"
            for path in "$folder/$below"/*.conf; do [ ! -e "$path" ] || files="$files $path"; done
        done
    done
}

# All words that a service may start with: of its unit, its environment files, its processes.
service() { # SERVICE UNIT PROGRAM...
    of=$1
    unit=$2
    shift 2
    : >"$W/words.$of"
    : >"$W/programs.$of"
    if [ -s "$W/unit.$unit" ]; then
        while IFS= read -r path; do
            plain_lines "$path"
        done <"$W/unit.$unit" >"$W/lines"
        # shellcheck disable=SC2016
        awk -v key=EnvironmentFile '{ at = index($0, "="); name = substr($0, 1, at - 1); sub(/[ \t]+$/, "", name) }
            name == key { value = substr($0, at + 1); gsub(/^[ \t-]+|[ \t]+$/, "", value); gsub(/["\047]/, "", value)
                          if (value == "") count = 0; else all[++count] = value }
            END { for (i = 1; i <= count; i++) print all[i] }' "$W/lines" | while IFS= read -r pattern; do
            matching "$pattern"
        done >"$W/environment-files"
        while IFS= read -r path; do
            wish sr "$path"
            [ ! -f "$path" ] || plain_lines "$path" >>"$W/lines"
        done <"$W/environment-files"
        describe_cure_of <"$W/lines" >"$W/words.$of"
        sed -n 's/^PassEnvironment[ \t]*=//p' "$W/lines" >>"$W/passed"
        ! grep -q '[^%]%m' "$W/lines" || wish r /etc/machine-id
        sed -n 's/^ExecStart[ \t]*=[ \t]*[-@:+!|]*//p' "$W/lines" | sed 's/[ \t].*//' | grep '^/' >"$W/started"
    else
        : >"$W/started"
    fi
    for pid in $(pids_of "$@"); do
        cat "/proc/$pid/cmdline" 2>/dev/null | tr '\000' '\n' >"$W/cmdline"
        ! grep -q docker/containerd/containerd.toml "$W/cmdline" || continue
        cat "$W/cmdline" >>"$W/words.$of"
        case $of,$(readlink "/proc/$pid/exe" 2>/dev/null) in
        kubelet,*' (deleted)') command_ 3 "/proc/$pid/exe" --version ;;
        esac
        readlink "/proc/$pid/exe" 2>/dev/null | sed 's/ (deleted)$//' >>"$W/programs.$of"
    done
    while IFS= read -r path; do
        for name in "$@"; do [ "${path##*/}" != "$name" ] || echo "$path"; done
    done <"$W/started" >>"$W/programs.$of"
    while IFS= read -r path; do wish s "$path"; done <"$W/started"
    programs "$of" "$@"
    there=
    while IFS= read -r path; do [ ! -f "$path" ] || there=$path; done <"$W/distinct"
    [ -n "$there" ] || [ ! -s "$W/unit.$unit" ] || packages
}

packages() { # The database that names releases.
    wish srR /var/lib/dpkg/status
    [ -e /var/lib/dpkg/status ] || wish srR /lib/apk/db/installed
}

# The programs of a service: each place is looked at, and each that is there tells its release.
programs() { # SERVICE NAME...
    of=$1
    shift
    [ -f "$W/programs.$of" ] || : >"$W/programs.$of"
    found=
    for name in "$@"; do
        for folder in $(echo "$DIRECTORIES" | tr : ' '); do
            wish s "$folder/$name"
            if [ -z "$found" ] && [ -f "$folder/$name" ]; then
                found=$folder/$name
                echo "$found" >>"$W/programs.$of"
            fi
        done
    done
    awk '!seen[$0]++' "$W/programs.$of" >"$W/distinct"
    while IFS= read -r path <&4; do
        wish s "$path"
        FAILED=
        [ ! -f "$path" ] || command_ 3 "$path" --version
        [ -z "$FAILED" ] || packages
    done 4<"$W/distinct"
}
