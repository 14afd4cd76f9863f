#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each system call of a publication fails once, in a run of its own, with each error that it may give.

Then the old set must be there as a whole (or the new one, where the call is not needed for it), the
exit status must tell, a message must name the file, nothing may be left over, and a run without fault
must give the new set.
"""

from dataclasses import dataclass

import strace
from named_tests import check_failed, check_succeeded, main
from kernel import EACH_WHOLE, NEW, OLD, Kernel

JOBS = '--jobs=1'


@dataclass(frozen=True)
class Fault:
    """What one error of a call must come to."""
    call: str
    errors: tuple
    choose: object  # which calls of the name
    is_harmless: bool = False
    state: str = OLD  # what is there after a failure
    leaves_litter: bool = False
    names_directory: bool = False


def is_of_file(call):
    return call.is_publishing and call.subject is not None


def is_of_temp(call):
    return call.is_publishing and call.is_of_temp


def is_of_directory(call):
    return call.is_publishing and call.subject is None


def is_lock(call):
    return call.name == 'flock'


FAULTS = (
    Fault('openat', ('ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EMFILE', 'EDQUOT'), is_of_temp),
    Fault('write', ('ENOSPC', 'EIO', 'EFBIG', 'EDQUOT'), is_of_temp),
    Fault('write', ('EINTR',), is_of_temp, is_harmless=True),
    Fault('fchmod', ('EIO', 'EPERM', 'EROFS'), is_of_temp),
    Fault('sync_file_range', ('EIO', 'ENOSPC', 'ENOSYS'), is_of_temp, is_harmless=True),
    Fault('fdatasync', ('EIO', 'ENOSPC', 'EDQUOT'), is_of_temp),
    Fault('close', ('EIO', 'ENOSPC', 'EDQUOT'), is_of_temp),
    Fault('linkat', ('EIO', 'ENOSPC', 'EPERM', 'EMLINK', 'EOPNOTSUPP'), is_of_file,
          is_harmless=True),
    Fault('renameat', ('EIO', 'ENOSPC', 'EACCES', 'EROFS', 'EISDIR'), is_of_file),
    Fault('unlinkat', ('EIO', 'EROFS'), is_of_file, is_harmless=True, leaves_litter=True),
    Fault('fsync', ('EIO', 'ENOSPC'), is_of_directory, state=NEW, names_directory=True),
    Fault('flock', ('EIO', 'ENOMEM'), is_lock, names_directory=True),
    Fault('flock', ('EINTR', 'EOPNOTSUPP', 'ENOLCK', 'ENOSYS'), is_lock, is_harmless=True),
)


class FailingCalls:
    def __init__(self, program, scratch):
        self.kernel = Kernel(scratch / program.folder, program)
        self.kernel.put_old_index()
        self.calls = strace.trace(self.kernel.command(JOBS))

    def tests(self):
        """One for each call and error."""
        name = self.kernel.program.name
        for fault in FAULTS:
            calls = [call for call in self.calls if call.name == fault.call and fault.choose(call)]
            # The other front end shares the code that publishes.
            for error in fault.errors if name == 'depmod' else fault.errors[:1]:
                yield (f'{name}: {len(calls)} times {fault.call} fails with {error}',
                       lambda fault=fault, error=error, calls=calls: self.check(fault, error, calls))
        pairs = {'without hard links': ('linkat:error=EPERM',),
                 'when leftovers cannot be removed': ('unlinkat:error=EIO',)}
        for situation, others in pairs.items():
            yield (f'{name}: renameat fails {situation}',
                   lambda others=others: self.check_pair('renameat', 'EIO', others))
        yield (f'{name}: a file cannot be written nor removed',
               lambda: self.check_pair('write', 'ENOSPC', ('unlinkat:error=EROFS',)))
        yield (f'{name}: from one renameat on all fail', self.check_failing_for_good)
        yield f'{name}: everything is synced before it is renamed', self.check_order
        yield f'{name}: nothing is synced with --no-sync', self.check_no_sync

    def check(self, fault, error, calls):
        lines = [] if calls else ['there is no such call']
        for call in calls:
            problems = self.check_once(fault, error, call)
            lines += [f'{line} ({call.line[:100]})' for line in problems]
        return lines

    def check_once(self, fault, error, call):
        kernel = self.kernel
        kernel.put_old_index()
        run = strace.inject(kernel.command(JOBS),
                            f'{call.name}:error={error}:when={call.number}')
        if fault.is_harmless:
            lines = check_succeeded(run)
        else:
            subject = kernel.outputs if fault.names_directory else call.subject
            lines = check_failed(run, subject)
        state = NEW if fault.is_harmless else fault.state
        return lines + kernel.check(state, fault.leaves_litter) + kernel.check_next_run()

    def check_pair(self, name, error, others):
        """With a second fault the old set may be beyond saving, but no file may be lost, and what is
        said must be true."""
        lines = []
        for call in self.calls:
            if call.name != name or not is_of_temp_or_file(call):
                continue
            self.kernel.put_old_index()
            run = strace.inject(self.kernel.command(JOBS),
                                f'{name}:error={error}:when={call.number}', *others)
            problems = check_failed(run, call.subject)
            problems += self.kernel.check(EACH_WHOLE, with_litter=True) + self.check_claim(run)
            problems += self.kernel.check_next_run()
            lines += [f'{line} ({call.line[:100]})' for line in problems]
        return lines

    def check_failing_for_good(self):
        lines = []
        for call in self.calls:
            if call.name != 'renameat':
                continue
            self.kernel.put_old_index()
            run = strace.inject(self.kernel.command(JOBS),
                                f'renameat:error=EIO:when={call.number}+')
            problems = check_failed(run, call.subject)
            problems += self.kernel.check(EACH_WHOLE) + self.check_claim(run)
            problems += self.kernel.check_next_run()
            lines += [f'{line} ({call.line[:100]})' for line in problems]
        return lines

    def check_claim(self, run):
        is_old = not self.kernel.check(OLD, with_litter=True)
        if ('all files are as they were' in run.stderr.lower()) != is_old:
            return [f'this is not true: {run.stderr.strip()}']
        return []

    def check_order(self):
        calls = [call for call in self.calls if call.is_publishing]
        names = [call.name for call in calls]
        renames = [number for number, name in enumerate(names) if name == 'renameat']
        synced = {call.subject for call in calls[:renames[0]] if call.name == 'fdatasync'}
        renamed = {call.subject for call in calls if call.name == 'renameat'}
        lines = []
        if synced != renamed or len(synced) != 11:
            lines.append(f'synced before the first renameat: {sorted(synced)}')
        if 'fsync' not in names[renames[-1]:]:
            lines.append('the directory is not synced after the last renameat')
        return lines

    def check_no_sync(self):
        self.kernel.put_old_index()
        calls = strace.trace(self.kernel.command(JOBS, '--no-sync'))
        lines = [call.line for call in calls if 'sync' in call.name]
        return lines + self.kernel.check(NEW)


def is_of_temp_or_file(call):
    return is_of_temp(call) or call.name == 'renameat' and is_of_file(call)


def make_tests(programs, scratch, _options):
    strace.need_strace()
    tests = {}
    for program in programs:
        tests.update(FailingCalls(program, scratch).tests())
    return tests


if __name__ == '__main__':
    main(__doc__, make_tests)
