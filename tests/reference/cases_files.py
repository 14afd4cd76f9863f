# SPDX-License-Identifier: LGPL-2.1-or-later
"""What counts as a module, which of two wins, and the files of depmod.d."""

from case import Case, lines
from module_writer import simple_module
from tree import Fifo, Folder, Link

PLAIN = simple_module(modinfo=['alias=plain'])
OTHER = simple_module(modinfo=['alias=other'])


def dependencies(*paths):
    return {'modules.dep': lines(*[path + ':' for path in paths])}


def names(name, *paths, expected=None):
    entries = {path: PLAIN for path in paths}
    return Case(name, entries, status=0, expected=expected or {})


def searched(name, config, winner, *places, **fields):
    """The same module in several places, of unequal rank."""
    entries = {f'{place}/a-b.ko': PLAIN for place in places}
    return Case('config: ' + name, entries, config=config, **{
        'status': 0, 'expected': dependencies(f'{winner}/a-b.ko'), **fields})


def configured(name, config_entries, *options, **fields):
    """Files of depmod.d that say which of foo, bar and updates is searched first."""
    entries = {f'{place}/m.ko': PLAIN for place in ('foo', 'bar', 'updates')}
    return Case('config: ' + name, {**entries, **config_entries}, options, **fields)


BUILT_IN = b'search bar built-in\n'

CASES = [
    names('dotted names', 'kernel/foo.bar.ko', 'kernel/x.y.z.ko.xz'),
    names('hidden files and folders', 'kernel/.hidden.ko', '.git/objects/x.ko'),
    names('a name that is only an ending', 'kernel/.ko', 'kernel/.ko.xz', 'kernel/a.ko',
          expected=None),
    names('files at the top', 'top.ko', 'kernel/below.ko'),
    names('endings', 'bla.ko', 'bla2.ko.x', 'bla3.ko.', 'bla4.koz', 'b', 'bla5.KO', 'bla6.ko.bz2',
          expected=dependencies('bla.ko')),
    names('long and odd names', 'kernel/' + 'n' * 200 + '.ko', 'kernel/+~=,.ko', 'kernel/a b.ko',
          'kernel/-x.ko', 'kernel/[a.ko', 'kernel/A-B_C.ko'),
    Case('no modules at all', status=0, expected=dependencies()),
    Case('symlinked file', {'kernel/a.ko': Link('@/elsewhere/x'), '/elsewhere/x': PLAIN,
                            'kernel/b.ko': Link('../lib.bin'), 'lib.bin': OTHER}, status=0),
    Case('symlinked folder', {'extra': Link('@/elsewhere'), '/elsewhere/deep/x.ko': PLAIN},
         status=0, expected=dependencies('extra/deep/x.ko')),
    Case('dangling link', {'kernel/a.ko': PLAIN, 'kernel/gone.ko': Link('nowhere')}, status=0,
         expected=dependencies('kernel/a.ko')),
    Case('fifo', {'kernel/a.ko': PLAIN, 'kernel/pipe.ko': Fifo()}, status=0,
         stderr=lines('depmod: ERROR: unsupported file type '
                      '@/lib/modules/4.4.4/kernel/pipe.ko: 10000')),
    Case('folder that is called x.ko', {'kernel/x.ko/inside.ko': PLAIN, 'y.ko': Folder()},
         status=0, expected=dependencies('kernel/x.ko/inside.ko')),
    Case('entries that are called build and source', {
        'kernel/build': b'a file', 'build/a.ko': PLAIN, 'source': Link('@/elsewhere'),
        'kernel/source/b.ko': PLAIN, '/elsewhere/c.ko': PLAIN, 'kernel/builds/d.ko': PLAIN},
        status=0, expected=dependencies('kernel/builds/d.ko')),

    searched('the default is to search updates first', None, 'updates', 'extra', 'updates', 'zzz'),
    searched('first listed is highest', b'search foo\nsearch bar built-in\n', 'foo', 'bar', 'foo'),
    searched('built-in outranks what is listed behind it', b'search foo built-in bar\n', 'kernel',
             'kernel', 'bar'),
    searched('a trailing slash matches nothing', b'search foo/ bar\n', 'bar', 'bar', 'foo'),
    searched('several components', b'search updates/dkms built-in updates\n', 'updates/dkms',
             'updates/dkms', 'kernel'),
    searched('lines of all files add up', b'search \\\nfoo\n# c\n  # not a comment\n', 'foo', 'bar',
             'foo'),
    searched('wrapped lines', b'search fo\\\no \\\n bu\\ilt-in', 'foo', 'foo', 'kernel'),
    searched('exclude', b'exclude updates\n', 'kernel', 'kernel', 'updates'),
    searched('exclude a file', b'exclude x a-b.ko.xz\n', 'kernel', 'kernel'),
    searched('override is spelled as the file', b'override a_b * kernel\n', 'updates', 'kernel',
             'updates'),
    searched('override', b'override a-b * kernel extra words\n', 'kernel', 'kernel', 'updates'),
    searched('the last override wins', b'override a-b * foo\noverride a-b * bar\n', 'bar', 'bar',
             'foo', 'updates'),
    searched('override for another version', b'override a-b ^5 kernel\n', 'updates', 'kernel',
             'updates'),
    searched('override by a pattern', b'override a-b 4.4 kernel\n', 'kernel', 'kernel', 'updates'),
    searched('override with a broken pattern', b'override a-b ( kernel\n', 'updates', 'kernel',
             'updates'),
    searched('override of part of a path', b'override a-b * x\n', 'updates', 'kernel/x', 'updates'),
    Case('config: dash and underscore are one name', {
        'updates/a-b.ko': PLAIN, 'kernel/a_b.ko': OTHER},
        expected=dependencies('updates/a-b.ko')),
    Case('config: an ending makes no other module', {
        'updates/a.ko': PLAIN, 'kernel/a.ko.xz': OTHER}, expected=dependencies('updates/a.ko')),
    Case('config: external', {'/ext-1/m.ko': PLAIN, '/ext-2/n.ko': PLAIN, 'kernel/m.ko': PLAIN},
         config=b'search external built-in\nexternal * @/ext-1\nexternal 4.4 @/ext-2/\n'
                b'external 5.5 @/ext-3\nexternal * @/missing\n'),
    Case('config: first external is highest', {'/ext-1/m.ko': PLAIN, '/ext-2/m.ko': PLAIN},
         config=b'search external\nexternal * @/ext-1\nexternal * @/ext-2\n',
         expected=dependencies('@/ext-1/m.ko')),
    searched('bad lines', b'nonsense\noverride x\nexternal *\n  # c\ninclude x\nsearch\nexclude\n'
             b'make_map_files yes\nsearch\tfoo\r\n', 'kernel', 'kernel'),

    configured('a folder', {'/conf/a.conf': b'search foo\n', '/conf/b': b'search bar\n',
                            '/conf/.c.conf': b'search bar\n', '/conf/.conf': b'search bar\n'},
               '-C', '@/conf', expected=dependencies('foo/m.ko')),
    configured('files in the order of their names', {'/conf/z.conf': BUILT_IN,
                                                     '/conf/y.conf': b'search foo\n'},
               '-C', '@/conf', expected=dependencies('foo/m.ko')),
    configured('an earlier folder masks a file', {'/one/x.conf': BUILT_IN,
                                                  '/two/x.conf': b'search foo\n'},
               '-C', '@/one', '-C', '@/two', expected=dependencies('bar/m.ko')),
    configured('a link to nothing masks a file', {'/one/x.conf': Link('/dev/null'),
                                                  '/two/x.conf': b'search foo\n'},
               '-C', '@/one', '-C', '@/two', expected=dependencies('updates/m.ko')),
    configured('a file of any name', {'/conf': BUILT_IN}, '-C', '@/conf',
               expected=dependencies('bar/m.ko')),
    configured('a missing path', {}, '-C', '@/missing', stderr=b'',
               expected=dependencies('updates/m.ko')),
    configured('a folder in the folder', {'/conf/x.conf/y.conf': BUILT_IN}, '-C', '@/conf',
               expected=dependencies('updates/m.ko')),
]
