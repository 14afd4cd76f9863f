# SPDX-License-Identifier: LGPL-2.1-or-later
"""Configurations of modprobe, for modprobe_rules.py: what they are about, the files, and what is to
be asked beside the names and aliases of modprobe_world.py."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Configuration:
    name: str
    files: object  # a text, or texts by file name
    asked: tuple = ()
    command_line: str = None
    unknown: tuple = ()  # modules about which a command decides


C = Configuration

CONFIGURATIONS = [
    C('nothing at all', ''),

    # blacklist
    C('blacklist stops aliases alone', 'blacklist a\n'),
    C('blacklist of a module in the middle', 'blacklist b\n'),
    C('blacklist of a module with a softdep', 'blacklist s\n'),
    C('blacklist of what a softdep names', 'blacklist p\n'),
    C('blacklist by the other spelling', 'blacklist x-y\n'),
    C('blacklist by the spelling of the kernel', 'blacklist x_y\n'),
    C('blacklist takes no pattern', 'blacklist *\nblacklist [ab]\n'),
    C('blacklist of a builtin module', 'blacklist bi\n'),
    C('blacklist of an alias', 'blacklist al:a1\nblacklist foo\nalias foo a\n', ('foo',)),
    C('blacklist of all of an alias', 'blacklist a\nblacklist p\n'),
    C('blacklist of what does not exist', 'blacklist nothere\n', ('nothere',)),
    C('more words behind blacklist', 'blacklist a b c\n'),

    # install
    C('install of a module that others need', 'install a /bin/false\n'),
    C('install in the middle', 'install b /bin/false\n'),
    C('install that succeeds in the middle', 'install b /bin/true\n'),
    C('install for a module with a softdep', 'install s /bin/false\n'),
    C('install and blacklist with a softdep', 'blacklist s\ninstall s /bin/false\n'),
    C('install of what a softdep names', 'install p /bin/false\n'),
    C('install of a builtin module', 'install bi /bin/false\n'),
    C('install with a softdep on nothing', 'install q /bin/false\nsoftdep q pre: nothere\n'),
    C('install with a softdep of no part', 'install q /bin/false\nsoftdep q a\n'),
    C('install with a softdep to come after', 'install q /bin/false\nsoftdep q post: p\n'),
    C('install with a softdep on a builtin module', 'install q /bin/false\nsoftdep q pre: bi\n'),
    C('install with a weakdep', 'install q /bin/false\nweakdep q p\n'),
    C('install by pattern', 'install [ab] /bin/false\n'),
    C('install of everything', 'install * /bin/true\n', ('zz',)),
    C('install by a pattern with the other spelling', 'install x[-]y /bin/false\n'),
    C('the first install counts', 'install q /bin/false\ninstall q /bin/true\n'),
    C('install lines of two files', {'b.conf': 'install q /bin/true\n',
                                     'a.conf': 'install q* /bin/false\n'}),
    C('install makes a name', 'install foo /bin/true\n', ('foo',)),
    C('install makes an alias a name', 'install al:a1 /bin/true\n'),
    C('install does not make a symbol a name', 'install symbol:symbol_of_a /bin/true\n',
      ('symbol:symbol_of_a',)),
    C('install of blanks', 'install q  \n'),
    C('install with more than a command', 'install q /bin/false; true\n', unknown=('q',)),
    C('install with a command of its own', 'install b /sbin/something --with $CMDLINE_OPTS\n',
      unknown=('b', 'c')),
    C('install for all that a module needs', 'install a /bin/true\ninstall b /bin/false\n'),
    C('blacklist and install', 'blacklist a\ninstall a /bin/false\n'),
    C('install, also for what needs it softly', 'install a /bin/false\nsoftdep q pre: b\n'),

    # alias
    C('alias of a new name', 'alias foo a\n', ('foo',)),
    C('alias by pattern', 'alias bar* b\n', ('bar', 'bar7')),
    C('alias of a name that exists', 'alias a q\n'),
    C('alias of an alias that exists', 'alias al:a* p\n', ('al:a2',)),
    C('alias to an alias is none', 'alias foo al:a1\nalias bar foo\n', ('foo', 'bar')),
    C('alias to nothing', 'alias foo off\nalias al:a* off\n', ('foo',)),
    C('alias of everything', 'alias * q\n', ('zz',)),
    C('alias to several modules', 'alias foo q\nalias foo p\nalias f?o q\n', ('foo',)),
    C('alias to several, one of them blacklisted', 'alias foo q\nalias foo p\nblacklist q\n',
      ('foo',)),
    C('alias to a module with install', 'alias foo q\ninstall q /bin/false\n', ('foo',)),
    C('alias to a name with install', 'alias foo foo2\ninstall foo2 /bin/true\n', ('foo',)),
    C('alias and install of one name', 'alias foo q\ninstall foo /bin/false\n', ('foo',)),
    C('alias to a builtin module', 'alias foo bi\nalias bj a\n', ('foo',)),
    C('alias of a symbol', 'alias symbol:symbol_of_a q\n', ('symbol:symbol_of_a',)),
    C('alias in the other spelling', 'alias foo-bar x-y\nalias x_y a\n', ('foo-bar', 'foo_bar')),
    C('alias keeps spelling in brackets', 'alias foo[-_]bar q\n', ('foo-bar', 'foo_bar')),

    # softdep and weakdep
    C('softdep of the configuration', 'softdep q pre: a post: c\n'),
    C('softdep in between', 'softdep b pre: q post: p\n'),
    C('softdep before that of the module', {'a.conf': 'softdep s pre: q\n'}),
    C('softdep behind that of the module', {'n.conf': 'softdep s pre: q\n'}),
    C('the first softdep counts', 'softdep q pre: a\nsoftdep q pre: p\n'),
    C('softdep by pattern', 'softdep [qp] pre: a\n'),
    C('softdep on aliases', 'softdep q pre: al:both post: foo\nalias foo c\n'),
    C('softdep on a blacklisted module', 'softdep q pre: a\nblacklist a\n'),
    C('softdep on an alias of a blacklisted module', 'softdep q pre: al:a1\nblacklist a\n'),
    C('softdep of a builtin module', 'softdep bi pre: q\n'),
    C('softdep of a name without a module', 'install foo /bin/true\nsoftdep foo pre: q\n',
      ('foo',)),
    C('softdeps in a circle', 'softdep p pre: q\nsoftdep q pre: p\n'),
    C('softdep on what needs it', 'softdep a pre: c\n'),
    C('softdep with two blanks', 'softdep q  pre: a\nsoftdep p\tpost:\ta\n'),
    C('weakdep of the configuration', 'weakdep q a\nweakdep * p\n'),

    # options and remove
    C('options of all files', {'a.conf': 'options a x=1\n', 'b.conf': 'options a y="2 3"\n'}),
    C('options of a name, of an alias, of a pattern',
      'options a x=1\noptions al:a1 y=2\noptions * z=3\noptions x-y w=4\n'),
    C('options with a command', 'options a x=1\ninstall a /bin/false\n'),
    C('remove means nothing for loading', 'remove a /bin/false\nremove foo /bin/true\n', ('foo',)),

    # lines and files
    C('comments and blanks', '# blacklist q\n\n \t\n\tblacklist\ta\n  # blacklist p\n'),
    C('lines that go on', 'blacklist \\\na\ninstall q /bin/\\\nfalse\nsoftdep p pre: \\\n  a\n'),
    C('bad lines', 'blacklist\ninstall q\nalias foo\nsoftdep q\nsoftdep q \nbogus q\n'
      'install [q /bin/false\nalias foo[ q\nblacklist q[\ninclude /etc\nBLACKLIST a\n', ('foo',)),
    C('bytes that are not text', b'blacklist a\0b\n\0blacklist p\nblacklist q\r\nblacklist b'),
    C('names of files', {'x.conf.bak': 'blacklist a\n', '.x.conf': 'blacklist b\n',
                         'x': 'blacklist c\n', '.conf': 'blacklist s\n', 'x.alias': 'blacklist p\n',
                         'y.conf': 'blacklist x_y\n'}),

    # the kernel's command line
    C('modprobe.blacklist=', '', command_line='quiet modprobe.blacklist=a,p,,bi ro'),
    C('modprobe.blacklist= by the other spelling', '', command_line='modprobe.blacklist=x-y'),
    C('modprobe.blacklist= in quotes', '',
      command_line='"modprobe.blacklist=a" modprobe.blacklist="p"'),
    C('options on the command line', 'options a x=1\n',
      command_line='a.x=2 a.y="3 4" "b.z=5 6" x-y.u=7 q.v q.w= p.x.y=1 .z=1 s..z=1 foo=t.z=1'),
    C('the command line with a quote that nothing ends', '',
      command_line='a.x=1 "b.x=1 q.x=1 c.x=1'),
]
