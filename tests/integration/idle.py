# SPDX-License-Identifier: LGPL-2.1-or-later
"""A daemon that nobody wants anything from, watched while the other tests run."""

import tempfile
import time
from pathlib import Path

from stage import Stage, expect

NAME = 'life: while nothing happens it does nothing'
SECONDS_UNTIL_QUIET = 3
# Mounts of other tests are none of its business.
ALONE = ('unshare', '--mount', '--propagation', 'private')


# It also watches the way to its root, so that must not be where others come and go.
QUIET_PLACE = '/var/tmp'


class Idle:
    def __init__(self, programs):
        self.folder = tempfile.TemporaryDirectory(dir=QUIET_PLACE, prefix='depmodd-idle-')
        self.stage = Stage(programs, Path(self.folder.name))
        self.begin = self.before = None

    def start(self):
        self.stage.some_modules()
        self.stage.start(prefix=ALONE)
        self.stage.client.close()
        self.stage.closers.clear()
        self.begin = time.monotonic() + SECONDS_UNTIL_QUIET
        self.before = None

    def watch(self):
        """To be called now and then."""
        if self.before is None and time.monotonic() >= self.begin:
            self.begin = time.monotonic()
            self.before = self.stage.daemon.counters()

    def finish(self, seconds):
        """Raises Unexpected; gives how long it was."""
        while self.before is None or time.monotonic() < self.begin + seconds:
            self.watch()
            time.sleep(0.05)
        waited = time.monotonic() - self.begin
        after = self.stage.daemon.counters()
        expect(after == self.before, f'in {waited:.0f} s its threads woke up '
               f'{after[0] - self.before[0]} times and took {after[1] - self.before[1]} ticks')
        return waited

    def close(self):
        try:
            self.stage.close()
        finally:
            self.folder.cleanup()
