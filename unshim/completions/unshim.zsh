#compdef unshim
# zsh completion for unshim, made by scripts/completions.py

_unshim_checks() {
    local -a checks=(cgroup-driver-mismatch cgroup-old-systemd-cgroup-key cgroup-v1-refused crictl-config-endpoint-wrong crictl-config-invalid crictl-config-missing crictl-missing docker-pods-left-running images-incomplete images-wrong-namespace sandbox-image-missing kubelet-config-refused kubelet-container-runtime-flag kubelet-container-runtime-not-remote kubelet-credential-provider-missing kubelet-deprecated-flags kubelet-dockershim-reference kubelet-endpoint-ignored kubelet-endpoint-invalid kubelet-endpoint-missing kubelet-not-running kubelet-removed-flags kubelet-replaced-on-disk kubelet-unknown-fields log-rotation-invalid log-rotation-not-carried-over log-rotation-unset buildkit-config-invalid buildkit-images-unseen containerd-config-parse-error containerd-config-unread containerd-default-handler-unusable containerd-deprecations-told containerd-handler-options-invalid containerd-not-running containerd-socket-named-dockershim cri-api-skew cri-plugin-disabled cri-plugin-failed runtime-target-too-new-for-docker containerd-unit-killmode containerd-unit-without-program docker-unit-without-program kubelet-unit-without-program containerd-pods-left-running static-pods-not-running)
    compadd "$@" -a checks
}

_unshim_list_of_checks() {
    _sequence -s , _unshim_checks
}

_unshim_plans() {
    _alternative 'checks:check:_unshim_checks' 'plans:saved plan:_files -g "*.json"'
}

_unshim_runs() {
    local -a runs=(/var/lib/unshim/tx/[0-9]*(N/:t))
    compadd "$@" -a runs
}

_unshim_verbs() {
    local -a verbs=(
        'list:all checks, with severity and fix'
        'explain:one check: what, why, remedy, source'
        'plan:show what fixes would change; changes nothing'
        'apply:carry fixes out, or a saved plan'
        'undo:undo a run'
        'confirm:keep a run that waits for that'
        'journal:what was applied and undone on this machine'
        'forget:set a run aside that cannot be undone'
        'facts:everything that is known, each value with its source'
        'record:record this machine for --root, secrets removed'
        'completion:print shell completion'
        'help:help for a command; the manual'
    )
    _describe command verbs
}

_unshim() {
    local word verb= skip= at
    for ((at = 2; at < CURRENT; at++)); do
        word=$words[at]
        if [[ -n $skip ]]; then
            skip=
            continue
        fi
        case $word in
        --report|-o|--output|--root|--assume|--only|--skip|--fail-on|--confirm-within|--step|--keep|--force|--grep) skip=1 ;;
        -*) ;;
        *)
            verb=$word
            break
            ;;
        esac
    done
    case $verb in
    '')
        _arguments -s \
            '--report[print a report; no screens]:FORMAT:(text json)' \
            '(-o --output)'{-o,--output}'[write the report to a file, in the format that its name ends in (.json, .txt)]:FILE:_files' \
            '--root[look at a folder (a mounted disk, an image) or at what unshim record made, instead of this machine]:PATH:_files -g "*.(tar.gz|tgz)"' \
            '*--assume[releases that no file of the folder tells, as of RPM'\''s binary database]:NAME=X.Y.Z,…: ' \
            '--demo[look at the recorded node that ships with unshim]' \
            '*--only[run only these checks; may be repeated]:ID,…:_unshim_list_of_checks' \
            '*--skip[leave these checks out; may be repeated]:ID,…:_unshim_list_of_checks' \
            '--fail-on[exit with 1 from this severity on (default\: error)]:SEVERITY:(error warning info never)' \
            '--no-mouse[leave the mouse to the terminal]' \
            '(-h --help)'{-h,--help}'[show this help]' \
            '(-V --version)'{-V,--version}'[show the release]' \
            '1:command:_unshim_verbs'
        ;;
    'list')
        _arguments -s \
            '--json[as JSON]' \
            '(-o --output)'{-o,--output}'[write to a file, as JSON where its name ends in .json; nobody else may read it]:FILE:_files' \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:'
        ;;
    'explain')
        _arguments -s \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '2:check:_unshim_checks'
        ;;
    'plan')
        _arguments -s \
            '(-o --output)'{-o,--output}'[save the plan, for unshim apply]:plan.json:_files' \
            '--root[look at a folder (a mounted disk, an image) or at what unshim record made, instead of this machine]:PATH:_files -g "*.(tar.gz|tgz)"' \
            '*--assume[releases that no file of the folder tells, as of RPM'\''s binary database]:NAME=X.Y.Z,…: ' \
            '--demo[look at the recorded node that ships with unshim]' \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '*:check:_unshim_checks'
        ;;
    'apply')
        _arguments -s \
            '--yes[do not ask; for scripts]' \
            '--partial[where some of the fixes are refused, apply the rest (exit code 1)]' \
            '--confirm-within[undo it unless unshim confirm comes within so many seconds of its verification]:SECONDS: ' \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '*:check:_unshim_plans'
        ;;
    'undo')
        _arguments -s \
            '--yes[do not ask; for scripts]' \
            '*--step[undo this file or unit alone; the rest of the run stands; may be repeated]:WHAT,…:_files' \
            '*--keep[leave this file as somebody changed it since; may be repeated]:FILE,…:_files' \
            '*--force[put this file back although somebody changed it since; may be repeated]:FILE,…:_files' \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '2:run:_unshim_runs'
        ;;
    'confirm')
        _arguments -s \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '2:run:_unshim_runs'
        ;;
    'journal')
        _arguments -s \
            '--json[as JSON]' \
            '(-o --output)'{-o,--output}'[write to a file, as JSON where its name ends in .json; nobody else may read it]:FILE:_files' \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '2:run:_unshim_runs'
        ;;
    'forget')
        _arguments -s \
            '--yes[do not ask; for scripts]' \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '2:run:_unshim_runs'
        ;;
    'facts')
        _arguments -s \
            '--grep[only what has this word in its name, value or place]:WORD: ' \
            '--set[only what somebody set in a file, a unit or a flag\: no defaults]' \
            '--json[as JSON]' \
            '(-o --output)'{-o,--output}'[write to a file, as JSON where its name ends in .json; nobody else may read it]:FILE:_files' \
            '--root[look at a folder (a mounted disk, an image) or at what unshim record made, instead of this machine]:PATH:_files -g "*.(tar.gz|tgz)"' \
            '*--assume[releases that no file of the folder tells, as of RPM'\''s binary database]:NAME=X.Y.Z,…: ' \
            '--demo[look at the recorded node that ships with unshim]' \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '2:subject:(machine kubelet containerd docker crictl images pods static-pods runtime units kernel storage logs registry cni nerdctl buildkit proxies distribution)' \
            '3:name: '
        ;;
    'record')
        _arguments -s \
            '--sh[print a POSIX sh script that makes the same record on a host without this Python]' \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '2:path:_files'
        ;;
    'completion')
        _arguments -s \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '2:shell:(bash zsh fish)'
        ;;
    'help')
        _arguments -s \
            '--man[print the manual page, for man -l -]' \
            '(-h --help)'{-h,--help}'[show this help]' \
            '1:command:' \
            '2:command:(list explain plan apply undo confirm journal forget facts record completion help)'
        ;;
    esac
}

if [[ $funcstack[1] == _unshim ]]; then _unshim "$@"; else compdef _unshim unshim; fi
