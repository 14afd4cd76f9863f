# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine that the examples with output in depmodctl(1) are from."""

import shutil

from sysfs import Sysfs

VERSION, NEW = '6.1.0-56-amd64', '6.9-amd64'


def build(machine):
    """Instead of the kernel that a machine has by default."""
    shutil.rmtree(machine.directory())

    def module(path, exports=(), imports=(), *modinfo, version=VERSION):
        machine.module(path, exports, imports, 'license=GPL', *modinfo, version=version)

    machine.file('modules.builtin', b'kernel/fs/ext4/ext4.ko\n', version=VERSION)
    module('kernel/lib/libcrc32c.ko', ['crc32c', 'crc_hw'])
    module('kernel/fs/fuse/fuse.ko', ['fuse_conn_init'], [], 'version=7.38')
    module('updates/dkms/fuse.ko', ['fuse_conn_init'], [], 'version=7.40')
    module('extra/crc-old.ko', ['crc_hw'])
    module('extra/ext4.ko')
    for version in (VERSION, NEW):
        module('kernel/crypto/sha256_generic.ko', version=version)
        module('kernel/lib/zstd/zstd_compress.ko', ['zstd_compress'], version=version)
        module('kernel/crypto/xor.ko', ['xor_blocks'], version=version)
        module('kernel/lib/raid6/raid6_pq.ko', ['raid6_call'], ['xor_blocks'], version=version)
        module('kernel/fs/btrfs/btrfs.ko', [], ['crc32c', 'xor_blocks', 'raid6_call',
                                                'zstd_compress'], 'softdep=pre: sha256_generic',
               version=version)
    module('kernel/drivers/net/tg3.ko', [], [], 'alias=pci:v000014E4d*')
    module('kernel/drivers/ata/ahci.ko', [], [], 'alias=pci:v00008086d*')

    module('kernel/lib/libcrc32c.ko', ['crc32c', 'crc_hw'], version=NEW)
    module('kernel/drivers/ata/ahci.ko', [], [], 'alias=pci:v00008086d*', version=NEW)
    machine.file('modules.builtin', b'kernel/fs/ext4/ext4.ko\nkernel/fs/fuse/fuse.ko\n', NEW)

    sysfs = Sysfs(machine.root / 'sys')
    sysfs.device('pci0000:00/0000:00:1c.0/0000:02:00.0', 'pci:v000014E4d00001686')
    sysfs.device('pci0000:00/0000:00:1f.2', 'pci:v00008086d00002922', 'ahci')
    sysfs.device('LNXSYSTM:00/PNP0C14:00', 'acpi:PNP0C14:')
    sysfs.module('ahci')
    return sysfs
