# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs with their cost."""

import os
import re
import resource
import signal
import subprocess
import tempfile
from dataclasses import dataclass

STACK = 256 << 10
CPU_SECONDS_MAX, SECONDS_MAX = 60, 600


@dataclass
class Measured:
    status: int
    stderr: str
    seconds: float  # of processors, not of the clock
    peak: int  # bytes of memory

    @property
    def cost(self):
        return f'{self.seconds:.2f} s, {self.peak >> 20} MB'


def measure(command, stack=STACK):
    """With a small stack, so that no input makes anything recurse deeply unnoticed."""
    def prepare():
        signal.alarm(SECONDS_MAX)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
        if stack:
            resource.setrlimit(resource.RLIMIT_STACK, (stack, stack))

    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=errors, preexec_fn=prepare)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        text = errors.read().decode(errors='replace')
    return Measured(process.returncode, text, usage.ru_utime + usage.ru_stime,
                    usage.ru_maxrss << 10)


def count_instructions(command):
    completed = subprocess.run(['valgrind', '--tool=cachegrind', '--cache-sim=no',
                                '--cachegrind-out-file=/dev/null', *command],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               check=True)
    return int(re.search(r'I\s+refs:\s+([0-9,]+)', completed.stderr)[1].replace(',', ''))
