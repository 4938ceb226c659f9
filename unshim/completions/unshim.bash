# bash completion for unshim, made by scripts/completions.py
# shellcheck shell=bash

_unshim_checks='cgroup-driver-mismatch cgroup-old-systemd-cgroup-key cgroup-v1-refused crictl-config-endpoint-wrong crictl-config-invalid crictl-config-missing crictl-missing docker-pods-left-running images-incomplete images-wrong-namespace sandbox-image-missing kubelet-config-refused kubelet-container-runtime-flag kubelet-container-runtime-not-remote kubelet-credential-provider-missing kubelet-deprecated-flags kubelet-dockershim-reference kubelet-endpoint-ignored kubelet-endpoint-invalid kubelet-endpoint-missing kubelet-not-running kubelet-removed-flags kubelet-replaced-on-disk kubelet-unknown-fields log-rotation-invalid log-rotation-not-carried-over log-rotation-unset buildkit-config-invalid buildkit-images-unseen containerd-config-parse-error containerd-config-unread containerd-default-handler-unusable containerd-deprecations-told containerd-handler-options-invalid containerd-not-running containerd-socket-named-dockershim cri-api-skew cri-plugin-disabled cri-plugin-failed runtime-target-too-new-for-docker containerd-unit-killmode containerd-unit-without-program docker-unit-without-program kubelet-unit-without-program containerd-pods-left-running static-pods-not-running'

_unshim_words() { # those of a list
    local word
    for word in $1; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}

_unshim_listed() { # those of a list, after each comma; none twice
    local word last=${cur##*,} before=
    [[ $cur == *,* ]] && before=${cur%,*},
    for word in $1; do
        [[ $word == "$last"* && ,$before != *",$word,"* ]] && COMPREPLY+=("$before$word")
    done
    compopt -o nospace 2>/dev/null
}

_unshim_files() { # folders, and files of these patterns
    local pattern IFS=$'\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -d -- "$cur"))
    for pattern; do
        COMPREPLY+=($(compgen -f -X "!$pattern" -- "$cur"))
    done
}

_unshim_runs() {
    local run
    for run in /var/lib/unshim/tx/[0-9]*/; do
        run=${run%/} run=${run##*/}
        [[ -n $run && $run == "$cur"* && $run != *'*'* ]] && COMPREPLY+=("$run")
    done
}

_unshim() {
    local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
    local verb= word at count=0
    COMPREPLY=()
    [[ $option == '=' ]] && option=${COMP_WORDS[COMP_CWORD - 2]}
    [[ $cur == '=' ]] && cur=
    for ((at = 1; at < COMP_CWORD; at++)); do
        word=${COMP_WORDS[at]}
        case $word in
        --report|-o|--output|--root|--assume|--only|--skip|--fail-on|--confirm-within|--step|--keep|--force|--grep)
            [[ ${COMP_WORDS[at + 1]} == '=' ]] && ((at++))
            ((at++))
            ;;
        -* | '=') ;;
        *) [[ -z $verb ]] && verb=$word || ((count++)) ;;
        esac
    done
    case $option in
    --report)
        _unshim_words 'text json'
        return
        ;;
    -o|--output)
        _unshim_files '*'
        return
        ;;
    --root)
        _unshim_files '*.tar.gz' '*.tgz'
        return
        ;;
    --assume)
        :
        return
        ;;
    --only)
        _unshim_listed "$_unshim_checks"
        return
        ;;
    --skip)
        _unshim_listed "$_unshim_checks"
        return
        ;;
    --fail-on)
        _unshim_words 'error warning info never'
        return
        ;;
    --confirm-within)
        :
        return
        ;;
    --step)
        _unshim_files '*'
        return
        ;;
    --keep)
        _unshim_files '*'
        return
        ;;
    --force)
        _unshim_files '*'
        return
        ;;
    --grep)
        :
        return
        ;;
    esac
    case $cur in
    -*)
        case $verb in
        '') _unshim_words '--report -o --output --root --assume --demo --only --skip --fail-on --no-mouse -h --help -V --version' ;;
        'list') _unshim_words '--json -o --output -h --help' ;;
        'explain') _unshim_words '-h --help' ;;
        'plan') _unshim_words '-o --output --root --assume --demo -h --help' ;;
        'apply') _unshim_words '--yes --partial --confirm-within -h --help' ;;
        'undo') _unshim_words '--yes --step --keep --force -h --help' ;;
        'confirm') _unshim_words '-h --help' ;;
        'journal') _unshim_words '--json -o --output -h --help' ;;
        'forget') _unshim_words '--yes -h --help' ;;
        'facts') _unshim_words '--grep --set --json -o --output --root --assume --demo -h --help' ;;
        'record') _unshim_words '--sh -h --help' ;;
        'completion') _unshim_words '-h --help' ;;
        'help') _unshim_words '--man -h --help' ;;
        esac
        return
        ;;
    esac
    case $verb:$count in
    :*) _unshim_words 'list explain plan apply undo confirm journal forget facts record completion help' ;;
    explain:0) _unshim_words "$_unshim_checks" ;;
    plan:*) _unshim_words "$_unshim_checks" ;;
    apply:*) _unshim_words "$_unshim_checks"; _unshim_files '*.json' ;;
    undo:0) _unshim_runs ;;
    confirm:0) _unshim_runs ;;
    journal:0) _unshim_runs ;;
    forget:0) _unshim_runs ;;
    facts:0) _unshim_words 'machine kubelet containerd docker crictl images pods static-pods runtime units kernel storage logs registry cni nerdctl buildkit proxies distribution' ;;
    facts:1) : ;;
    record:0) _unshim_files '*' ;;
    completion:0) _unshim_words 'bash zsh fish' ;;
    help:0) _unshim_words 'list explain plan apply undo confirm journal forget facts record completion help' ;;
    esac
}

complete -F _unshim unshim
