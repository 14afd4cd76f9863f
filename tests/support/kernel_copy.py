# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writable stand-ins for a real kernel's tree, which is shared and must not be changed."""

import shutil
from pathlib import Path

from references import KernelTree

INPUTS = ('modules.order', 'modules.builtin', 'modules.builtin.modinfo')


def copy_kernel(tree, root, inputs=INPUTS):
    """The same tree below `root`, with only those of its lists; folders of modules are links."""
    copy = KernelTree(Path(root), tree.version)
    copy.directory.mkdir(parents=True)
    for path in tree.directory.iterdir():
        if path.is_dir():
            (copy.directory / path.name).symlink_to(path)
        elif path.name in inputs:
            shutil.copy(path, copy.directory)
    return copy
