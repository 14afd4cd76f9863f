# SPDX-License-Identifier: LGPL-2.1-or-later
"""Can two modules of one name be compared with kmod?

Of modules with equal rank kmod takes the first that it meets, in the order in which the file system
lists them; ours takes the first by path, on every file system. Under one and the same `search`
folder kmod takes the last it meets; ours does not (a difference on purpose).
"""

import os

from random_inputs import SEARCHED_FOLDERS
from tree import is_listed_in_order

ENDINGS = ('.ko', '.ko.gz', '.ko.xz', '.ko.zst')


def are_comparable(directory):
    """Do kmod and we choose alike among all modules of one name below a kernel's folder?"""
    groups = {}
    for path in _walk(os.fsencode(directory), b''):
        name = path.rpartition(b'/')[2].split(b'.')[0].replace(b'-', b'_')
        groups.setdefault(name, []).append(path)
    groups = [paths for paths in groups.values() if len(paths) > 1]
    if not groups:
        return True
    return is_listed_in_order(directory) and all(map(_is_comparable, groups))


def _walk(base, folder):
    """Module files as kmod meets them."""
    for name in os.listdir(os.path.join(base, folder)):
        path = os.path.join(folder, name)
        full_path = os.path.join(base, path)
        if name in (b'build', b'source'):
            continue
        if os.path.isdir(full_path):
            yield from _walk(base, path)
        elif os.path.isfile(full_path) and name.endswith(tuple(map(str.encode, ENDINGS))):
            yield path


def _is_comparable(paths):
    if paths != sorted(paths) or paths != sorted(paths, key=lambda path: path.split(b'/')):
        return False
    for folder in SEARCHED_FOLDERS:
        if sum(path.startswith(folder.encode() + b'/') for path in paths) > 1:
            return False
    return True
