# SPDX-License-Identifier: LGPL-2.1-or-later
"""The hooks are run with a depmodctl that only writes down how it was called."""

import configparser
import os
import re
import shutil
import subprocess

from installation import Skip

FAKE = """#!/bin/sh
echo "depmodctl $*" >>{calls}
case $* in
*settle*) exit {settle} ;;
*index*) exit {index} ;;
esac
"""


class Machine:
    """A root with programs and modules, into which the paths in the hooks are made to lead."""

    def __init__(self, installation, settle=0, index=0):
        self.installation = installation
        self.root = installation.scratch / 'machine'
        shutil.rmtree(self.root, ignore_errors=True)
        self.calls = self.root / 'calls'
        self.modules = self.root / 'lib/modules'
        self.modules.mkdir(parents=True)
        self.program('usr/bin/depmodctl',
                     FAKE.format(calls=self.calls, settle=settle, index=index))
        self.program('usr/libexec/depmodd-settle',
                     installation.path('/usr/libexec/depmodd-settle').read_text())

    def program(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r'(?<![\w.])/(usr/(?:bin|libexec)/depmodd?|lib/modules)',
                               rf'{self.root}/\1', text))
        path.chmod(0o755)
        return path

    def kernel(self, release, *files):
        for name in files or ('modules.order',):
            path = self.modules / release / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    def index(self, release):
        self.kernel(release, 'modules.order', 'modules.dep.bin')
        (self.modules / release / 'modules.dep.bin').write_text('index')

    def run(self, name, *arguments):
        """Exit status, standard error, and how depmodctl was called."""
        script = self.program('hook', self.installation.path(name).read_text())
        done = subprocess.run([script, *arguments], capture_output=True, text=True, check=False,
                              env={'PATH': f'{self.root}/usr/bin:{os.environ["PATH"]}'})
        calls = self.calls.read_text().splitlines() if self.calls.exists() else []
        return done.returncode, done.stderr, calls


SETTLE = '/usr/libexec/depmodd-settle'
PLUGIN = '/etc/kernel/install.d/50-depmod.install'
POSTINST = '/etc/kernel/postinst.d/00-depmodd-settle'


def differs(result, *expected):
    if result != expected:
        yield f'expected {expected}'
        yield f'found {result}'


def check_settles(installation):
    machine = Machine(installation)
    machine.index('6.1')
    yield from differs(machine.run(SETTLE, '6.1'), 0, '',
                       ['depmodctl --quiet --no-ask-password settle --ignore-inhibitors 6.1'])


def check_withdrawn(installation):
    machine = Machine(installation)
    machine.kernel('6.1')
    yield from differs(machine.run(SETTLE, '6.1'), 0, '',
                       ['depmodctl --quiet --no-ask-password settle --ignore-inhibitors 6.1',
                        'depmodctl --quiet --no-ask-password refresh 6.1'])

    machine = Machine(installation)
    machine.kernel('6.1')
    yield from differs(machine.run(SETTLE), 0, '',
                       ['depmodctl --quiet --no-ask-password settle --ignore-inhibitors'])


def check_indexes(installation):
    machine = Machine(installation, settle=4, index=3)
    yield from differs(machine.run(SETTLE, '6.1', '6.2'), 0, '',
                       ['depmodctl --quiet --no-ask-password settle --ignore-inhibitors 6.1 6.2',
                        'depmodctl index --quiet 6.1', 'depmodctl index --quiet 6.2'])


def check_indexes_all(installation):
    machine = Machine(installation, settle=4)
    machine.kernel('6.1')
    machine.kernel('6.2', 'kernel/ext4.ko')
    machine.kernel('6.3', 'build')
    yield from differs(machine.run(SETTLE), 0, '',
                       ['depmodctl --quiet --no-ask-password settle --ignore-inhibitors',
                        'depmodctl index --quiet 6.1', 'depmodctl index --quiet 6.2'])


def check_never_fails(installation):
    machine = Machine(installation, settle=1, index=1)
    status, said, _ = machine.run(SETTLE, '6.1')
    if status != 0 or 'The modules of 6.1 could not be indexed' not in said:
        yield f'exit status {status}: {said}'

    machine = Machine(installation)
    (machine.root / 'usr/bin/depmodctl').unlink()
    yield from differs(machine.run(SETTLE), 0, '', [])


def check_postinst(installation):
    machine = Machine(installation)
    machine.index('6.1')
    yield from differs(machine.run(POSTINST, '6.1', '/boot/vmlinuz-6.1'), 0, '',
                       ['depmodctl --quiet --no-ask-password settle --ignore-inhibitors 6.1'])

    machine = Machine(installation)
    yield from differs(machine.run(POSTINST, '6.1', '/boot/vmlinuz-6.1'), 0, '', [])

    machine.kernel('6.1')
    (machine.root / 'usr/libexec/depmodd-settle').unlink()
    yield from differs(machine.run(POSTINST, '6.1', '/boot/vmlinuz-6.1'), 0, '', [])


def check_plugin_adds(installation):
    machine = Machine(installation)
    machine.index('6.1')
    yield from differs(machine.run(PLUGIN, 'add', '6.1', '/boot/6.1', '/vmlinuz'), 0, '',
                       ['depmodctl --quiet --no-ask-password settle --ignore-inhibitors 6.1'])
    yield from differs(Machine(installation).run(PLUGIN, 'add', '6.1'), 0, '', [])
    yield from differs(Machine(installation).run(PLUGIN, 'inspect', '6.1'), 0, '', [])


def check_plugin_alone(installation):
    machine = Machine(installation)
    machine.kernel('6.1')
    (machine.root / 'usr/libexec/depmodd-settle').unlink()
    depmod = machine.root / 'usr/bin/depmod'
    depmod.write_text(f'#!/bin/sh\necho "depmod $*" >>{machine.calls}\n')
    depmod.chmod(0o755)
    yield from differs(machine.run(PLUGIN, 'add', '6.1'), 0, '', ['depmod -a 6.1'])


def check_plugin_removes(installation):
    """All that we write, and nothing that comes from the package."""
    source = (installation.source / 'common/output/output.c').read_text()
    ours = re.findall(r'\[OUTPUT_\w+\] = "(modules\.[\w.]+)"', source)
    kept = ['modules.order', 'modules.builtin', 'modules.builtin.modinfo', 'kernel/ext4.ko']
    machine = Machine(installation)
    machine.kernel('6.1', *ours, *kept)
    yield from differs(machine.run(PLUGIN, 'remove', '6.1'), 0, '', [])
    left = sorted(str(path.relative_to(machine.modules / '6.1'))
                  for path in (machine.modules / '6.1').rglob('*') if path.is_file())
    if left != sorted(kept) or not ours:
        yield f'there are {left}'


def check_pacman(installation):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(installation.path('/usr/share/libalpm/hooks/60-depmodd.hook'))
    if parser['Action']['When'] != 'PostTransaction':
        yield 'it comes at the wrong time'
    if not installation.path(parser['Action']['Exec']).exists():
        yield f'there is no {parser["Action"]["Exec"]}'


def check_rpm(installation):
    if not shutil.which('rpm'):
        raise Skip('there is no rpm on this machine')
    done = subprocess.run(
        ['rpm', '--load', installation.path('/usr/lib/rpm/macros.d/macros.depmodd'),
         '--eval', '%depmodd_settle 6.1 6.2'], capture_output=True, text=True, check=True)
    expected = '[ ! -x /usr/libexec/depmodd-settle ] || /usr/libexec/depmodd-settle 6.1 6.2'
    if done.stdout.strip() != expected:
        yield done.stdout


UDEV = '/usr/libexec/depmodd-udev'
UDEVADM = """#!/bin/sh
echo "udevadm $*" >>{calls}
"""


class Requests:
    """A machine on which the daemon has left requests for udev."""

    def __init__(self, installation):
        self.machine = Machine(installation)
        self.root, self.text = self.machine.root, installation.path(UDEV).read_text()
        self.folder, self.sysfs = self.root / 'var/lib/depmodd/udev', self.root / 'sys'
        self.folder.mkdir(parents=True)
        for device in ('devices/pci0/1', 'devices/pci0/two words', 'class'):
            (self.sysfs / device).mkdir(parents=True)
            (self.sysfs / device / 'uevent').touch()
        self.machine.program('usr/bin/udevadm', UDEVADM.format(calls=self.machine.calls))

    def run(self):
        """Exit status, standard error, how udevadm was called, and what is left."""
        script = self.root / 'script'
        script.write_text(self.text.replace('=/var/lib/', f'={self.root}/var/lib/').replace(
            'sysfs=/sys', f'sysfs={self.sysfs}'))
        script.chmod(0o755)
        done = subprocess.run([script], capture_output=True, text=True, check=False,
                              env={'PATH': f'{self.root}/usr/bin:{os.environ["PATH"]}'})
        calls = self.machine.calls
        return (done.returncode, done.stderr,
                calls.read_text().splitlines() if calls.exists() else [],
                sorted(path.name for path in self.folder.iterdir()))


def check_udev(installation):
    requests = Requests(installation)
    (requests.folder / '1').write_text('/devices/pci0/1\n/devices/gone\n')
    (requests.folder / '2').write_text('/devices/pci0/two words\n')
    yield from differs(requests.run(), 0, '',
                       ['udevadm control --reload',
                        f'udevadm trigger --action=add {requests.sysfs}/devices/pci0/1 '
                        f'{requests.sysfs}/devices/pci0/two words'], [])


def check_udev_distrust(installation):
    requests = Requests(installation)
    (requests.folder / '1').write_text('/class\n/devices/../class\n/devices/pci0/1/..\n--help\n'
                                       '/devices/./pci0/1\n$(touch x)\n')
    secret = requests.root / 'secret'
    secret.write_text('/devices/pci0/1\n')
    (requests.folder / 'link').symlink_to(secret)
    yield from differs(requests.run(), 0, '', [], ['link'])

    yield from differs(Requests(installation).run(), 0, '', [], [])


TESTS = [
    ('hooks wait for the daemon', check_settles),
    ('hooks give a kernel an index that had none, if it is named', check_withdrawn),
    ('hooks index by themselves where nobody can be asked', check_indexes),
    ('then all kernels, if none was named', check_indexes_all),
    ('hooks never fail', check_never_fails),
    ('the hook of Debian\'s kernels settles, and nothing that stays behind does harm',
     check_postinst),
    ('kernel-install settles instead of running depmod', check_plugin_adds),
    ('kernel-install runs depmod when depmodd is gone', check_plugin_alone),
    ('kernel-install removes exactly the index files', check_plugin_removes),
    ('pacman settles after the transaction', check_pacman),
    ('rpm expands the macro', check_rpm),
    ('udev tries the devices again that it is asked to try', check_udev),
    ('requests for udev are not trusted', check_udev_distrust),
]
