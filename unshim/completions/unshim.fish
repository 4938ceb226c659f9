# fish completion for unshim, made by scripts/completions.py

set -g __unshim_checks cgroup-driver-mismatch cgroup-old-systemd-cgroup-key cgroup-v1-refused crictl-config-endpoint-wrong crictl-config-invalid crictl-config-missing crictl-missing docker-pods-left-running images-incomplete images-wrong-namespace sandbox-image-missing kubelet-config-refused kubelet-container-runtime-flag kubelet-container-runtime-not-remote kubelet-credential-provider-missing kubelet-deprecated-flags kubelet-dockershim-reference kubelet-endpoint-ignored kubelet-endpoint-invalid kubelet-endpoint-missing kubelet-not-running kubelet-removed-flags kubelet-replaced-on-disk kubelet-unknown-fields log-rotation-invalid log-rotation-not-carried-over log-rotation-unset buildkit-config-invalid buildkit-images-unseen containerd-config-parse-error containerd-config-unread containerd-default-handler-unusable containerd-deprecations-told containerd-handler-options-invalid containerd-not-running containerd-socket-named-dockershim cri-api-skew cri-plugin-disabled cri-plugin-failed runtime-target-too-new-for-docker containerd-unit-killmode containerd-unit-without-program docker-unit-without-program kubelet-unit-without-program containerd-pods-left-running static-pods-not-running

function __unshim_verb # whether this verb stands on the line, with so many words; none: ''
    set -l words (commandline -opc)
    set -l verb ''
    set -l count 0
    set -l skip
    for word in $words[2..-1]
        if test -n "$skip"
            set skip
        else if contains -- $word --report -o --output --root --assume --only --skip --fail-on --confirm-within --step --keep --force --grep
            set skip 1
        else if string match -q -- '-*' $word
            continue
        else if test -z "$verb"
            set verb $word
        else
            set count (math $count + 1)
        end
    end
    test "$verb" = "$argv[1]"; and test "$argv[2]" = '' -o "$argv[2]" = "$count"
end

function __unshim_listed # checks after each comma; none twice
    set -l word (commandline -ct | string replace -r -- '^--[a-z-]+=' '')
    set -l before (string match -r -- '.*,' $word)
    for check in $__unshim_checks
        string match -q -- "*,$check,*" ",$before"; or echo "$before$check"
    end
end

function __unshim_runs
    for run in /var/lib/unshim/tx/*/
        basename $run
    end
end

complete -c unshim -f
complete -c unshim -n"__unshim_verb ''" -a list -d 'all checks, with severity and fix'
complete -c unshim -n"__unshim_verb ''" -a explain -d 'one check: what, why, remedy, source'
complete -c unshim -n"__unshim_verb ''" -a plan -d 'show what fixes would change; changes nothing'
complete -c unshim -n"__unshim_verb ''" -a apply -d 'carry fixes out, or a saved plan'
complete -c unshim -n"__unshim_verb ''" -a undo -d 'undo a run'
complete -c unshim -n"__unshim_verb ''" -a confirm -d 'keep a run that waits for that'
complete -c unshim -n"__unshim_verb ''" -a journal -d 'what was applied and undone on this machine'
complete -c unshim -n"__unshim_verb ''" -a forget -d 'set a run aside that cannot be undone'
complete -c unshim -n"__unshim_verb ''" -a facts -d 'everything that is known, each value with its source'
complete -c unshim -n"__unshim_verb ''" -a record -d 'record this machine for --root, secrets removed'
complete -c unshim -n"__unshim_verb ''" -a completion -d 'print shell completion'
complete -c unshim -n"__unshim_verb ''" -a help -d 'help for a command; the manual'
complete -c unshim -n"__unshim_verb ''" -l report -r -a 'text json' -d 'print a report; no screens'
complete -c unshim -n"__unshim_verb ''" -s o -l output -r -F -d 'write the report to a file, in the format that its name ends in (.json, .txt)'
complete -c unshim -n"__unshim_verb ''" -l root -r -a '(__fish_complete_suffix .tar.gz)' -d 'look at a folder (a mounted disk, an image) or at what `unshim record` made, instead of this machine'
complete -c unshim -n"__unshim_verb ''" -l assume -r -a '(__unshim_listed)' -d 'releases that no file of the folder tells, as of RPM\'s binary database'
complete -c unshim -n"__unshim_verb ''" -l demo -d 'look at the recorded node that ships with unshim'
complete -c unshim -n"__unshim_verb ''" -l only -r -a '(__unshim_listed)' -d 'run only these checks; may be repeated'
complete -c unshim -n"__unshim_verb ''" -l skip -r -a '(__unshim_listed)' -d 'leave these checks out; may be repeated'
complete -c unshim -n"__unshim_verb ''" -l fail-on -r -a 'error warning info never' -d 'exit with 1 from this severity on (default: error)'
complete -c unshim -n"__unshim_verb ''" -l no-mouse -d 'leave the mouse to the terminal'
complete -c unshim -n"__unshim_verb ''" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb ''" -s V -l version -d 'show the release'
complete -c unshim -n"__unshim_verb 'list'" -l json -d 'as JSON'
complete -c unshim -n"__unshim_verb 'list'" -s o -l output -r -F -d 'write to a file, as JSON where its name ends in .json; nobody else may read it'
complete -c unshim -n"__unshim_verb 'list'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'explain'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'explain' 0" -a '$__unshim_checks'
complete -c unshim -n"__unshim_verb 'plan'" -s o -l output -r -F -d 'save the plan, for `unshim apply`'
complete -c unshim -n"__unshim_verb 'plan'" -l root -r -a '(__fish_complete_suffix .tar.gz)' -d 'look at a folder (a mounted disk, an image) or at what `unshim record` made, instead of this machine'
complete -c unshim -n"__unshim_verb 'plan'" -l assume -r -a '(__unshim_listed)' -d 'releases that no file of the folder tells, as of RPM\'s binary database'
complete -c unshim -n"__unshim_verb 'plan'" -l demo -d 'look at the recorded node that ships with unshim'
complete -c unshim -n"__unshim_verb 'plan'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'plan'" -a '$__unshim_checks'
complete -c unshim -n"__unshim_verb 'apply'" -l yes -d 'do not ask; for scripts'
complete -c unshim -n"__unshim_verb 'apply'" -l partial -d 'where some of the fixes are refused, apply the rest (exit code 1)'
complete -c unshim -n"__unshim_verb 'apply'" -l confirm-within -r  -d 'undo it unless `unshim confirm` comes within so many seconds of its verification'
complete -c unshim -n"__unshim_verb 'apply'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'apply'" -a '$__unshim_checks (__fish_complete_suffix .json)'
complete -c unshim -n"__unshim_verb 'undo'" -l yes -d 'do not ask; for scripts'
complete -c unshim -n"__unshim_verb 'undo'" -l step -r -a '(__unshim_listed)' -d 'undo this file or unit alone; the rest of the run stands; may be repeated'
complete -c unshim -n"__unshim_verb 'undo'" -l keep -r -a '(__unshim_listed)' -d 'leave this file as somebody changed it since; may be repeated'
complete -c unshim -n"__unshim_verb 'undo'" -l force -r -a '(__unshim_listed)' -d 'put this file back although somebody changed it since; may be repeated'
complete -c unshim -n"__unshim_verb 'undo'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'undo' 0" -a '(__unshim_runs)'
complete -c unshim -n"__unshim_verb 'confirm'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'confirm' 0" -a '(__unshim_runs)'
complete -c unshim -n"__unshim_verb 'journal'" -l json -d 'as JSON'
complete -c unshim -n"__unshim_verb 'journal'" -s o -l output -r -F -d 'write to a file, as JSON where its name ends in .json; nobody else may read it'
complete -c unshim -n"__unshim_verb 'journal'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'journal' 0" -a '(__unshim_runs)'
complete -c unshim -n"__unshim_verb 'forget'" -l yes -d 'do not ask; for scripts'
complete -c unshim -n"__unshim_verb 'forget'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'forget' 0" -a '(__unshim_runs)'
complete -c unshim -n"__unshim_verb 'facts'" -l grep -r  -d 'only what has this word in its name, value or place'
complete -c unshim -n"__unshim_verb 'facts'" -l set -d 'only what somebody set in a file, a unit or a flag: no defaults'
complete -c unshim -n"__unshim_verb 'facts'" -l json -d 'as JSON'
complete -c unshim -n"__unshim_verb 'facts'" -s o -l output -r -F -d 'write to a file, as JSON where its name ends in .json; nobody else may read it'
complete -c unshim -n"__unshim_verb 'facts'" -l root -r -a '(__fish_complete_suffix .tar.gz)' -d 'look at a folder (a mounted disk, an image) or at what `unshim record` made, instead of this machine'
complete -c unshim -n"__unshim_verb 'facts'" -l assume -r -a '(__unshim_listed)' -d 'releases that no file of the folder tells, as of RPM\'s binary database'
complete -c unshim -n"__unshim_verb 'facts'" -l demo -d 'look at the recorded node that ships with unshim'
complete -c unshim -n"__unshim_verb 'facts'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'facts' 0" -a 'machine kubelet containerd docker crictl images pods static-pods runtime units kernel storage logs registry cni nerdctl buildkit proxies distribution'
complete -c unshim -n"__unshim_verb 'facts' 1"
complete -c unshim -n"__unshim_verb 'record'" -l sh -d 'print a POSIX sh script that makes the same record on a host without this Python'
complete -c unshim -n"__unshim_verb 'record'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'record' 0" -F
complete -c unshim -n"__unshim_verb 'completion'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'completion' 0" -a 'bash zsh fish'
complete -c unshim -n"__unshim_verb 'help'" -l man -d 'print the manual page, for `man -l -`'
complete -c unshim -n"__unshim_verb 'help'" -s h -l help -d 'show this help'
complete -c unshim -n"__unshim_verb 'help' 0" -a 'list explain plan apply undo confirm journal forget facts record completion help'
