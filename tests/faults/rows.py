# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the rows of the campaign are made of."""

import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mounts
from world import World

ROWS = []
IMAGE_BYTES = {'ext4': 96 << 20, 'btrfs': 160 << 20, 'xfs': 320 << 20}


@dataclass(frozen=True)
class Fault:
    name: str
    full: object  # how often in the full campaign; None: as often as there is something to fail
    short: int
    judges_mixed: bool
    run: object  # (ledger row, programs, folder, count)


def row(name, full, short, judges_mixed=False):
    def add(function):
        ROWS.append(Fault(name, full, short, judges_mixed, function))
        return function

    return add


def image(kind, size=None):
    def mount(path):
        mounts.mount_image(path, path.with_name('image'), size or IMAGE_BYTES[kind], kind)

    return mount


on_ext4 = image('ext4')


def unmount(place):
    """Loop devices and processes take a moment to let go."""
    for _ in range(250):
        if subprocess.run(['umount', place], check=False, capture_output=True).returncode == 0:
            return
        time.sleep(0.02)
    subprocess.run(['umount', '--lazy', place], check=False, capture_output=True)


@contextmanager
def in_world(ledger, programs, folder, mount=None, **settings):
    """A world with readers; what they saw goes into the ledger."""
    world = World(programs, folder, mount, **settings)
    try:
        with world.readers as readers:
            yield world
        add_reads(ledger.reads, readers.reads)
    finally:
        world.close()
        if mount:
            unmount(world.stage.root.path)


def add_reads(total, reads):
    for name, value in vars(reads).items():
        setattr(total, name, getattr(total, name) + value)


@contextmanager
def scratch_on_disk():
    """Images are too large for memory."""
    folder = Path(tempfile.mkdtemp(prefix='depmodd-faults-', dir='/var/tmp'))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
