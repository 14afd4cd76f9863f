# SPDX-License-Identifier: LGPL-2.1-or-later
"""One run of a depmod: what it said and wrote, and how two runs differ."""

import os
import re
import resource
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import index_file

OUTPUTS = ('modules.dep', 'modules.dep.bin', 'modules.alias', 'modules.alias.bin',
           'modules.softdep', 'modules.weakdep', 'modules.symbols', 'modules.symbols.bin',
           'modules.builtin.bin', 'modules.builtin.alias.bin', 'modules.devname')
TIMEOUT = 300
# The reference gets less when it may hang and eat memory for ever, as kmod does with some cycles.
BOUNDED_TIMEOUT, BOUNDED_MEMORY = 20, 256 << 20
LINE_LIMIT = 300

# kmod also calls it a cycle, of one module and without an arrow, when a module is merely needed by one.
# Ours does not: that is one of the differences on purpose in depmod(8).
NO_CYCLE = re.compile(rb'depmod: ERROR: Cycle detected: (?!.* -> ).*\n')

# What is not the same from run to run, or says nothing: kmod tells of an entry the number of an
# open descriptor, where ours tells the path; and an error number that another call left behind.
MEANINGLESS = ((re.compile(rb'(fstatat|openat|fdopendir)\((\d+, |/.*/)'), rb'\1('),
               (re.compile(rb'(Invalid symbol version \S+): .*'), rb'\1'))
# kmod decompresses a broken file up to three times, the library complains each time and not always
# alike. Ours complains once: each such line must be one of kmod's.
# With -w kmod tells of duplicates as it meets them, ours when an index is complete.
DUPLICATE = re.compile(rb'depmod: WARNING: duplicate module (?:deps|alias|syms):\n.*\n')
DECOMPRESSOR = re.compile(rb'depmod: ERROR: (xz|zstd|gzip): .*\n')


@dataclass
class Run:
    status: int  # None: it was killed because it took too long
    stdout: bytes
    stderr: bytes
    files: dict = field(default_factory=dict)  # name: (mode, bytes)

    @property
    def broke_down(self):
        """It came to no proper end: kmod aborts or hangs on many graphs with cycles."""
        if self.status == 1:
            return not re.search(rb'FATAL|modules in dependency cycles!', self.stderr)
        return self.status != 0

    def content(self, name):
        return self.files[name][1]


def run_depmod(program, arguments, cwd='/', bounded=False, before=None):
    """before: called in the child, to set limits or ids."""
    def prepare():
        if bounded:
            resource.setrlimit(resource.RLIMIT_AS, (BOUNDED_MEMORY, BOUNDED_MEMORY))
        if before:
            before()

    environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C'}
    environment.update({name: value for name, value in os.environ.items()
                        if name.endswith('SAN_OPTIONS')})
    try:
        process = subprocess.run(['depmod', *map(str, arguments)], executable=program, cwd=cwd,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, check=False, env=environment,
                                 timeout=BOUNDED_TIMEOUT if bounded else TIMEOUT,
                                 preexec_fn=prepare)
    except subprocess.TimeoutExpired as error:
        return Run(None, error.stdout or b'', error.stderr or b'')
    return Run(process.returncode, process.stdout, process.stderr)


def read_files(directory):
    """All files of a folder, outputs and whatever else was left there."""
    files = {}
    if not Path(directory).is_dir():
        return files
    for path in Path(directory).iterdir():
        if path.is_file() and not path.is_symlink():
            files[path.name] = (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
    return files


def take_new_files(directory, old_names):
    """The files that a run left beside its inputs; takes them away for the next run."""
    files = {name: content for name, content in read_files(directory).items()
             if name not in old_names}
    for name in files:
        Path(directory, name).unlink()
    return files


def comparable_messages(stderr):
    """The messages in order, those of duplicates sorted, and the set of those of decompressors."""
    for pattern, replacement in MEANINGLESS:
        stderr = pattern.sub(replacement, stderr)
    stderr = NO_CYCLE.sub(b'', stderr)
    return (DUPLICATE.sub(b'', DECOMPRESSOR.sub(b'', stderr)), sorted(DUPLICATE.findall(stderr)),
            set(DECOMPRESSOR.findall(stderr)))


def compare_runs(reference, ours):
    """The differences, as lines to read; empty when there are none."""
    differences = []
    if reference.status != ours.status:
        differences.append(f'exit status: {ours.status} instead of {reference.status}')
    differences += compare_bytes('standard output', reference.stdout, ours.stdout)
    expected, duplicates, complaints = comparable_messages(reference.stderr)
    messages, our_duplicates, our_complaints = comparable_messages(ours.stderr)
    differences += compare_bytes('standard error', expected, messages)
    if our_duplicates != duplicates:
        differences.append(f'of duplicates was said {our_duplicates} instead of {duplicates}')
    if not our_complaints <= complaints or bool(our_complaints) != bool(complaints):
        differences.append(f'decompressors said {our_complaints} instead of {complaints}')
    return differences + compare_files(reference.files, ours.files)


def compare_files(expected, files):
    differences = []
    for name in sorted(set(expected) - set(files)):
        differences.append(f'{name}: is missing')
    for name in sorted(set(files) - set(expected)):
        differences.append(f'{name}: should not be there')
    for name in sorted(set(files) & set(expected)):
        differences += compare_bytes(name, expected[name][1], files[name][1])
        if expected[name][0] != files[name][0]:
            differences.append(f'{name}: mode {files[name][0]:o} instead of {expected[name][0]:o}')
    return differences


def compare_bytes(name, expected, actual):
    if expected == actual:
        return []
    if name.endswith('.bin'):
        return compare_indexes(name, expected, actual)
    wanted, got = expected.split(b'\n'), actual.split(b'\n')
    line = next((number for number, pair in enumerate(zip(wanted, got)) if pair[0] != pair[1]),
                min(len(wanted), len(got)))
    lines = [f'{name}: differs from line {line + 1} on, {len(got)} lines for {len(wanted)}']
    for sign, side in (('-', wanted), ('+', got)):
        lines += [f'{sign}{repr(text)[1:][:LINE_LIMIT]}' for text in side[line:line + 3]]
    return lines


def compare_indexes(name, expected, actual):
    offset = next((number for number, pair in enumerate(zip(expected, actual))
                   if pair[0] != pair[1]), min(len(expected), len(actual)))
    lines = [f'{name}: differs from byte {offset} on, {len(actual)} bytes for {len(expected)}']
    try:
        wanted = list(index_file.entries(index_file.decode(expected)))
        got = list(index_file.entries(index_file.decode(actual)))
    except (ValueError, IndexError, index_file.struct.error) as error:
        return lines + [f'cannot be decoded: {error}']
    if wanted == got:
        return lines + ['the entries are the same']
    for sign, side, other in (('-', wanted, got), ('+', got, wanted)):
        only = sorted(set(side) - set(other))
        lines += [f'{sign}{repr(entry)[:LINE_LIMIT]}' for entry in only[:3]]
    return lines if len(lines) > 1 else lines + ['the order of values differs']
