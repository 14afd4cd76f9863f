# SPDX-License-Identifier: LGPL-2.1-or-later
"""An emulated machine that boots a Debian kernel with nothing but an initramfs."""

import shutil
import subprocess
from dataclasses import dataclass

SECONDS = 300
MEMORY = 1536

INIT = """#!/bin/sh
/bin/busybox mount -t proc none /proc
/bin/busybox mount -t sysfs none /sys
/bin/busybox mount -t devtmpfs none /dev
export PATH=/bin
cd /
for name in $(cat /names); do
        echo "@@BEGIN $name" >/dev/kmsg
        /kmod/modprobe "$name" >/answer 2>&1
        status=$?
        loaded=no
        [ ! -d "/sys/module/$name" ] || loaded=yes
        while read -r line; do echo "modprobe says: $line" >/dev/kmsg; done </answer
        echo "@@END $name $status $loaded" >/dev/kmsg
done
dmesg -r >/dev/ttyS0
echo "@@ALL" >/dev/ttyS0
poweroff -f
"""


@dataclass
class Outcome:
    status: int
    is_loaded: bool
    log: str


class GuestFailed(Exception):
    pass


class Guest:
    def __init__(self, scratch, kernel, boot, busybox, kmod):
        self.scratch, self.kernel = scratch, kernel
        self.root = scratch / 'guest'
        self.image = boot / f'vmlinuz-{kernel.version}'
        for folder in ('bin', 'proc', 'sys', 'dev', 'lib/modules'):
            (self.root / folder).mkdir(parents=True)
        shutil.copy(busybox / 'busybox', self.root / 'bin')
        for name in ('sh', 'cat', 'dmesg', 'poweroff'):
            (self.root / 'bin' / name).symlink_to('busybox')
        shutil.copytree(kmod, self.root / 'kmod', symlinks=True)

    def prepare(self, depmod, candidates):
        directory = self.root / 'lib/modules' / self.kernel.version
        shutil.copytree(self.kernel.directory, directory, symlinks=True)
        shutil.copytree(candidates / 'updates', directory / 'updates')
        subprocess.run([depmod, '-b', self.root, self.kernel.version], check=False,
                       stderr=subprocess.DEVNULL)

    def load(self, names):
        (self.root / 'names').write_text(' '.join(names))
        (self.root / 'init').write_text(INIT)
        (self.root / 'init').chmod(0o755)
        with open(self.scratch / 'initramfs', 'wb') as image:
            subprocess.run('find . | cpio --quiet -o -H newc', shell=True, cwd=self.root,
                           stdout=image, check=True)
        return parse(self.boot())

    def boot(self):
        log = self.scratch / 'serial'
        command = ['qemu-system-x86_64', '-machine', 'q35,accel=tcg,hpet=off', '-cpu', 'max',
                   '-smp', '2', '-m', str(MEMORY), '-nographic', '-no-reboot', '-nodefaults',
                   '-serial', f'file:{log}', '-kernel', self.image,
                   '-initrd', self.scratch / 'initramfs', '-append',
                   'console=ttyS0 loglevel=3 printk.devkmsg=on log_buf_len=4M panic=-1 '
                   'mitigations=off']
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False,
                           stdout=subprocess.DEVNULL)
        except subprocess.TimeoutExpired as error:
            raise GuestFailed(f'the guest did not end in {SECONDS} s') from error
        text = log.read_text(errors='replace').replace('\r', '')
        if '@@ALL' not in text:
            raise GuestFailed('the guest did not come to its end: ' + text[-2000:])
        return text


def parse(text):
    outcomes, lines = {}, []
    for line in text.splitlines():
        if '@@BEGIN ' in line:
            lines = []
        elif '@@END ' in line:
            name, status, is_loaded = line.partition('@@END ')[2].split()
            outcomes[name] = Outcome(int(status), is_loaded == 'yes', '\n'.join(lines))
        else:
            lines.append(line)
    return outcomes
