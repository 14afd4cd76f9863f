# SPDX-License-Identifier: LGPL-2.1-or-later
"""Thousands of changes in a row under a daemon."""

import os
import shutil
import statistics
import time
from dataclasses import dataclass, field

from depmod1 import KERNEL, MANAGER, NAME, PATH, kernel_path

SETTLE_PATIENCE = 60  # seconds


@dataclass
class Burst:
    """Modules are renamed into updates/ and out again: each is one change, and none needs time of
    those who make it."""
    served: object
    tree: object
    modules: list  # which are copied to make those that come and go
    memories: list = field(default_factory=list)
    answers: list = field(default_factory=list)  # how long they took
    stale: list = field(default_factory=list)

    def __post_init__(self):
        self.elsewhere, self.updates = self.tree.root / 'elsewhere', self.tree.directory / 'updates'
        self.elsewhere.mkdir()
        self.updates.mkdir(exist_ok=True)
        for module in self.modules:
            shutil.copyfile(module, self.elsewhere / module.name)
        self.names = [module.name for module in self.modules]

    def run(self, count, seconds):
        """Gives the time and the CPU time that the changes took, and how long the last of them took
        to be published."""
        self.served.rest()
        begin, cpu, sample = time.monotonic(), self.served.cpu(), 1
        for number in range(count):
            self.change(number)
            due = begin + seconds * (number + 1) / count
            time.sleep(max(0, due - time.monotonic()))
            if time.monotonic() - begin >= sample:
                sample += 1
                self.look(number)
        wall = time.monotonic() - begin
        self.settle()
        lag = time.monotonic() - begin - wall
        self.served.rest()
        return wall, self.served.cpu() - cpu, lag

    def change(self, number):
        """In the first turn all come, in the second they go."""
        turn, index = divmod(number, len(self.names))
        name = self.names[index]
        old, new = self.elsewhere / name, self.updates / name
        os.rename(*((old, new) if turn % 2 == 0 else (new, old)))

    def look(self, number):
        """An answer about the module that has changed just now, and the memory."""
        name = self.names[number % len(self.names)]
        begin = time.monotonic()
        answer = self.call(kernel_path(self.tree.version), KERNEL, 'GetModule', 'st',
                           name.split('.')[0], '0')
        self.answers.append(time.monotonic() - begin)
        is_in = (number // len(self.names)) % 2 == 0
        if (f'updates/{name}' in answer) != is_in:
            self.stale.append(name)
        self.memories.append(self.served.resident())

    def settle(self):
        self.call(PATH, MANAGER, 'Settle', 'astt', '1', self.tree.version, '0',
                  str(SETTLE_PATIENCE * 1000000))

    def call(self, *arguments):
        return self.served.ask('busctl', f'--address={self.served.bus.address}', '--timeout=100',
                               'call', NAME, *arguments)

    def memory_before(self):
        """In the first third of the changes, less its beginning."""
        third = max(len(self.memories) // 3, 2)
        return statistics.median(self.memories[third // 4 + 1:third + 1])

    def memory_after(self):
        """In the last third."""
        return statistics.median(self.memories[-max(len(self.memories) // 3, 2):])


def overflows(served):
    return served.statistics()['Overflows']
