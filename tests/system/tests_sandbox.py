# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whoever takes over the daemon can write index files, and nothing else."""

import json
import re
import shutil
from pathlib import Path

from machine import UNIT, expect
from module_writer import simple_module

TESTS = []

RELEASE = '9.9.9-check'
MANAGER = ('io.github.depmodd.Depmod1', '/io/github/depmodd/Depmod1',
           'io.github.depmodd.Depmod1.Manager')

ATTEMPTS = Path(__file__).resolve().with_name('attempts.py')
ALLOWED = ('write below the modules', 'connect to the bus')
OTHERS = {'Type': 'oneshot', 'ExecStart': '/usr/bin/python3 /opt/attempts.py', 'BusName': None,
          'ExecReload': None, 'Restart': None, 'RestartSec': None, 'RestartForceExitStatus': None,
          'WatchdogSec': None, 'NotifyAccess': None, 'CacheDirectory': None, 'RuntimeDirectory': None,
          'RuntimeDirectoryPreserve': None, 'ConfigurationDirectory': None, 'StateDirectory': None}


def test(function):
    TESTS.append(function)
    return function


def same_sandbox(text):
    """The unit's text with another program."""
    lines = []
    for line in text.splitlines():
        key = line.split('=')[0].strip()
        if key in OTHERS and OTHERS[key]:
            line = f'{key}={OTHERS[key]}'
        elif key in OTHERS or key.startswith('Condition'):
            continue
        lines.append(line)
        if line.strip() == '[Service]':
            lines.append('StandardOutput=file:/var/tmp/attempts')
            lines.append('StandardError=inherit')
    return '\n'.join(lines) + '\n'


@test
def what_it_may_not_do_is_refused(machine):
    unit = machine.run('systemctl', 'show', '--value', '--property=FragmentPath', UNIT).strip()
    text = (machine.box / unit.lstrip('/')).read_text()
    shutil.copy(ATTEMPTS, machine.box / 'opt/attempts.py')
    (machine.box / 'etc/systemd/system/attempts.service').write_text(same_sandbox(text))
    machine.run('systemctl', 'daemon-reload')
    machine.run('systemctl', 'start', 'attempts.service')
    said = (machine.box / 'var/tmp/attempts').read_text().splitlines()
    outcomes = {line.split(': ')[0]: line for line in said if ': ' in line}
    expect(len(outcomes) > 15, 'the attempts were not all made:', *said)
    wrong = [line for name, line in outcomes.items() if line.endswith(': done') != (name in ALLOWED)]
    expect(not wrong, *wrong)
    expect(not (machine.box / 'etc/escaped').exists(), 'something ran outside of the sandbox')


@test
def the_same_is_possible_outside_of_the_sandbox(machine):
    """Otherwise a refusal would say nothing."""
    said = machine.run('python3', '/opt/attempts.py').splitlines()
    done = [line for line in said if line.endswith(': done')]
    expect(len(done) >= 14, *said)
    machine.eventually(lambda: (machine.box / 'etc/escaped').exists(), 'the unit ran')
    (machine.box / 'etc/escaped').unlink()


def check(machine, path):
    """What the service says of it, to root."""
    completed = machine.box.run('depmodctl', 'check', '-k', RELEASE, '--json=short', path)
    expect(completed.stdout.startswith('{'), completed.stderr)
    answer = json.loads(completed.stdout)
    return answer['results'][0]['verdict'], {problem['code'] for problem in answer['problems']}


def questions(statistics):
    return int(re.search(r'"Questions" t (\d+)', statistics)[1])


@test
def candidates_are_read_in_it_without_privileges(machine):
    content = simple_module(vermagic=f'{RELEASE} SMP '.encode())
    for path in (f'usr/lib/modules/{RELEASE}/kernel/a.ko', 'var/tmp/open/x.ko', 'var/tmp/closed/x.ko'):
        path = machine.box / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (machine.box / 'var/tmp/closed').chmod(0o700)
    before = machine.run('busctl', 'call', *MANAGER, 'GetStatistics')
    expect(check(machine, '/var/tmp/closed/x.ko') == ('loads', {'unsigned'}),
           'a file that root has open is read', check(machine, '/var/tmp/closed/x.ko'))
    expect(check(machine, '/var/tmp/open') == ('loads', {'unsigned'}), check(machine, '/var/tmp/open'))
    verdict, codes = check(machine, '/var/tmp/closed')
    expect(verdict == 'fails' and 'bad-elf' in codes, 'it has read what only root may', verdict, codes)
    after = machine.run('busctl', 'call', *MANAGER, 'GetStatistics')
    expect(questions(after) >= questions(before) + 4, 'another one was asked', before, after)
    shutil.rmtree(machine.box / 'usr/lib/modules' / RELEASE)
