# SPDX-License-Identifier: LGPL-2.1-or-later
"""The system calls of a run, and runs in which one of them fails or kills."""

import os
import re
import shutil
import tempfile
from dataclasses import dataclass

from named_tests import Skip
from kernel import VERSION, run

FILE_CALLS = ('openat', 'open', 'mkdir', 'mkdirat', 'flock', 'getdents64', 'write', 'fchmod',
              'sync_file_range', 'fdatasync', 'fsync', 'close', 'linkat', 'link', 'renameat',
              'renameat2', 'rename', 'unlinkat', 'unlink', 'read', 'pread64', 'newfstatat',
              'fstat')

LINE = re.compile(r'^\d+ +(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+|\?)')
INDEX_FILE = re.compile(r'"\.?(modules\.[a-z.]+?)(?:\.depmodd-\d+\.(new|old))?"')


@dataclass(frozen=True)
class Call:
    name: str
    number: int  # among the calls of this name in the run, from 1
    line: str
    subject: str  # the index file that it is about; None: none
    is_of_temp: bool  # of a file that is being written
    is_started: bool  # from the first look at the kernel directory on
    is_publishing: bool  # from the creation of the first file on


def need_strace():
    if not shutil.which('strace'):
        raise Skip('there is no strace')
    if run(['strace', '-o', '/dev/null', 'true']).returncode != 0:
        raise Skip('strace may not trace')


def trace(command, calls=FILE_CALLS):
    """All calls of a run that has one thread."""
    with tempfile.NamedTemporaryFile('r') as output:
        completed = run(['strace', '-f', '-s', '4096', '-o', output.name, '-e',
                         'trace=' + existing(calls), *command], env=environment())
        if completed.returncode != 0:
            raise RuntimeError(f'{command}: {completed.stderr}')
        return list(parse(output.read().splitlines()))


def parse(lines):
    counts, files, is_started, is_publishing = {}, {}, False, False
    for line in lines:
        match = LINE.match(line)
        if not match:
            continue
        name, arguments, result = match.groups()
        counts[name] = counts.get(name, 0) + 1
        found = INDEX_FILE.search(arguments)
        descriptor = arguments.split(',')[0]
        is_new = name == 'openat' and bool(found and found[2] == 'new')
        is_started |= name == 'openat' and f'/{VERSION}' in arguments
        is_publishing |= is_new
        subject = found[1] if found else files.get(descriptor)
        is_of_temp = is_new or descriptor in files
        if is_new:
            files[result] = found[1]
        if name == 'close':
            files.pop(descriptor, None)
        yield Call(name, counts[name], line, subject, is_of_temp, is_started,
                   is_publishing)


def existing(calls):
    """strace knows no call that the machine's architecture lacks; a question mark forgives that."""
    return ','.join('?' + call for call in calls)


def inject(command, *faults, **settings):
    """Runs with faults like renameat:error=EIO:when=2."""
    options = []
    for fault in faults:
        options += ['-e', 'inject=' + fault]
    names = [fault.lstrip('?').split(':')[0] for fault in faults]
    return run(['strace', '-f', '-o', '/dev/null', '-e', 'trace=' + existing(names), *options,
                *command], env=environment(), **settings)


def environment():
    """The leak checker of the sanitizers cannot work under strace."""
    options = os.environ.get('ASAN_OPTIONS', '')
    return os.environ | {'ASAN_OPTIONS': ':'.join(filter(None, [options, 'detect_leaks=0'])),
                         'LC_ALL': 'C'}
