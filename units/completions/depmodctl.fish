# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of depmodctl for fish.

# The first column of the answer to a verb, of the kernels that the command line is about so far.
function __depmodctl_ask
    set -l where
    set -l words (commandline -opc)
    for i in (seq 2 (count $words))
        switch $words[$i]
            case -k -H -M --kernel --root --module-dir --host --machine
                set -l next (math $i + 1)
                test $next -le (count $words); and set -a where $words[$i] $words[$next]
            case '--kernel=*' '--root=*' '--module-dir=*' '--host=*' '--machine=*' --offline
                set -a where $words[$i]
        end
    end
    $words[1] --stale --no-pager --no-legend --full --timeout=5 $where $argv 2>/dev/null </dev/null |
        string replace -r ' .*' ''
end

set -l verbs status kernels list show deps rdeps order resolve why blocked graph alias state \
    devices provides users problems shadowed conflicts diff diff-kernels verify log settle \
    refresh reload monitor inhibit cat statistics index help
set -l none "not __fish_seen_subcommand_from $verbs"
set -l of __fish_seen_subcommand_from
set -l outputs modules.dep modules.dep.bin modules.alias modules.alias.bin modules.softdep \
    modules.weakdep modules.symbols modules.symbols.bin modules.builtin.bin \
    modules.builtin.alias.bin modules.devname
set -l fields Name Path Filename Size Compression Kind Description License Author Version \
    SrcVersion VerMagic Depends SoftPre SoftPost WeakDeps Aliases Firmware Params BuildID Signer \
    Order MTimeUSec Inode Fields

complete -c depmodctl -f

# Verbs
complete -c depmodctl -n $none -a status -d 'Show the state of kernels'
complete -c depmodctl -n $none -a kernels -d 'List the kernels and the state of their index'
complete -c depmodctl -n $none -a list -d 'List the modules of a kernel'
complete -c depmodctl -n $none -a show -d 'Show all that is known of modules'
complete -c depmodctl -n $none -a deps -d 'Show what a module needs'
complete -c depmodctl -n $none -a rdeps -d 'Show what needs a module'
complete -c depmodctl -n $none -a order -d 'Show what to load in which order'
complete -c depmodctl -n $none -a resolve -d 'Show all that names and aliases need'
complete -c depmodctl -n $none -a why -d 'Show what pulls in A, or how A pulls in B'
complete -c depmodctl -n $none -a blocked -d 'Show whether modprobe.d keeps a module out'
complete -c depmodctl -n $none -a graph -d 'Draw what modules need and what needs them'
complete -c depmodctl -n $none -a alias -d 'Show which modules answer to an alias'
complete -c depmodctl -n $none -a state -d 'Show what is loaded, on disk, or neither'
complete -c depmodctl -n $none -a devices -d 'List devices and the modules for them'
complete -c depmodctl -n $none -a provides -d 'Show who exports a symbol'
complete -c depmodctl -n $none -a users -d 'Show which modules use a symbol'
complete -c depmodctl -n $none -a problems -d 'List what is wrong with the modules'
complete -c depmodctl -n $none -a shadowed -d 'List files that another of their name hides'
complete -c depmodctl -n $none -a conflicts -d 'List symbols and modules that exist twice'
complete -c depmodctl -n $none -a diff -d 'Show which index files would change'
complete -c depmodctl -n $none -a diff-kernels -d 'Show what another kernel lacks or brings'
complete -c depmodctl -n $none -a verify -d 'Read the index files back and check them'
complete -c depmodctl -n $none -a log -d 'Show the last publications'
complete -c depmodctl -n $none -a settle -d 'Wait until the index is up to date'
complete -c depmodctl -n $none -a refresh -d 'Look at all modules and publish'
complete -c depmodctl -n $none -a reload -d 'Let the daemon read its configuration again'
complete -c depmodctl -n $none -a monitor -d 'Print what happens, as it happens'
complete -c depmodctl -n $none -a inhibit -d 'Let no index be published while a command runs'
complete -c depmodctl -n $none -a cat -d 'Print an index file as it should be'
complete -c depmodctl -n $none -a statistics -d 'Show what the daemon has done and costs'
complete -c depmodctl -n $none -a index -d 'Write the index files without the daemon'
complete -c depmodctl -n $none -a help -d 'Show the verbs, or the options of one'

# Their arguments
complete -c depmodctl -n "$of help" -a "$verbs"
complete -c depmodctl -n "$of status settle refresh index diff-kernels" \
    -a '(__depmodctl_ask kernels)'
complete -c depmodctl -n "$of list show deps rdeps order resolve why blocked graph state" \
    -a '(__depmodctl_ask list (commandline -ct)"*")'
complete -c depmodctl -n "$of cat" -a "$outputs"
complete -c depmodctl -n "$of inhibit" -a '(__fish_complete_subcommand --fcs-skip=2)'

# Options of all verbs but index
set -l all "not $of index"
complete -c depmodctl -n $all -s k -l kernel -x -a '(__depmodctl_ask kernels)' -d 'This kernel'
complete -c depmodctl -n $all -l root -x -a '(__fish_complete_directories)' \
    -d 'The kernels below a directory'
complete -c depmodctl -n $all -l module-dir -x -a '(__fish_complete_directories)' \
    -d 'Below the root instead of lib/modules'
complete -c depmodctl -n $all -l offline -d 'Ask a private instance'
complete -c depmodctl -n $all -s H -l host -x -a '(__fish_print_hostnames)' \
    -d 'Ask the daemon of another host'
complete -c depmodctl -n $all -s M -l machine -x \
    -a '(machinectl --no-legend list 2>/dev/null | string replace -r " .*" "")' \
    -d 'Ask the daemon of a container'
complete -c depmodctl -n $all -l stale -d 'Answer at once, without a look at what has changed'
complete -c depmodctl -n $all -l timeout -x -d 'Wait so many seconds for an answer'
complete -c depmodctl -n $all -l json -x -a 'pretty short off' -d 'Print JSON'
complete -c depmodctl -n $all -s j -d 'Print JSON, pretty on a terminal'
complete -c depmodctl -n $all -l no-pager -d 'Do not show long output in a pager'
complete -c depmodctl -n $all -l no-legend -d 'Print tables without their header'
complete -c depmodctl -n "$all; and not $of refresh" -s l -l full -d 'Do not shorten cells'
complete -c depmodctl -n "$of refresh" -s l -d 'Do not shorten cells'
complete -c depmodctl -n $all -l no-ask-password -d 'Do not ask for a password'
complete -c depmodctl -n $all -s q -l quiet -d 'Print errors only'
complete -c depmodctl -n $all -l version -d 'Show the version'
complete -c depmodctl -n $all -s h -l help -d 'Show help'

# Options of one verb
complete -c depmodctl -n "$of show" -s F -l field -x -a "$fields" -d 'Only the values of this field'
complete -c depmodctl -n "$of deps rdeps" -s a -l all -d 'Also what is needed indirectly'
complete -c depmodctl -n "$of deps rdeps" -s t -l tree -d 'All of it as a tree'
complete -c depmodctl -n "$of deps rdeps order resolve why graph" -l no-soft -d 'Without softdeps'
complete -c depmodctl -n "$of order" -s p -l paths -d 'Print the files only'
complete -c depmodctl -n "$of order resolve" -l no-builtin \
    -d 'Without modules that are part of the kernel'
complete -c depmodctl -n "$of order resolve" -l no-config -d 'As if there were no modprobe.d'
complete -c depmodctl -n "$of resolve why" -l no-weak -d 'Without weakdeps'
complete -c depmodctl -n "$of resolve" -l files -d 'Print the files only, for an image'
complete -c depmodctl -n "$of resolve" -l firmware -d 'With the firmware that the modules name'
complete -c depmodctl -n "$of graph" -l deps -d 'Only what the modules need'
complete -c depmodctl -n "$of graph" -l rdeps -d 'Only what needs the modules'
complete -c depmodctl -n "$of graph" -l depth -x -d 'Not more than so many steps away'
complete -c depmodctl -n "$of graph" -l format -x -a 'dot svg png' -d 'A text or a picture'
complete -c depmodctl -n "$of diff" -s a -l all -d 'Also files that are as they should be'
complete -c depmodctl -n "$of diff-kernels" -s a -l all -d 'Show long lists as a whole'
complete -c depmodctl -n "$of devices" -s a -l all -d 'Also devices that no module serves'
complete -c depmodctl -n "$of state" -l is -x \
    -a 'absent on-disk builtin loaded blocked different available loadable' -d 'Are all of them so?'
complete -c depmodctl -n "$of diff-kernels state devices" -l sysfs -x \
    -a '(__fish_complete_directories)' -d 'The devices below a directory'
complete -c depmodctl -n "$of settle" -l no-publish -d 'Do not wait for the files'
complete -c depmodctl -n "$of settle" -l ignore-inhibitors -d 'Publish although it is inhibited'
complete -c depmodctl -n "$of refresh" -l full -d 'Read all modules again'
complete -c depmodctl -n "$of refresh" -l rewrite -d 'Write all files'
complete -c depmodctl -n "$of inhibit" -l who -x -d 'Who inhibits'
complete -c depmodctl -n "$of inhibit" -l why -x -d 'And why'
complete -c depmodctl -n "$of inhibit" -l list -d 'List who inhibits now'
complete -c depmodctl -n "$of index" -s a -l append -d 'Add to the dependency file'
complete -c depmodctl -n "$of index" -s b -l kernel-dir -x -a '(__fish_complete_directories)' \
    -d 'The module directory of the kernel'
complete -c depmodctl -n "$of index" -s C -l config -r -F -d 'Instead of the depmod.d directories'
complete -c depmodctl -n "$of index" -s E -l dep-file -r -F -d 'Instead of modules.dep'
complete -c depmodctl -n "$of index" -s e -l weak -d 'Report on weak symbols'
complete -c depmodctl -n "$of index" -s F -l dep-bin-file -r -F -d 'Instead of modules.dep.bin'
complete -c depmodctl -n "$of index" -s n -l dry-run -d 'Write nothing'
complete -c depmodctl -n "$of index" -s q -l quiet -d 'Print nothing'
complete -c depmodctl -n "$of index" -s v -l verbose -d 'List every module'
complete -c depmodctl -n "$of index" -l symvers -r -F -d 'What the kernel exports'
complete -c depmodctl -n "$of index" -l system-map -r -F -d 'The same from System.map'
complete -c depmodctl -n "$of index" -l jobs -x -d 'Read modules with so many threads'
complete -c depmodctl -n "$of index" -l kmod -x -a '30 31 32 33 34' -d 'As this release of kmod'
complete -c depmodctl -n "$of index" -l no-sync -d 'Do not wait for the disk'
complete -c depmodctl -n "$of index" -s h -l help -d 'Show help'
