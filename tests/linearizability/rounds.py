# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rounds of a change and a question on one file system."""

import os
import random
import signal
import time
from collections import Counter

from bus_client import Client
from changer import Changer, short
from changes import Changes
from daemon_run import Daemon
from module_root import ModuleRoot
from noise import Noise, storm
from private_bus import Bus
from questions import Questions
from world import World

MODULES_AT_FIRST = 80
ROUNDS_OF_A_BLOCK = 1000
ROUNDS_BETWEEN_STORMS = 250
STALE_MAX = 5


class Rounds:
    """folder: on the file system that is tested; scratch: where everything else may lie."""

    def __init__(self, programs, folder, scratch, seed):
        self.engine, self.seed = programs.engine, seed
        self.chance = random.Random(seed)
        self.bus = Bus(scratch / 'bus')
        self.root = ModuleRoot(folder / 'root')
        self.kernel = self.root.kernel()
        for name in ('kernel', 'updates'):
            (self.kernel / name).mkdir()
        self.world = World()
        places = {'kernel': str(self.kernel.directory), 'outside': str(self.make(folder, 'outside')),
                  'away': str(self.make(folder, 'away')), 'config': str(self.root.config)}
        self.changes = Changes(self.world, places, self.chance)
        self.daemon = Daemon(programs.depmodd, scratch, self.root.path, self.bus.address)
        self.stale, self.wrong, self.latencies = [], [], []
        self.made = Counter()
        self.storms = 0
        self.changer = self.noise = None

    @staticmethod
    def make(folder, name):
        (folder / name).mkdir()
        return folder / name

    def populate(self):
        """Before anybody looks."""
        self.changer = Changer()
        while len(self.world.files) < MODULES_AT_FIRST:
            for kind in (self.changes.create, self.changes.make_folder):
                _, steps = kind() or ([], [])
                self.changer.perform(steps)

    def start(self):
        self.noise = Noise(self.kernel.directory, self.seed)
        self.bus.start()
        self.daemon.start()
        self.client = Client(self.bus.address)
        self.questions = Questions(self.client, self.kernel.release, self.world, self.chance)

    def run(self, count):
        for number in range(count):
            self.round(number)
            if len(self.stale) >= STALE_MAX:
                break
            if (number + 1) % ROUNDS_OF_A_BLOCK == 0 or number + 1 == count:
                self.check_published(number)

    def round(self, number):
        change, names, steps = self.changes.make()
        self.made[change] += 1
        with_storm = (number + 1) % ROUNDS_BETWEEN_STORMS == 0
        if with_storm:
            self.begin_storm()
        self.changer.perform(steps)
        if with_storm:
            os.kill(self.daemon.pid, signal.SIGCONT)
        begin = time.monotonic()
        question, right, answer = self.questions.ask(self.chance.choice(names))
        self.latencies.append(time.monotonic() - begin)
        if with_storm:
            os.kill(self.noise.process.pid, signal.SIGCONT)
        if right != answer:
            self.stale.append(f'round {number}{" after a storm" if with_storm else ""}: {change} '
                              f'{short(steps)}, {question}: {answer} instead of {right}')

    def begin_storm(self):
        """Nothing else may have happened that would make it look for changes: of the change that comes
        now it must learn from the overflow."""
        self.storms += 1
        os.kill(self.noise.process.pid, signal.SIGSTOP)
        self.client.kernel(self.kernel.release, 'ListModules', 'none', 0)
        os.kill(self.daemon.pid, signal.SIGSTOP)
        storm(self.kernel.directory)

    def check_published(self, number):
        self.noise.stop()
        self.client.settle(self.kernel.release)
        self.wrong += [f'after round {number}: {line}' for line in self.engine.compare(self.kernel)]
        self.noise.process = None
        self.noise = Noise(self.kernel.directory, self.seed + number)

    def summary(self):
        times = sorted(self.latencies)
        if not times:
            return 'nothing was asked'
        return (f'{len(times)} questions, {self.storms} storms, '
                f'{times[len(times) // 2] * 1e3:.2f} ms at the median, '
                f'{times[len(times) * 99 // 100] * 1e3:.1f} ms at 99 %, {times[-1] * 1e3:.0f} ms at '
                'the most')

    def stop(self):
        if self.noise and self.noise.process:
            os.kill(self.noise.process.pid, signal.SIGCONT)
            self.noise.stop()
        if self.changer:
            self.changer.stop()
        if self.daemon.process:
            self.daemon.stop()
        self.bus.stop()
