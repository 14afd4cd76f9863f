# SPDX-License-Identifier: LGPL-2.1-or-later
"""What code of the library does not do."""

import re

import c_code

OUTPUT = ['printf', 'vprintf', 'fprintf', 'vfprintf', 'dprintf', 'vdprintf', 'puts', 'fputs',
          'putchar', 'putc', 'fputc', 'fwrite', 'perror', 'psignal', 'syslog', 'vsyslog', 'openlog',
          'error', 'warn', 'warnx', 'err', 'errx', r'sd_journal_\w+']
STREAMS = ['stderr', 'stdout', 'stdin', 'environ']
ENVIRONMENT = ['getenv', 'secure_getenv', 'setenv', 'putenv', 'unsetenv', 'clearenv', 'getopt',
               'getopt_long', 'setlocale']
ENDING = ['exit', '_exit', '_Exit', 'quick_exit', 'abort']
FILES = ['open', 'openat', 'openat2', 'creat', 'fopen', 'fdopen', 'freopen', 'tmpfile', 'mkstemp',
         'memfd_create', 'write', 'pwrite', 'rename', 'renameat', 'unlink', 'unlinkat', 'mkdir',
         'mkdirat', 'opendir', 'fdopendir', 'stat', 'lstat', 'fstatat']
OVERRUNNING = ['strcpy', 'strcat', 'sprintf', 'vsprintf', 'gets', 'strtok', 'strncpy', 'strncat',
               'alloca', 'asctime', 'ctime', 'tmpnam', 'mktemp']

# Rooms that take bytes and give bytes.
WITHOUT_FILES = ('common/elf/', 'common/index/', 'common/model/', 'common/output/', 'common/query/',
                 'common/problem/', 'common/wire/')


def refuse(functions, folders, objects=()):
    pattern = re.compile(r'(?<![\w.>])(?:(' + '|'.join(functions) + r')\s*\(|(' +
                         '|'.join(objects or ['(?!)']) + r')\b)')

    def check(tree, report):
        for path in tree.sources():
            if not path.startswith(folders):
                continue
            for number, line in enumerate(c_code.bare(tree.text(path)).split('\n'), 1):
                for match in pattern.finditer(line):
                    report.fault(path, f'no {match.group(1) or match.group(2)} here', number)

    return check


def check_goto(tree, report):
    for path in tree.sources():
        for number, line in enumerate(c_code.bare(tree.text(path)).split('\n'), 1):
            if re.search(r'\bgoto\b', line):
                report.fault(path, 'goto', number)


CHECKS = [
    ('common does not print or log', refuse(OUTPUT, ('common/',), STREAMS)),
    ('common does not look at the environment', refuse(ENVIRONMENT, ('common/',))),
    ('common does not end the program', refuse(ENDING, ('common/',))),
    ('rooms that take bytes open no file', refuse(FILES, WITHOUT_FILES)),
    ('no function that cannot be used safely',
     refuse(OVERRUNNING, ('common/', 'client/', 'daemon/'))),
    ('no goto', check_goto),
]
