# SPDX-License-Identifier: LGPL-2.1-or-later
"""A root with kernels, and what depmodctl says of them."""

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass

from module_writer import simple_module
from references import Unavailable

CLEAN, FAILED, NO, UNREACHABLE = 0, 1, 3, 4
VERSION = '9.9.9'
SANITIZERS = {name: value for name, value in os.environ.items() if name.endswith('SAN_OPTIONS')}
PATIENCE = 10  # seconds

BUS = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
 <type>session</type>
 <listen>unix:path={}</listen>
 <auth>EXTERNAL</auth>
 <policy context="default">
  <allow send_destination="*" eavesdrop="true"/>
  <allow eavesdrop="true"/>
  <allow own="*"/>
 </policy>
</busconfig>
'''


class Unexpected(Exception):
    """What is not as it should be, as lines to read."""

    def __init__(self, lines):
        super().__init__('\n'.join(lines))
        self.lines = lines


class Tests(list):
    """The tests of a file: functions with sentences for names, called with a machine."""

    def __call__(self, function):
        self.append(function)
        return function


def expect(condition, *lines):
    if not condition:
        raise Unexpected([str(line) for line in lines])


def expect_same(what, expected, actual):
    expect(expected == actual, f'{what}: {actual!r}', f'expected: {expected!r}')


class Programs:
    """Copies that lie side by side, so that the client starts this daemon and no other."""

    def __init__(self, folder, depmodctl, depmodd):
        folder.mkdir()
        self.depmodctl, self.depmodd = folder / 'depmodctl', folder / 'depmodd'
        shutil.copy(depmodctl, self.depmodctl)
        shutil.copy(depmodd, self.depmodd)


@dataclass
class Result:
    status: int
    stdout: bytes
    stderr: str

    def expect(self, status, *messages):
        """The messages are all that is said on standard error, but for "depmodctl: "."""
        expect(self.status == status, f'exit status {self.status}, expected {status}',
               *self.stderr.splitlines())
        said = [line.removeprefix('depmodctl: ') for line in self.stderr.splitlines()]
        expect_same('said', list(messages), said)
        return self

    def lines(self):
        return self.stdout.decode().splitlines()

    def rows(self):
        """The cells of a table without its header, none of which holds blanks."""
        return [line.split() for line in self.lines()[1:]]


class Machine:
    """By default it has one kernel: "driver" needs "base", "spare" is on its own, "root_fs" is
    builtin."""

    def __init__(self, programs, root):
        self.programs, self.root = programs, root
        self.processes = []
        self.flags = 'SMP mod_unload '  # of the vermagic, behind the release
        self.environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C', 'TZ': 'UTC', **SANITIZERS}
        # No bus: whoever runs the test may have one with a daemon on it.
        self.environment['DBUS_SYSTEM_BUS_ADDRESS'] = f'unix:path={root}/bus'
        root.mkdir()
        self.kernel()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()

    def directory(self, version=VERSION):
        return self.root / 'lib/modules' / version

    def file(self, path, content=b'', version=VERSION):
        path = self.directory(version) / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def module(self, path, exports=(), imports=(), *modinfo, version=VERSION):
        return self.file(path, simple_module(exports, imports, modinfo=modinfo,
                                             vermagic=f'{version} {self.flags}'.encode()),
                         version)

    def kernel(self, version=VERSION):
        self.file('modules.order', b'kernel/base.ko\nkernel/driver.ko\nkernel/spare.ko\n', version)
        self.file('modules.builtin', b'kernel/fs/root_fs.ko\n', version)
        self.file('modules.builtin.modinfo', b'root_fs.license=GPL\0root_fs.alias=fs-root\0', version)
        self.module('kernel/base.ko', ['base_call', 'base_other'], [], 'license=GPL',
                    version=version)
        self.module('kernel/driver.ko', [], ['base_call'], 'license=GPL', 'description=Drives it',
                    'alias=pci:v00001234d*', 'parm=debug:Debug level', 'parmtype=debug:int',
                    'depends=base', version=version)
        self.module('kernel/spare.ko', [], [], 'license=GPL', 'softdep=pre: driver',
                    version=version)

    def start(self, *command, **settings):
        process = subprocess.Popen([str(word) for word in command], env=self.environment,
                                   stdin=subprocess.DEVNULL, **settings)
        self.processes.append(process)
        return process

    def run_plain(self, *arguments, **settings):
        """Without --root. **settings: environment variables."""
        process = subprocess.run([str(word) for word in (self.programs.depmodctl, *arguments)],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, check=False, timeout=60, cwd='/',
                                 env={**self.environment, **settings})
        return Result(process.returncode, process.stdout, process.stderr.decode())

    def run(self, *arguments, **settings):
        return self.run_plain(f'--root={self.root}', *arguments, **settings)

    def ask(self, *arguments, status=CLEAN):
        """The answer as JSON, which must be the same in both forms."""
        short, pretty = (self.run(f'--json={mode}', *arguments) for mode in ('short', 'pretty'))
        for result in (short, pretty):
            expect(result.status == status, f'exit status {result.status}, expected {status}',
                   *result.stderr.splitlines())
        expect(len(short.lines()) == 1, 'the short form has more than one line')
        return json.loads(short.stdout)

    def index(self):
        """Writes the index files that belong to the kernel."""
        self.run('refresh').expect(CLEAN)

    def start_daemon(self, *options):
        """On a bus of its own, which depmodctl asks from now on."""
        if not shutil.which('dbus-daemon'):
            raise Unavailable('there is no dbus-daemon on this machine')
        configuration, bus = self.root / 'bus.conf', self.root / 'bus'
        configuration.write_text(BUS.format(bus))
        self.start('dbus-daemon', f'--config-file={configuration}', '--nofork',
                   stderr=subprocess.DEVNULL)
        wait_for(bus.exists, 'there is no bus')
        return self.restart_daemon(*options)

    def restart_daemon(self, *options):
        """Also ends the one that runs."""
        for process in self.processes[1:]:
            process.terminate()
            process.wait()
        daemon = self.start(self.programs.depmodd, f'--root={self.root}', *options,
                            stderr=(self.root / 'daemon.log').open('a'))
        wait_for(lambda: self.run_plain('-q', 'reload').status == CLEAN,
                 'the daemon does not answer', self.root / 'daemon.log')
        return daemon


def wait_for(condition, otherwise, log=None):
    end = time.monotonic() + PATIENCE
    while not condition():
        expect(time.monotonic() < end, otherwise, *(log.read_text().splitlines() if log else ()))
        time.sleep(0.05)
