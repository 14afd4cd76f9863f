#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Nothing shrinks by accident: what cannot be read because of the disk, or for want of memory or
descriptors, must not be missing from an index that is published.

Each system call before the publication fails once, in a run of its own, and runs get too little of
this and that. Either the whole new set is written and the exit status is 0, or the old one stays as it
was, the exit status is 1 and a message tells why.
"""

import os
import resource
from pathlib import Path

import strace
from named_tests import Skip, check_succeeded, main
from kernel import NEW, OLD, Kernel, run

SOURCE = Path(__file__).resolve().with_name('failing-malloc.c')
JOBS = '--jobs=1'
READ_CALLS = ('openat', 'getdents64', 'read', 'pread64', 'newfstatat', 'fstat')
MEMORY_STEP = 64 << 10


class FailingReads:
    def __init__(self, program, scratch, is_sanitized):
        self.kernel = Kernel(scratch / program.folder, program)
        self.is_sanitized = is_sanitized
        self.kernel.put_old_index()
        calls = strace.trace(self.kernel.command(JOBS))
        self.calls = [call for call in calls if call.is_started]

    def tests(self):
        name = self.kernel.program.name
        for call in READ_CALLS:
            calls = [one for one in self.calls if one.name == call and not one.is_publishing]
            if calls:
                yield (f'{name}: {len(calls)} times {call} fails with EIO before the publication',
                       lambda calls=calls: self.check_calls(calls, 'EIO'))
        opening = [call for call in self.calls if call.name == 'openat' and not call.is_publishing]
        # The other front end shares the code that reads.
        for error in ('EMFILE', 'ENFILE', 'ENOMEM') if name == 'depmod' else ():
            yield (f'{name}: {len(opening)} times openat fails with {error} before the publication',
                   lambda error=error: self.check_calls(opening, error))
        yield f'{name}: one allocation fails', lambda: self.check_allocations('')
        yield f'{name}: from one allocation on all fail', lambda: self.check_allocations('+')
        yield f'{name}: limits of memory', self.check_memory_limits
        yield f'{name}: limits of descriptors', self.check_descriptor_limits
        yield f'{name}: no threads can be made', self.check_no_threads

    def check_calls(self, calls, error):
        lines = []
        for call in calls:
            self.kernel.put_old_index()
            result = strace.inject(self.kernel.command(JOBS),
                                   f'{call.name}:error={error}:when={call.number}')
            lines += [f'{line} ({call.line[:100]})' for line in self.check_run(result)]
        return lines + self.kernel.check_next_run()

    def check_run(self, result):
        if result.returncode == 0:
            return self.kernel.check(NEW)
        lines = self.kernel.check(OLD)
        if result.returncode != 1:
            lines.append(f'exit status {result.returncode}: {result.stderr.strip()}')
        if not result.stderr:
            lines.append('it failed without a word')
        return lines

    def check_limits(self, kind, limits, expected):
        lines, statuses = [], set()
        for limit in limits:
            def limited(limit=limit):
                resource.setrlimit(kind, (limit, limit))
            # What is too little to start at all says nothing about the program.
            if run([self.kernel.program.path, '--version'], preexec_fn=limited).returncode != 0:
                continue
            self.kernel.put_old_index()
            result = self.kernel.run(JOBS, preexec_fn=limited)
            lines += [f'{line} (limit {limit})' for line in self.check_run(result)]
            statuses.add(result.returncode)
        if not expected <= statuses:
            lines.append(f'the limits made for exit status {statuses} only')
        return lines + self.kernel.check_next_run()

    def check_allocations(self, plus):
        environment = self.preload()
        lines, n_failed = [], 0
        for number in range(1, self.count_allocations(environment) + 1):
            self.kernel.put_old_index()
            result = self.kernel.run(JOBS, env=environment | {'FAIL_AT': f'{number}{plus}'})
            n_failed += result.returncode == 1
            lines += [f'{line} (allocation {number}{plus})' for line in self.check_run(result)]
        if n_failed == 0:
            lines.append('no run failed')
        return lines + self.kernel.check_next_run()

    def preload(self):
        if self.is_sanitized:
            raise Skip('the sanitizers have an allocator of their own')
        library = self.kernel.root / 'failing-malloc.so'
        try:
            compiled = run(['cc', '-shared', '-fPIC', '-O1', '-o', str(library), str(SOURCE)])
        except FileNotFoundError as error:
            raise Skip('there is no C compiler') from error
        if compiled.returncode != 0:
            raise Skip('the C library has no second door to its allocator')
        return os.environ | {'LD_PRELOAD': str(library), 'LC_ALL': 'C'}

    def count_allocations(self, environment):
        count = self.kernel.root / 'count'
        self.kernel.run(JOBS, env=environment | {'COUNT_TO': str(count)})
        return int(count.read_text())

    def check_memory_limits(self):
        if self.is_sanitized:
            raise Skip('sanitizers take all addresses')
        enough = self.enough_memory()
        # It may be that what suffices to start is enough for so small a tree.
        return self.check_limits(resource.RLIMIT_AS,
                                 range(enough, enough - 80 * MEMORY_STEP, -MEMORY_STEP), {0})

    def enough_memory(self):
        limit = 1 << 20
        while self.kernel.run(JOBS, preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_AS, (limit, limit))).returncode != 0:
            limit += 16 * MEMORY_STEP
        return limit

    def check_descriptor_limits(self):
        return self.check_limits(resource.RLIMIT_NOFILE, range(4, 30), {0, 1})

    def check_no_threads(self):
        self.kernel.put_old_index()
        result = strace.inject(self.kernel.command('--jobs=4'), '?clone3:error=EAGAIN',
                               '?clone:error=EAGAIN')
        return check_succeeded(result) + self.kernel.check(NEW)


def make_tests(programs, scratch, _options):
    strace.need_strace()
    tests = {}
    for program in programs:
        tests.update(FailingReads(program, scratch, programs.is_sanitized).tests())
    return tests


if __name__ == '__main__':
    main(__doc__, make_tests)
