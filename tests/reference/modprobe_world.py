# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small kernel of modules that need each other in all ways, and what modprobe makes of it."""

import re
import subprocess
from pathlib import Path

from depmod_run import run_depmod
from module_writer import simple_module
from references import KernelTree
from tree import Tree

VERSION = '1.0-modprobe'

# name: symbols it needs, softdep, aliases. Each exports the symbol of its own name.
MODULES = {
    'a': ((), '', ('al:a*', 'al:both')),
    'b': (('a',), '', ('al:b',)),
    'c': (('b',), '', ('al:c',)),
    's': ((), 'pre: a post: p', ('al:s',)),
    't': (('s',), '', ()),
    'p': ((), '', ('al:p', 'al:both')),
    'q': ((), '', ()),
    'x-y': ((), '', ('al:xy[0-9]',)),
}
BUILTINS = {'bi': 'al:bi', 'bj': 'al:a1'}

NAMES = [*MODULES, *BUILTINS]
ALIASES = ['al:a1', 'al:both', 'al:b', 'al:c', 'al:s', 'al:p', 'al:xy5', 'al:bi']


def build_kernel(root, kmod):
    tree = Tree()
    for name, (needed, softdep, aliases) in MODULES.items():
        modinfo = [f'alias={alias}' for alias in aliases]
        if softdep:
            modinfo.append(f'softdep={softdep}')
        tree.file(f'kernel/{name}.ko',
                  simple_module(exports=[symbol(name)], imports=[symbol(other) for other in needed],
                                modinfo=modinfo))
    tree.file('modules.builtin', ''.join(f'kernel/{name}.ko\n' for name in BUILTINS).encode())
    tree.file('modules.builtin.modinfo',
              ''.join(f'{name}.alias={alias}\0' for name, alias in BUILTINS.items()).encode())
    tree.file('modules.order')
    kernel = KernelTree(Path(root), VERSION)
    kernel.directory.mkdir(parents=True)
    tree.build(kernel.directory)
    result = run_depmod(kmod / 'depmod', ['-C', '/no/such/configuration', '-b', kernel.root,
                                          VERSION])
    if result.status != 0:
        raise RuntimeError(f'depmod: {result.stderr.decode()}')
    return kernel


def symbol(name):
    return 'symbol_of_' + name.replace('-', '_')


def write_configuration(directory, files):
    """`files` is a text, or texts by file name."""
    directory.mkdir(parents=True)
    if not isinstance(files, dict):
        files = {'test.conf': files}
    for name, text in files.items():
        (directory / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def modprobe_plan(kmod, kernel, directory, name, *options, command_line=None):
    """What modprobe prints for one name, as our program is to answer it."""
    command = [kmod / 'modprobe', '-C', directory, '-d', kernel.root, '-S', kernel.version,
               '--show-depends', *options, '--', name]
    process = subprocess.run(bound(command, command_line), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             errors='surrogateescape', check=False)
    if 'not found in directory' in process.stderr:
        return ['not found']
    return process.stdout.splitlines()


def our_answers(answers, kernel, directory, command_line, questions):
    """Lists of lines, one for each question."""
    process = subprocess.run([answers, kernel.directory, kernel.version, directory,
                              command_line or ''], check=True, text=True, errors='surrogateescape',
                             input=''.join(f'{question}\n' for question in questions),
                             stdout=subprocess.PIPE)
    parts = [[]]
    for line in process.stdout.splitlines():
        if line:
            parts[-1].append(line)
        else:
            parts.append([])
    return parts[:-1]


def modprobe_inserts(kmod, kernel, directory, name, command_line=None):
    """The modules that a real modprobe gives to a kernel that takes everything, in its order."""
    command = ['strace', '-f', '-y', '-qq', '-o', '/dev/stdout', '-e', 'trace=finit_module,init_module',
               '-e', 'inject=finit_module,init_module:retval=0',
               kmod / 'modprobe', '-C', directory, '-d', kernel.root, '-S', kernel.version, '--', name]
    process = subprocess.run(bound(command, command_line), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, errors='surrogateescape',
                             check=False)
    return [Path(path).stem for path in re.findall(r'finit_module\(\d+<([^>]*)>', process.stdout)]


def bound(command, command_line):
    """The command where the file is what the kernel says of its command line."""
    if not command_line:
        return command
    return ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" /proc/cmdline && exec "$@"', command_line,
            *command]


def present_after(inserted, asked):
    """Those of the inserted modules that a kernel would have: each needs what it imports from. After
    a failure of what is needed modprobe does no more."""
    present = set()
    for name in inserted:
        if all(other in present for other in MODULES[name][0]):
            present.add(name)
        elif name in closure(asked):
            break
    return present


def closure(name):
    needed = MODULES.get(name, ((),))[0]
    return {name, *needed, *(deeper for other in needed for deeper in closure(other))}
