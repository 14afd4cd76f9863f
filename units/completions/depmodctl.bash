# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Completion of depmodctl for bash. Needs nothing of the bash-completion package.

# _depmodctl_ask VERB [ARGUMENT...]: the first column of the answer, of the kernels that the command
# line is about so far.
_depmodctl_ask() {
        "${COMP_WORDS[0]}" --stale --no-pager --no-legend --full --timeout=5 "${where[@]}" "$@" \
                2>/dev/null </dev/null | cut -d ' ' -f 1
}

# Sets verb, the verb of the command line if there is one; n_arguments, how many arguments it has
# already; and where, the options that say which kernels are meant.
_depmodctl_read_words() {
        local i word value
        for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                case $word in
                -k | -H | -M | --kernel | --root | --module-dir | --host | --machine | --json | --timeout)
                        # bash takes --name=value apart.
                        if [[ ${COMP_WORDS[i + 1]} == = ]]; then
                                ((i++))
                        fi
                        ((i++))
                        value=${COMP_WORDS[i]-}
                        if ((i < COMP_CWORD)) && [[ $word != --json && $word != --timeout ]]; then
                                where+=("$word" "$value")
                        fi
                        ;;
                --offline) where+=("$word") ;;
                -*) ;;
                *)
                        if [[ -n $verb ]]; then
                                ((++n_arguments))
                        fi
                        verb=${verb:-$word}
                        ;;
                esac
        done
}

# _depmodctl_value OPTION: what may stand behind it. 1: it takes no value, or none that is known.
_depmodctl_value() {
        case $verb:$1 in
        *:--kernel | *:-k) words=$(_depmodctl_ask kernels) ;;
        index:--kernel-dir | index:-b | *:--root | *:--module-dir) files=-d ;;
        index:-[CEF] | index:--config | index:--dep-file | index:--dep-bin-file) files=-f ;;
        index:--symvers | index:--system-map) files=-f ;;
        index:--kmod) words='30 31 32 33 34' ;;
        *:--machine | *:-M) words=$(machinectl --no-legend list 2>/dev/null | cut -d ' ' -f 1) ;;
        *:--host | *:-H) words=$(compgen -A hostname) ;;
        *:--json) words='pretty short off' ;;
        *:--sysfs) files=-d ;;
        graph:--format) words='dot svg png' ;;
        state:--is) words='absent on-disk builtin loaded blocked different available loadable' ;;
        show:--field | show:-F) words=$fields ;;
        *:--timeout | graph:--depth | index:--jobs | inhibit:--who | inhibit:--why) ;;
        *) return 1 ;;
        esac
}

# Sets words, or files, to what may stand as an argument of the verb.
_depmodctl_argument() {
        case $verb in
        '') words=$verbs ;;
        help) words=$verbs ;;
        status | settle | refresh | index | diff-kernels) words=$(_depmodctl_ask kernels) ;;
        list | show | deps | rdeps | order | resolve | why | blocked | graph | state)
                words=$(_depmodctl_ask list "$cur*")
                ;;
        cat) words=$outputs ;;
        inhibit) files=-c ;;
        esac
}

# Fills COMPREPLY with what begins like the word at the cursor. compgen -W would run what looks like
# a command in a name, which may be that of a directory in somebody's tree.
_depmodctl_reply() {
        local word list=()
        if [[ -n $files ]]; then
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen "$files" -- "$cur")
                return
        fi
        read -rd '' -a list <<<"$words"
        for word in "${list[@]}"; do
                if [[ $word == "$cur"* ]]; then
                        COMPREPLY+=("$(printf %q "$word")")
                fi
        done
}

_depmodctl() {
        local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
        local verb='' n_arguments=0 words='' files='' where=()
        local verbs='status kernels list show deps rdeps order resolve why blocked graph alias
                state devices provides users problems shadowed conflicts diff diff-kernels
                verify log settle refresh reload monitor inhibit cat statistics index help'
        local outputs='modules.dep modules.dep.bin modules.alias modules.alias.bin modules.softdep
                modules.weakdep modules.symbols modules.symbols.bin modules.builtin.bin
                modules.builtin.alias.bin modules.devname'
        local fields='Name Path Filename Size Compression Kind Description License Author Version
                SrcVersion VerMagic Depends SoftPre SoftPost WeakDeps Aliases Firmware Params
                BuildID Signer Order MTimeUSec Inode Fields'
        local common='-k --kernel -H --host -M --machine -j -l -q -h --root --module-dir --offline
                --stale --timeout --json --no-pager --no-legend --full --no-ask-password --quiet
                --version --help'
        local -A own=(
                [show]='-F --field'
                [deps]='-a --all -t --tree --no-soft'
                [rdeps]='-a --all -t --tree --no-soft'
                [order]='-p --paths --no-soft --no-builtin --no-config'
                [resolve]='--files --firmware --no-soft --no-weak --no-builtin --no-config'
                [why]='--no-soft --no-weak'
                [graph]='--deps --rdeps --depth --no-soft --format'
                [state]='--is --sysfs'
                [devices]='-a --all --sysfs'
                [diff]='-a --all'
                [diff-kernels]='-a --all --sysfs'
                [settle]='--no-publish --ignore-inhibitors'
                [refresh]='--full --rewrite'
                [inhibit]='--who --why --list'
                [index]='-a --append -b --kernel-dir -C --config -E --dep-file -e --weak -F
                        --dep-bin-file -n --dry-run -q --quiet -v --verbose --symvers --system-map
                        --jobs --kmod --no-sync -h --help'
        )

        COMPREPLY=()
        _depmodctl_read_words
        if [[ $cur == = ]]; then
                cur=''
        elif [[ $previous == = ]]; then
                previous=${COMP_WORDS[COMP_CWORD - 2]}
        fi

        if [[ $verb == inhibit ]] && ((n_arguments > 0)); then
                files=-f # the command has options and arguments of its own
        elif [[ $previous == -* ]] && _depmodctl_value "$previous"; then
                :
        elif [[ $cur == -* && $verb == index ]]; then
                words=${own[index]}
        elif [[ $cur == -* ]]; then
                words="$common ${verb:+${own[$verb]-}}"
        else
                _depmodctl_argument
        fi

        _depmodctl_reply
}

complete -F _depmodctl depmodctl
