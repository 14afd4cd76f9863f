# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command line."""

from case import VERSION, Case, lines
from module_writer import ModuleImage, Import, simple_module
from tree import File

OWNER = simple_module(exports=['shared', '_prefixed'])
USER = ModuleImage(imports=[Import(b'shared'), Import(b'unknown'), Import(b'weakling', 2),
                            Import(b'vmlinux_symbol')],
                   versions=[(0x1000, b'shared'), (5, b'vmlinux_symbol')],
                   modinfo=[b'alias=u']).to_bytes()
TREE = {'kernel/owner.ko': OWNER, 'kernel/user.ko': USER, 'kernel/third.ko': simple_module()}
DIRECTORY = f'@/lib/modules/{VERSION}/kernel'
OLD, NEW = 1_600_000_000, 1_700_000_000


def command(name, *arguments, tree=None, **fields):
    return Case('command: ' + name, {**TREE, **(tree or {})}, arguments, **fields)


def with_files(name, *files, **fields):
    return command('files, ' + name, version=(VERSION, *files), **fields)


def run_in(case, *version):
    case.version = version
    return case


def quick(name, dependencies, modules, *options):
    """dependencies, modules: when they were last changed."""
    entries = {path: File(content, mtime=modules) for path, content in TREE.items()}
    if dependencies:
        entries['modules.dep'] = File(b'', mtime=dependencies)
    return Case('command: quick, ' + name, entries, ('-A', *options))


CASES = [
    command('show', '-n'),
    command('show with a long option, verbose', '--show', '--verbose'),
    command('abbreviated options', '--dry', '--verb'),
    command('clustered options', '-nv'),
    command('all', '-a'),
    command('no such option', '--no-such-option', status=1),
    command('no such letter', '-y', status=1),
    command('prefix of two letters', '-P', 'ab', status=1,
            stderr=lines('depmod: FATAL: -P only takes a single char')),
    command('empty prefix', '-P', '', status=1),
    command('prefix', '-P', '_', status=0),
    command('prefix does not hold for the symbols that every kernel has', '-P', '_', '-e', '-E',
            '/dev/null', tree={'kernel/x.ko': ModuleImage(
                imports=[Import(name) for name in (b'__this_module', b'_this_module',
                                                   b'___this_module', b'_GLOBAL_OFFSET_TABLE_',
                                                   b'__GLOBAL_OFFSET_TABLE_', b'.TOC.')],
                versions=[(1, b'__this_module'), (1, b'_GLOBAL_OFFSET_TABLE_')]).to_bytes()}),
    command('prefix in System.map', '-P', '_', '-e', '-F', '@/map', tree={
        '/map': lines('ff r ___ksymtab_one', 'ff r ___ksymtab__two', 'ff r __ksymtab_three'),
        'kernel/x.ko': simple_module(imports=['one', '_one', 'two', '_two', '__two', 'three'])}),
    command('unresolved symbols need a list', '-e', status=0,
            stderr=lines('depmod: WARNING: -e needs -E or -F')),
    command('unresolved symbols with Module.symvers', '-e', '-E', '@/symvers', tree={
        '/symvers': lines('0x00000006\tvmlinux_symbol\tvmlinux\tEXPORT_SYMBOL', 'bad line',
                          'zz\tx\tvmlinux\tEXPORT_SYMBOL', '0x1\tshort\tvmlinux')}),
    command('unresolved symbols with System.map', '-e', '-F', '@/map', tree={
        '/map': lines('ffffffff81000000 r __ksymtab_vmlinux_symbol', 'bad', 'ffff T unknown')}),
    command('Module.symvers has precedence', '-e', '-F', '@/missing', '-E', '@/symvers', tree={
        '/symvers': lines('0x00000005\tvmlinux_symbol\tvmlinux\tEXPORT_SYMBOL')}),
    command('Module.symvers is missing', '-E', '@/missing', status=1),
    command('System.map is missing', '-F', '@/missing', status=1),
    command('the last basedir wins', '-b', '/no/such/folder', '-b', '@', status=0),
    command('relative basedir', '-b', '.', '-v'),
    command('basedir with slashes', '-b', '@//', '-v'),

    *[run_in(command(f'version {version}'), version)
      for version in ('6', '6.', '6.x', 'x6.1', '/4.4.4', '')],
    *[run_in(command(f'version {version} has no folder', status=1), version)
      for version in ('6.1', '+4.4', '6.1foo/bar')],

    with_files('two', f'{DIRECTORY}/user.ko', f'{DIRECTORY}/owner.ko', status=0),
    with_files('one that needs another', f'{DIRECTORY}/user.ko', status=0,
               expected={'modules.dep': lines('kernel/user.ko:')}),
    with_files('outside the tree', '@/elsewhere/x.ko', tree={'/elsewhere/x.ko': OWNER},
               expected={'modules.dep': lines('@/elsewhere/x.ko:')}),
    with_files('without an ending', '@/elsewhere/x', tree={'/elsewhere/x': OWNER}),
    with_files('not absolute', 'user.ko', status=1),
    with_files('missing', f'{DIRECTORY}/missing.ko', status=1),
    with_files('twice', f'{DIRECTORY}/user.ko', f'{DIRECTORY}/user.ko', status=1),
    with_files('two of one name', f'{DIRECTORY}/user.ko', '@/x/user.ko', tree={'/x/user.ko': USER},
               status=1),
    run_in(command('files are ignored with all', '-a'), VERSION, 'not-absolute', '/no/such/file'),

    quick('up to date', NEW, OLD),
    quick('equal times', NEW, NEW),
    quick('outdated', OLD, NEW),
    quick('no dependency file', None, OLD),
    quick('shown', OLD, NEW, '-n'),
]
