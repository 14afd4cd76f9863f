# SPDX-License-Identifier: LGPL-2.1-or-later
"""A sysfs with the devices and loaded modules that a test wants."""

import struct

NT_GNU_BUILD_ID = 3


class Sysfs:
    def __init__(self, path):
        self.path = path
        self.option = f'--sysfs={path}'
        (path / 'devices').mkdir(parents=True)

    def device(self, path, modalias, driver=None):
        folder = self.path / 'devices' / path
        folder.mkdir(parents=True)
        (folder / 'modalias').write_text(modalias + '\n')
        if driver:
            (folder / 'driver').mkdir()
            (folder / 'driver/module').symlink_to(f'../../../module/{driver}')

    def module(self, name, build_id=None, srcversion=None, state='live'):
        folder = self.path / 'module' / name
        (folder / 'notes').mkdir(parents=True, exist_ok=True)
        if state:
            (folder / 'initstate').write_text(state + '\n')
        if build_id:
            (folder / 'notes/.note.gnu.build-id').write_bytes(
                struct.pack('=3I', 4, len(build_id), NT_GNU_BUILD_ID) + b'GNU\0' + build_id)
        if srcversion:
            (folder / 'srcversion').write_text(srcversion + '\n')
