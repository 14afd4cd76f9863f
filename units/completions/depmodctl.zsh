#compdef depmodctl
# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of depmodctl for zsh.

# The first column of the answer to a verb, of the kernels that the command line is about so far.
(( $+functions[_depmodctl_ask] )) || _depmodctl_ask() {
        local -A opt_args=("${(@kv)before_verb}" "${(@kv)opt_args}")
        local -a where
        local name
        for name in -k --kernel --root --module-dir -H --host -M --machine; do
                if (( $+opt_args[$name] )); then
                        where+=($name ${(Q)opt_args[$name]})
                fi
        done
        if (( $+opt_args[--offline] )); then
                where+=(--offline)
        fi
        _call_program $1 depmodctl --stale --no-pager --no-legend --full --timeout=5 \
                ${(q)where} ${(q)@} 2>/dev/null | cut -d ' ' -f 1
}

(( $+functions[_depmodctl_kernels] )) || _depmodctl_kernels() {
        local -a kernels=(${(f)"$(_depmodctl_ask kernels)"})
        _wanted kernels expl kernel compadd -a kernels
}

(( $+functions[_depmodctl_modules] )) || _depmodctl_modules() {
        local -a modules=(${(f)"$(_depmodctl_ask list "$PREFIX*")"})
        _wanted modules expl module compadd -a modules
}

(( $+functions[_depmodctl_machines] )) || _depmodctl_machines() {
        local -a machines=(${${(f)"$(_call_program machines machinectl --no-legend list 2>/dev/null)"}%% *})
        _wanted machines expl machine compadd -a machines
}

(( $+functions[_depmodctl_verbs] )) || _depmodctl_verbs() {
        local -a verbs=(
                'status:show the state of kernels'
                'kernels:list the kernels and the state of their index'
                'list:list the modules of a kernel'
                'show:show all that is known of modules'
                'deps:show what a module needs'
                'rdeps:show what needs a module'
                'order:show what to load in which order'
                'resolve:show all that names and aliases need'
                'why:show what pulls in A, or how A pulls in B'
                'blocked:show whether modprobe.d keeps a module out'
                'graph:draw what modules need and what needs them'
                'alias:show which modules answer to an alias'
                'state:show what is loaded, on disk, or neither'
                'devices:list devices and the modules for them'
                'provides:show who exports a symbol'
                'users:show which modules use a symbol'
                'problems:list what is wrong with the modules'
                'shadowed:list files that another of their name hides'
                'conflicts:list symbols and modules that exist twice'
                'diff:show which index files would change'
                'diff-kernels:show what another kernel lacks or brings'
                'verify:read the index files back and check them'
                'log:show the last publications'
                'settle:wait until the index is up to date'
                'refresh:look at all modules and publish'
                'reload:let the daemon read its configuration again'
                'monitor:print what happens, as it happens'
                'inhibit:let no index be published while a command runs'
                'cat:print an index file as it should be'
                'statistics:show what the daemon has done and costs'
                'index:write the index files without the daemon'
                'help:show the verbs, or the options of one'
        )
        _describe -t verbs verb verbs
}

_depmodctl() {
        local curcontext=$curcontext state line expl verb
        local -A opt_args before_verb
        local -a common=(
                '(-k --kernel)'{-k,--kernel=}'[this kernel]:kernel:_depmodctl_kernels'
                '(-H --host -M --machine)--root=[the kernels below a directory]:root:_files -/'
                '(-H --host -M --machine)--module-dir=[below the root instead of lib/modules]:directory:_files -/'
                '(-H --host -M --machine)--offline[ask a private instance]'
                '(-H --host -M --machine)'{-H,--host=}'[ask the daemon of another host]:host:_hosts'
                '(-H --host -M --machine)'{-M,--machine=}'[ask the daemon of a container]:container:_depmodctl_machines'
                '--stale[answer at once, without a look at what has changed]'
                '--timeout=[wait so long for an answer]:seconds'
                '(-j --json)--json=[print JSON]:mode:(pretty short off)'
                '(-j --json)-j[print JSON, pretty on a terminal]'
                '--no-pager[do not show long output in a pager]'
                '--no-legend[print tables without their header]'
                '--no-ask-password[do not ask for a password]'
                '(-q --quiet)'{-q,--quiet}'[print errors only]'
                '(- *)--version[show the version]'
                '(- *)'{-h,--help}'[show help]'
        )
        local -a full=('(-l --full)'{-l,--full}'[do not shorten cells to the width of the terminal]')
        local -a outputs=(
                modules.dep modules.dep.bin modules.alias modules.alias.bin modules.softdep
                modules.weakdep modules.symbols modules.symbols.bin modules.builtin.bin
                modules.builtin.alias.bin modules.devname
        )
        local -a fields=(
                Name Path Filename Size Compression Kind Description License Author Version
                SrcVersion VerMagic Depends SoftPre SoftPost WeakDeps Aliases Firmware Params
                BuildID Signer Order MTimeUSec Inode Fields
        )
        local -a of_deps=(
                '(-a --all)'{-a,--all}'[also what is needed indirectly]'
                '(-t --tree)'{-t,--tree}'[all of it as a tree]'
                '--no-soft[without softdeps]'
        )

        _arguments -C $common $full '(-)1:verb:_depmodctl_verbs' '(-)*::argument:->argument' &&
                return 0
        [[ $state == argument ]] || return 1
        verb=$line[1]
        before_verb=("${(@kv)opt_args}") # the next _arguments forgets them
        curcontext=${curcontext%:*}-$verb:

        case $verb in
        (status) _arguments $common $full '*:kernel:_depmodctl_kernels' ;;
        (list) _arguments $common $full '1:module:_depmodctl_modules' ;;
        (show) _arguments $common $full \
                '(-F --field)'{-F,--field=}"[only the values of this field]:field:($fields)" \
                '*:module:_depmodctl_modules' ;;
        (deps | rdeps) _arguments $common $full $of_deps '1:module:_depmodctl_modules' ;;
        (order) _arguments $common $full \
                '(-p --paths)'{-p,--paths}'[print the files only]' \
                '--no-soft[without softdeps]' \
                '--no-builtin[without modules that are part of the kernel]' \
                '--no-config[as if there were no modprobe.d]' \
                '*:module:_depmodctl_modules' ;;
        (resolve) _arguments $common $full \
                '--files[print the files only, for an image]' \
                '--firmware[with the firmware that the modules name]' \
                '--no-soft[without softdeps]' \
                '--no-weak[without weakdeps]' \
                '--no-builtin[without modules that are part of the kernel]' \
                '--no-config[as if there were no modprobe.d]' \
                '*:module:_depmodctl_modules' ;;
        (why) _arguments $common $full \
                '--no-soft[without softdeps]' \
                '--no-weak[without weakdeps]' \
                '1:module:_depmodctl_modules' '2:module:_depmodctl_modules' ;;
        (blocked) _arguments $common $full '1:module:_depmodctl_modules' ;;
        (graph) _arguments $common $full \
                '(--rdeps)--deps[only what the modules need]' \
                '(--deps)--rdeps[only what needs the modules]' \
                '--depth=[not more than so many steps away]:steps' \
                '--no-soft[without softdeps]' \
                '--format=[a text or a picture]:format:(dot svg png)' \
                '*:module:_depmodctl_modules' ;;
        (state) _arguments $common $full \
                '--is=[are all of them so?]:state:(absent on-disk builtin loaded blocked different available loadable)' \
                '(-H --host -M --machine)--sysfs=[what is loaded is below a directory]:directory:_files -/' \
                '*:module:_depmodctl_modules' ;;
        (devices) _arguments $common $full \
                '(-a --all)'{-a,--all}'[also devices that no module serves]' \
                '(-H --host -M --machine)--sysfs=[the devices below a directory]:directory:_files -/' ;;
        (diff) _arguments $common $full \
                '(-a --all)'{-a,--all}'[also files that are as they should be]' ;;
        (diff-kernels) _arguments $common $full \
                '(-a --all)'{-a,--all}'[show long lists as a whole]' \
                '(-H --host -M --machine)--sysfs=[the devices below a directory]:directory:_files -/' \
                '1:kernel:_depmodctl_kernels' '2:kernel:_depmodctl_kernels' ;;
        (settle) _arguments $common $full \
                '--no-publish[do not wait for the files]' \
                '--ignore-inhibitors[publish although somebody inhibits it]' \
                '*:kernel:_depmodctl_kernels' ;;
        (refresh) _arguments $common \
                '-l[do not shorten cells to the width of the terminal]' \
                '--full[read all modules again]' \
                '--rewrite[write all files, also those that are the same]' \
                '*:kernel:_depmodctl_kernels' ;;
        (inhibit) _arguments $common $full \
                '--who=[who inhibits]:who' \
                '--why=[and why]:why' \
                '--list[list who inhibits now]' \
                '(-):command:_command_names -e' \
                '*::argument:_normal' ;;
        (cat) _arguments $common $full "1:file:($outputs)" ;;
        (help) _arguments '1:verb:_depmodctl_verbs' ;;
        (index) _arguments \
                '(-a --append)'{-a,--append}'[add to the dependency file]' \
                '(-b --kernel-dir)'{-b,--kernel-dir=}'[the module directory of the kernel]:directory:_files -/' \
                '*'{-C,--config=}'[instead of the depmod.d directories]:path:_files' \
                '(-E --dep-file)'{-E,--dep-file=}'[instead of modules.dep]:file:_files' \
                '(-e --weak)'{-e,--weak}'[report on weak symbols]' \
                '(-F --dep-bin-file)'{-F,--dep-bin-file=}'[instead of modules.dep.bin]:file:_files' \
                '(-n --dry-run)'{-n,--dry-run}'[write nothing]' \
                '(-q --quiet)'{-q,--quiet}'[print nothing]' \
                '(-v --verbose)'{-v,--verbose}'[list every module]' \
                '--symvers=[what the kernel exports]:file:_files' \
                '--system-map=[the same from System.map]:file:_files' \
                '--jobs=[read modules with so many threads]:number' \
                '--kmod=[as this release of kmod]:release:(30 31 32 33 34)' \
                '--no-sync[do not wait for the disk]' \
                '(- *)'{-h,--help}'[show help]' \
                '1:kernel:_depmodctl_kernels' ;;
        (alias | provides | users) _arguments $common $full '*: : ' ;;
        (*) _arguments $common $full ;;
        esac
}

_depmodctl "$@"
