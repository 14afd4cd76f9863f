# SPDX-License-Identifier: LGPL-2.1-or-later
"""One daemon with several kernels that change all the time, and its figures meanwhile."""

import random
import time
from collections import Counter

from bus_client import Client
from changer import Changer, short
from changes import Changes
from daemon_run import Daemon
from module_root import ModuleRoot
from private_bus import Bus
from questions import Questions
from world import World

RELEASES = ('9.9.1-test', '9.9.2-test', '9.9.3-test')
MODULES_AT_FIRST = 80
STALE_MAX = 5
CHANGES_PER_SAMPLE = 20


class Soaked:
    """A kernel, what is in it, and what is asked about it. All kernels have one depmod.d, so that is
    left as it is."""

    def __init__(self, root, folder, release, chance):
        self.kernel = root.kernel(release)
        for name in ('kernel', 'updates'):
            (self.kernel / name).mkdir()
        self.world = World()
        places = {'kernel': str(self.kernel.directory)}
        for name in ('outside', 'away'):
            place = folder / f'{name}-{release}'
            place.mkdir()
            places[name] = str(place)
        self.changes = Changes(self.world, places, chance)
        del self.changes.kinds[self.changes.configure]
        self.questions = None

    def populate(self, changer):
        while len(self.world.files) < MODULES_AT_FIRST:
            for kind in (self.changes.create, self.changes.make_folder):
                _, steps = kind() or ([], [])
                changer.perform(steps)


class Soak:
    """on_figures is called with the figures whenever they have been taken."""

    def __init__(self, options, folder, questions_per_change, on_figures):
        self.options, self.questions_per_change = options, questions_per_change
        self.on_figures = on_figures
        self.chance = random.Random(options.seed)
        self.bus = Bus(folder / 'bus')
        self.root = ModuleRoot(folder / 'root')
        self.soaked = [Soaked(self.root, folder, release, self.chance) for release in RELEASES]
        self.daemon = Daemon(options.depmodd.resolve(), folder, self.root.path, self.bus.address)
        self.changer = self.client = None
        self.stale, self.wrong, self.figures = [], [], []
        self.peak = 0  # of memory, since the last figures
        self.made, self.n_questions = Counter(), 0

    def start(self):
        self.changer = Changer()
        for soaked in self.soaked:
            soaked.populate(self.changer)
        # The quiet time is a day's in proportion: what happens in it must happen often.
        self.daemon.configure('QuietSec=20ms\nMaxDelaySec=200ms\n')
        self.bus.start()
        self.daemon.start()
        self.client = Client(self.bus.address)
        for soaked in self.soaked:
            soaked.questions = Questions(self.client, soaked.kernel.release, soaked.world,
                                         self.chance)
        self.take_figures(0)

    def run(self, changes, looks):
        """As many changes; in between as many looks at what is published and at the figures."""
        for look in range(looks):
            for number in range(changes * look // looks, changes * (look + 1) // looks):
                self.change_and_ask(number)
                if number % CHANGES_PER_SAMPLE == 0:
                    self.peak = max(self.peak, self.anonymous_bytes())
                if len(self.stale) >= STALE_MAX:
                    return
            self.check_published(changes * (look + 1) // looks)

    def change_and_ask(self, number):
        soaked = self.chance.choice(self.soaked)
        change, names, steps = soaked.changes.make()
        self.made[change] += 1
        self.changer.perform(steps)
        self.ask(number, soaked, self.chance.choice(names), f'{change} {short(steps)}')
        for _ in range(self.questions_per_change - 1):
            other = self.chance.choice(self.soaked)
            names = sorted(other.world.modules())
            self.ask(number, other, self.chance.choice(names), 'nothing since')

    def ask(self, number, soaked, name, change):
        question, right, answer = soaked.questions.ask(name)
        self.n_questions += 1
        if right != answer:
            self.stale.append(f'change {number} of {soaked.kernel.release}: {change}, {question} of '
                              f'{name}: {answer} instead of {right}')

    def check_published(self, number):
        self.client.settle(*RELEASES)
        for soaked in self.soaked:
            self.wrong += [f'after {number} changes, {soaked.kernel.release}: {line}'
                           for line in self.options.engine.compare(soaked.kernel)]
        self.take_figures(number)

    def take_figures(self, number):
        statistics = self.client.manager('GetStatistics')
        self.figures.append((number, max(self.peak, self.anonymous_bytes()),
                             self.daemon.descriptors(),
                             int(statistics['Watches']), int(statistics['Publications']),
                             time.monotonic()))
        self.peak = 0
        self.on_figures(self.figures)

    def anonymous_bytes(self):
        """Of its own: what is mapped from files comes and goes with the machine's needs."""
        return self.daemon.resident_bytes('RssAnon')

    def stop(self):
        """The daemon's exit status."""
        status = None
        if self.changer:
            self.changer.stop()
        if self.daemon.process:
            status = self.daemon.stop()
        self.bus.stop()
        return status
