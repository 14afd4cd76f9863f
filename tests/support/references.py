# SPDX-License-Identifier: LGPL-2.1-or-later
"""The reference tools and real trees, from fetch."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

FETCH = Path(__file__).resolve().with_name('fetch')
EXIT_SKIP = 77


class Unavailable(Exception):
    """It cannot be had on this machine: the test is to be skipped."""


@dataclass(frozen=True)
class KernelTree:
    root: Path
    version: str

    @property
    def directory(self):
        return self.root / 'lib/modules' / self.version


def fetch(*arguments):
    process = subprocess.run([FETCH, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True, check=False)
    if process.returncode == EXIT_SKIP:
        raise Unavailable(process.stderr.strip().splitlines()[-1])
    if process.returncode != 0:
        raise RuntimeError(f'fetch {" ".join(map(str, arguments))}: {process.stderr}')
    return process.stdout.strip()


def fetch_kmod(suite):
    return Path(fetch('kmod', suite))


def fetch_kernel(suite, flavour):
    return _tree(fetch('kernel', suite, flavour))


def fetch_family(suite, flavour):
    """Flavours for fetch_kernel(), the newest first."""
    return fetch('family', suite, flavour).split()


def fetch_kernel_package(suite, flavour):
    return Path(fetch('deb', suite, flavour))


def fetch_compressed(tree, kind):
    return _tree(fetch('compressed', tree.root, tree.version, kind))


def _tree(line):
    root, version = line.rsplit(' ', 1)
    return KernelTree(Path(root), version)


def cache_folder():
    """Where fetched things lie: on a disk, with room for copies of trees."""
    cache = os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'
    return Path(os.environ.get('DEPMODD_TEST_CACHE') or Path(cache) / 'depmodd-tests')
