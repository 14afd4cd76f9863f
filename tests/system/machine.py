# SPDX-License-Identifier: LGPL-2.1-or-later
"""A box with depmodd installed and running as its units say, and a depmod that does nothing."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from box import Box
from depmod_run import OUTPUTS, compare_bytes
from module_root import read_outputs
from references import fetch_kernel_package

SOON = 5
UNIT = 'depmodd.service'
ENGINE = '/opt/engine/depmod'
CALLS = '/run/depmod-calls'
# What kernel packages call, and what is not tested here.
STUBS = {'depmod': f'echo "$@" >>{CALLS}', 'linux-update-symlinks': 'exit 0',
         'linux-check-removal': 'exit 0', 'linux-run-hooks': 'exit 0'}
# In a container the service is not started, because its modules are none of the container's business.
DROP_IN = '[Unit]\nConditionVirtualization=\n'
SCRIPT = '#!/bin/sh\n{}\n'


class Unexpected(Exception):
    def __init__(self, lines):
        super().__init__('\n'.join(lines))
        self.lines = lines


def expect(condition, *lines):
    if not condition:
        raise Unexpected([line for text in lines for line in str(text).splitlines()])


class Machine:
    def __init__(self, folder, build, depmod):
        self.box = Box(folder, 'depmodd-box')
        self.build, self.depmod = build, depmod
        self.packages = {}

    def start(self):
        self.box.make()
        self.install()
        self.box.boot()

    def install(self):
        completed = subprocess.run(['cmake', '--install', self.build], capture_output=True, text=True,
                                   env=os.environ | {'DESTDIR': str(self.box.root)}, check=False)
        expect(completed.returncode == 0, 'it cannot be installed:', completed.stderr)
        engine = self.box / ENGINE.lstrip('/')
        engine.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.depmod, engine)
        for name, script in STUBS.items():
            path = self.box / 'usr/sbin' / name
            path.unlink(missing_ok=True)
            path.write_text(SCRIPT.format(script))
            path.chmod(0o755)
        drop_in = self.box / f'etc/systemd/system/{UNIT}.d/container.conf'
        drop_in.parent.mkdir()
        drop_in.write_text(DROP_IN)

    def stop(self):
        self.box.stop()

    # What is done in it.

    def run(self, *arguments, **options):
        """It must succeed. Gives what it said."""
        completed = self.box.run(*arguments, **options)
        expect(completed.returncode == 0, f'{" ".join(map(str, arguments))}: exit status '
               f'{completed.returncode}', completed.stdout[-1000:], completed.stderr[-1000:])
        return completed.stdout

    def shell(self, script):
        return self.run('bash', '-euc', script)

    def enable(self):
        self.run('systemd-sysusers')
        self.run('systemctl', 'daemon-reload')
        self.run('systemctl', 'enable', '--now', UNIT)

    def show(self, name, unit=UNIT):
        return self.run('systemctl', 'show', '--value', f'--property={name}', unit).strip()

    def settle(self):
        self.run('depmodctl', 'settle')

    def journal(self):
        return self.run('journalctl', '--no-pager', '-u', UNIT, '-o', 'cat')

    # Kernel packages.

    def package(self, suite):
        """Where it lies in the box. The small flavour."""
        if suite not in self.packages:
            source = fetch_kernel_package(suite, 'cloud-amd64')
            target = self.box / 'var/tmp' / source.name
            shutil.copy(source, target)
            self.packages[suite] = Path('/var/tmp', source.name)
        return self.packages[suite]

    def package_name(self, suite):
        return self.package(suite).name.split('_')[0]

    def release(self, suite):
        return self.package_name(suite).removeprefix('linux-image-')

    def dpkg(self, *arguments):
        return self.run('dpkg', '--force-depends', '--force-unsafe-io', *arguments)

    def install_package(self, suite):
        self.dpkg('--install', self.package(suite))
        return self.release(suite)

    def purge_package(self, suite):
        self.dpkg('--purge', self.package_name(suite))

    def depmod_calls(self):
        path = self.box / CALLS.lstrip('/')
        return path.read_text().splitlines() if path.exists() else self.box.shell(
            f'cat {CALLS} 2>/dev/null || :').stdout.splitlines()

    # What must be so.

    def kernel(self, release):
        return self.box / 'usr/lib/modules' / release

    def right(self, release):
        """What a run of the engine in the box makes of the kernel."""
        self.shell(f'rm -rf /var/tmp/right && DEPMOD_NO_DAEMON=1 {ENGINE} --no-sync '
                   f'-o /var/tmp/right {release}')
        return read_outputs(self.box / 'var/tmp/right/lib/modules' / release)

    def expect_right(self, release):
        self.compare(release, self.right(release))

    def compare(self, release, right):
        found = read_outputs(self.kernel(release))
        lines = [f'{release}: {name} is missing' for name in OUTPUTS if name not in found]
        for name, content in found.items():
            lines += compare_bytes(name, right[name], content)
        expect(not lines, *lines)

    def expect_right_soon(self, release, seconds=SOON):
        """Counted from now. Nobody asks for it."""
        deadline = time.monotonic() + seconds
        right = None
        while True:
            try:
                right = right or self.right(release)
                self.compare(release, right)
                return
            except Unexpected:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def expect_gone_soon(self, release, seconds=SOON):
        self.eventually(lambda: not self.kernel(release).exists(), f'{release} is gone', seconds)

    @staticmethod
    def eventually(is_so, what, seconds=SOON):
        deadline = time.monotonic() + seconds
        while not is_so():
            expect(time.monotonic() < deadline, f'not within {seconds} s: {what}')
            time.sleep(0.05)
