# SPDX-License-Identifier: LGPL-2.1-or-later
"""The file systems that a module tree may lie on, each fresh and empty."""

import mounts

IMAGE_BYTES = {'ext4': 64 << 20, 'btrfs': 160 << 20, 'xfs': 320 << 20}
# Where something may be mounted, in the order in which it goes away.
PLACES = ('layers/lower', 'layers', 'mounted')


def make_image(kind):
    def make(folder):
        mounts.mount_image(folder / 'mounted', folder / 'image', IMAGE_BYTES[kind], kind)
        return folder / 'mounted'

    return make


def make_tmpfs(folder):
    mounts.mount_tmpfs(folder / 'mounted', 'size=64m')
    return folder / 'mounted'


def make_overlay(folder):
    """What is populated before the first look ends up below; see Layers."""
    layers = folder / 'layers'
    mounts.mount_tmpfs(layers, 'size=64m')
    for name in ('lower', 'upper', 'work'):
        (layers / name).mkdir()
    return layers / 'lower'


def mount_layers(folder):
    layers = folder / 'layers'
    mounts.mount(layers / 'lower', '-t', 'overlay', '-o',
                 f'lowerdir={layers / "lower"},upperdir={layers / "upper"},'
                 f'workdir={layers / "work"}', 'depmodd-test')


def nothing(_folder):
    pass


# Of each: what gives the folder to populate, and what is done when it is populated.
FILE_SYSTEMS = {'ext4': (make_image('ext4'), nothing), 'tmpfs': (make_tmpfs, nothing),
                'overlay': (make_overlay, mount_layers), 'btrfs': (make_image('btrfs'), nothing),
                'xfs': (make_image('xfs'), nothing)}
