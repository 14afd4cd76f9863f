# SPDX-License-Identifier: LGPL-2.1-or-later
"""A throw-away machine: this host's own root file system below a layer in memory, booted with a real
systemd by systemd-nspawn. Nothing that happens in it is kept, and nothing of it is seen outside."""

import os
import shutil
import signal
import subprocess
import time
import uuid

import mounts
from references import Unavailable

BOOT_SECONDS, HALT_SECONDS, RUN_SECONDS = 60, 20, 120
LAYER_SIZE = '4g'
# What a host may have enabled and nobody needs here.
MASKED = ('apt-daily.timer', 'apt-daily-upgrade.timer', 'man-db.timer', 'dpkg-db-backup.timer',
          'e2scrub_all.timer', 'fstrim.timer', 'systemd-timesyncd.service', 'apparmor.service',
          'systemd-firstboot.service', 'console-getty.service', 'postgresql.service',
          'docker.service', 'containerd.service', 'packagekit.service')
HALT = signal.SIGRTMIN + 4
ENVIRONMENT = ('PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8', 'HOME=/root', 'SYSTEMD_PAGER=',
               'DEBIAN_FRONTEND=noninteractive')


class Box:
    """folder: an empty one that may be mounted over. The caller is in a mount namespace of its own."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.root = folder / name
        self.process = self.leader = None

    def __truediv__(self, path):
        return self.root / path

    def make(self):
        for tool in ('systemd-nspawn', 'nsenter'):
            if not shutil.which(tool):
                raise Unavailable(f'there is no {tool} on this machine')
        mounts.mount_tmpfs(self.folder, f'size={LAYER_SIZE},mode=755')
        for name in ('upper', 'work'):
            (self.folder / name).mkdir()
        mounts.mount(self.root, '-t', 'overlay', '-o', f'lowerdir=/,upperdir={self.folder / "upper"},'
                     f'workdir={self.folder / "work"}', 'depmodd-box')
        self.forget_the_host()

    def forget_the_host(self):
        for path in ('var/log/journal', 'etc/systemd/system'):
            shutil.rmtree(self / path, ignore_errors=True)
        (self / 'var/lib/dbus/machine-id').unlink(missing_ok=True)
        (self / 'etc/machine-id').write_text(uuid.uuid4().hex + '\n')
        (self / 'etc/fstab').write_text('')
        units = self / 'etc/systemd/system'
        units.mkdir(parents=True)
        for unit in MASKED:
            (units / unit).symlink_to('/dev/null')
        (self / 'usr/lib/modules').mkdir(exist_ok=True)

    def boot(self):
        command = ['systemd-nspawn', '--quiet', '--register=no', '--keep-unit',
                   f'--machine={self.name}', f'--directory={self.root}', '--private-network',
                   '--console=pipe', '--boot', 'systemd.unit=multi-user.target']
        with open(self.folder / 'console', 'wb') as console:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                start_new_session=True, env=os.environ | {'SYSTEMD_NSPAWN_UNIFIED_HIERARCHY': '1'})
        deadline = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Unavailable('a box does not boot here: ' + self.console())
            if self.find_leader() and self.state() in ('running', 'degraded'):
                return
            time.sleep(0.05)
        raise RuntimeError('the box did not finish booting: ' + self.console())

    def console(self):
        return ' / '.join((self.folder / 'console').read_text(errors='replace').splitlines()[-5:])

    def find_leader(self):
        path = f'/proc/{self.process.pid}/task/{self.process.pid}/children'
        with open(path) as file:
            children = file.read().split()
        self.leader = int(children[0]) if children else None
        return self.leader

    def state(self):
        return self.run('systemctl', 'is-system-running').stdout.strip()

    def command(self, *arguments):
        return ['nsenter', '-t', str(self.leader), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w',
                'env', '-i', *ENVIRONMENT, *map(str, arguments)]

    def run(self, *arguments, seconds=RUN_SECONDS, **options):
        return subprocess.run(self.command(*arguments), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors='replace', timeout=seconds,
                              check=False, **options)

    def shell(self, script, **options):
        return self.run('bash', '-euc', script, **options)

    def stop(self):
        """Killing nspawn alone would leave the first process of the box behind."""
        if self.process and self.process.poll() is None:
            if self.leader:
                os.kill(self.leader, HALT)
            try:
                self.process.wait(HALT_SECONDS)
            except subprocess.TimeoutExpired:
                os.kill(self.leader or self.process.pid, signal.SIGKILL)
                self.process.wait()
        mounts.unmount(self.root)
        mounts.unmount(self.folder)
