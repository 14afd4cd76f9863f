# SPDX-License-Identifier: LGPL-2.1-or-later
"""What else goes on in the tree: modules that nobody asks for, files that are none, and storms."""

import os
import random
import time
from multiprocessing import Event, Process
from pathlib import Path

from module_writer import simple_module

FOLDER = 'noise'
PAUSE = 0.004
# An inotify queue takes 16,384 events; a file that comes and goes gives at least two that differ.
STORM_FILES = 9000


def make_noise(directory, seed, is_over):
    chance = random.Random(seed)
    content = simple_module(['noise_symbol'], modinfo=['alias=noise:*'])
    while not is_over.is_set():
        time.sleep(PAUSE)
        path = directory / f'noise{chance.randrange(4)}.ko'
        kind = chance.randrange(6)
        if kind < 2:
            path.write_bytes(content)
        elif kind == 2:
            path.unlink(missing_ok=True)
        elif kind == 3:
            path.with_suffix('.ko.dpkg-new').write_bytes(content)
        elif kind == 4:
            path.with_name('folder').mkdir(exist_ok=True)
        elif path.with_name('folder').exists():
            path.with_name('folder').rmdir()


class Noise:
    def __init__(self, directory, seed):
        folder = directory / 'kernel' / FOLDER
        folder.mkdir(exist_ok=True)
        self.is_over = Event()
        self.process = Process(target=make_noise, args=(folder, seed, self.is_over), daemon=True)
        self.process.start()

    def stop(self):
        self.is_over.set()
        self.process.join()
        if self.process.exitcode:
            raise RuntimeError(f'the noise ended with {self.process.exitcode}')


def storm(directory):
    """More events than the queue of somebody who does not read can take."""
    paths = [str(Path(directory, 'kernel', FOLDER, f'storm{number}')) for number in range(2)]
    for number in range(STORM_FILES):
        path = paths[number % 2]
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        os.unlink(path)
