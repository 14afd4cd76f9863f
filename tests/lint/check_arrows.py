# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which file may include which header."""

from pathlib import PurePosixPath

import c_code
from rooms import Rooms

# What a room must never come to use, through whomever.
NEVER = {
    'bytes': {'config', 'elf', 'model', 'index', 'read', 'output', 'refresh'},
    'cache': {'bytes', 'config', 'elf', 'index', 'read', 'output', 'refresh'},
    'elf': {'bytes', 'config', 'model', 'index', 'read', 'output', 'refresh'},
    'config': {'bytes', 'elf', 'model', 'index', 'read', 'output', 'refresh'},
    'index': {'bytes', 'config', 'elf', 'model', 'read', 'output', 'refresh'},
    'model': {'bytes', 'config', 'elf', 'index', 'read', 'output', 'refresh'},
    'output': {'bytes', 'config', 'elf', 'read', 'refresh'},
    'query': {'bytes', 'config', 'elf', 'output', 'read', 'refresh'},
}

# Folders that see less than their libraries would let them.
ONLY = {
    'client': {'client', 'client/depmod', 'common/wire', 'common/base'},
}

# Foreign headers, by how their names begin: the files that may include them, in our own programs.
DOORS = {
    'libelf.h': ['common/elf/elf-image.c'],
    'gelf.h': ['common/elf/elf-image.c'],
    'zlib.h': ['common/bytes/inflate-gzip.c'],
    'lzma': ['common/bytes/inflate-xz.c'],
    'zstd': ['common/bytes/inflate-zstd.c'],
    'xxhash.h': ['common/base/string-table.c', 'common/base/checksum.c'],
    'pthread.h': ['common/base/mutex.h', 'common/base/parallel.c', 'daemon/end-limit.c', 'daemon/jobs.c'],
    'sys/inotify.h': ['daemon/watch'],
    'systemd/sd-bus': ['daemon/bus', 'daemon/access', 'client/remote', 'client/verb-monitor'],
    'systemd/': ['daemon/', 'client/'],
    'libsmartcols': ['client/output'],
    'json': ['client/output', 'daemon/describe'],
    'jansson': ['client/output'],
}

# -I is searched for <…> too: a header of ours with such a name would be taken for the system's.
SYSTEM_HEADERS = {name + '.h' for name in (
    'alloca assert ctype dirent elf endian err errno error fcntl features fnmatch ftw getopt glob '
    'grp inttypes libgen limits link locale malloc math memory mntent netdb obstack poll pthread '
    'pwd regex resource sched search semaphore setjmp signal spawn stdarg stdatomic stdbool stddef '
    'stdint stdio stdlib string strings syslog tar time unistd utime values wait').split()}

PROGRAMS = ('common/', 'client/', 'daemon/')
BUILT = (*PROGRAMS, 'tests/fuzz/', 'tests/support/', 'tests/unit/')


def folder_of(path):
    return str(PurePosixPath(path).parent)


def check_includes(tree, report):
    rooms = Rooms(tree)
    homes = {}
    for path in tree.select('.h'):
        homes.setdefault(PurePosixPath(path).name, set()).add(folder_of(path))

    for path in tree.sources():
        folder = folder_of(path)
        visible = rooms.visible_folders(folder)
        if folder in ONLY:
            visible &= ONLY[folder]
        for include in c_code.includes(tree.text(path)):
            if not include.is_ours:
                continue
            home = homes.get(include.name, set())
            if not home:
                report.fault(path, f'there is no {include.name}', include.line)
            elif folder not in home and not home & visible:
                report.fault(path, f'{include.name} is of {", ".join(sorted(home))}, which '
                             f'{folder} does not use', include.line)
            elif len((home & visible) - {folder}) > 1:
                report.fault(path, f'{include.name} may be any of {sorted(home & visible)}',
                             include.line)


def check_layers(tree, report):
    rooms = Rooms(tree)
    for room, folder in rooms.folders.items():
        where = f'{folder}/CMakeLists.txt'
        for other in sorted(rooms.closure([room]) & NEVER.get(room, set())):
            report.fault(where, f'{room} must never come to use {other}')
        for other in rooms.uses[room]:
            if other not in rooms.folders:
                report.fault(where, f'there is no room {other}')
            elif folder.startswith('common/'):
                check_downward(rooms, room, other, report)


def check_downward(rooms, room, other, report):
    where = f'{rooms.folders[room]}/CMakeLists.txt'
    order = rooms.order['common']
    if not rooms.folders[other].startswith('common/'):
        report.fault(where, f'{room} is of common and uses {other}, which is not')
    elif order.index(PurePosixPath(rooms.folders[other]).name) >= \
            order.index(PurePosixPath(rooms.folders[room]).name):
        report.fault(where, f'{other} does not stand above {room} in common/CMakeLists.txt')


def check_doors(tree, report):
    for path in tree.sources():
        if not path.startswith(PROGRAMS):
            continue
        for include in c_code.includes(tree.text(path)):
            door = next((door for door in DOORS if include.name.startswith(door)), None)
            if include.is_ours or not door:
                continue
            if not path.startswith(tuple(DOORS[door])):
                report.fault(path, f'<{include.name}> is for {", ".join(DOORS[door])} only',
                             include.line)


def check_header_names(tree, report):
    for path in tree.select('.h'):
        if PurePosixPath(path).name in SYSTEM_HEADERS:
            report.fault(path, 'has the name of a system header')


def check_built(tree, report):
    words = Rooms(tree).words
    for path in tree.select('.c'):
        if not path.startswith(BUILT):
            continue
        name, stem = PurePosixPath(path).name, PurePosixPath(path).stem
        if not {name, stem, stem.removeprefix('fuzz-')} & words.get(folder_of(path), set()):
            report.fault(path, f'{folder_of(path)}/CMakeLists.txt does not name it')


CHECKS = [
    ('headers come from rooms that are used', check_includes),
    ('rooms use only what lies below them', check_layers),
    ('each foreign library has one door', check_doors),
    ('no header is called like one of the system', check_header_names),
    ('every C file is built', check_built),
]
