# SPDX-License-Identifier: LGPL-2.1-or-later
"""Attempts to get out of the sandbox, made in it. Prints one line for each: its name, and what came of it.

Runs as a service with all that depmodd.service says, but for what is started.
"""

import os
import socket
import subprocess
import sys

TRANSIENT = ['busctl', 'call', 'org.freedesktop.systemd1', '/org/freedesktop/systemd1',
             'org.freedesktop.systemd1.Manager', 'StartTransientUnit', 'ssa(sv)a(sa(sv))',
             'escaped.service', 'replace', '1', 'ExecStart', 'a(sasb)', '1', '/usr/bin/touch', '2',
             '/usr/bin/touch', '/etc/escaped', 'false', '0']


def run(*command):
    completed = subprocess.run(command, capture_output=True, text=True, check=False,
                               stdin=subprocess.DEVNULL)
    if completed.returncode != 0:
        raise OSError(completed.stderr.strip().replace('\n', ' / '))


def touch(path):
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    os.unlink(path)


def connect(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)


def read(path):
    with open(path, 'rb') as file:
        file.read(1)


ATTEMPTS = {
    'write below the modules': lambda: touch('/usr/lib/modules/attempt'),
    'connect to the bus': lambda: connect('/run/dbus/system_bus_socket'),
    'start a unit': lambda: run(*TRANSIENT),
    'systemd-run': lambda: run('systemd-run', 'touch', '/etc/escaped'),
    'stop a unit': lambda: run('systemctl', 'stop', 'systemd-journald.service'),
    'connect to systemd': lambda: connect('/run/systemd/private'),
    'write into /etc': lambda: touch('/etc/attempt'),
    'write into /usr/bin': lambda: touch('/usr/bin/attempt'),
    'write into /root': lambda: touch(os.path.join('/root', 'attempt')),
    'write into /run': lambda: touch('/run/attempt'),
    'read /etc/shadow': lambda: read('/etc/shadow'),
    'read the memory of systemd': lambda: read('/proc/1/environ'),
    'mount': lambda: run('mount', '-t', 'tmpfs', 'tmpfs', '/mnt'),
    'a new user namespace': lambda: run('unshare', '--user', 'true'),
    'an internet socket': lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close(),
    'become root': lambda: os.setuid(0),
    'a device': lambda: read('/dev/mem'),
    'make a device': lambda: os.mknod('/usr/lib/modules/device', 0o20600, os.makedev(1, 1)),
    'trace systemd': lambda: os.kill(1, 0),
}


def main():
    for name, attempt in ATTEMPTS.items():
        try:
            attempt()
        except Exception as error:  # pylint: disable=broad-except
            print(f'{name}: refused: {error}')
        else:
            print(f'{name}: done')
    sys.stdout.flush()


if __name__ == '__main__':
    main()
