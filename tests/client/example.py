# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine that the examples with output in depmodctl(1) are from."""

VERSION = '6.1.0-56-amd64'


def build(machine):
    """Instead of the kernel that a machine has by default."""
    for path in sorted(machine.directory().rglob('*'), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    machine.directory().rmdir()

    def module(path, exports=(), imports=(), *modinfo):
        machine.module(path, exports, imports, 'license=GPL', *modinfo, version=VERSION)

    machine.file('modules.builtin', b'kernel/fs/ext4/ext4.ko\n', version=VERSION)
    module('kernel/lib/libcrc32c.ko', ['crc32c', 'crc_hw'])
    module('kernel/fs/fuse/fuse.ko', ['fuse_conn_init'], [], 'version=7.38')
    module('updates/dkms/fuse.ko', ['fuse_conn_init'], [], 'version=7.40')
    module('extra/crc32c-old.ko', ['crc_hw'])
    module('kernel/crypto/sha256_generic.ko')
    module('extra/ext4.ko')
    module('kernel/lib/zstd/zstd_compress.ko', ['zstd_init_cstream'])
    module('kernel/crypto/xor.ko', ['xor_blocks'])
    module('kernel/lib/raid6/raid6_pq.ko', ['raid6_call'], ['xor_blocks'])
    module('kernel/fs/btrfs/btrfs.ko', [], ['crc32c', 'xor_blocks', 'raid6_call',
                                            'zstd_init_cstream'], 'softdep=pre: sha256_generic')
