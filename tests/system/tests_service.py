# SPDX-License-Identifier: LGPL-2.1-or-later
"""The service as systemd, D-Bus and polkit see it."""

import json
import re
import time

from machine import UNIT, expect

TESTS = []

NAME, PATH = 'io.github.depmodd.Depmod1', '/io/github/depmodd/Depmod1'
MANAGER = NAME + '.Manager'
EXPOSURE_MAX = 1.0
NOBODY = 65534
RULE = """polkit.addRule(function(action, subject) {
        if (action.id.indexOf("io.github.depmodd.depmod1.") == 0 && subject.user == "nobody")
                return polkit.Result.YES;
});
"""


def test(function):
    TESTS.append(function)
    return function


def call(machine, method, *arguments, as_nobody=False):
    prefix = ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}',
              '--clear-groups'] if as_nobody else []
    return machine.box.run(*prefix, 'busctl', '--allow-interactive-authorization=no', 'call', NAME,
                           PATH, MANAGER, method, *arguments)


def is_active(machine):
    return machine.box.run('systemctl', 'is-active', UNIT).stdout.strip() == 'active'


@test
def the_units_have_no_faults(machine):
    units = [path.name for folder in ('usr/lib/systemd/system', 'lib/systemd/system')
             for path in sorted((machine.box / folder).glob('depmodd*.service'))]
    expect(UNIT in units, f'only {units} are installed')
    completed = machine.box.run('systemd-analyze', 'verify', *sorted(set(units)))
    lines = [line for line in completed.stderr.splitlines() if 'depmodd' in line]
    expect(completed.returncode == 0 and not lines, *lines, completed.stderr[-500:])


@test
def little_is_exposed(machine):
    said = machine.box.run('systemd-analyze', 'security', '--no-pager', UNIT).stdout
    found = re.search(r'Overall exposure level for \S+: ([\d.]+)', said)
    expect(found and float(found[1]) <= EXPOSURE_MAX, said.splitlines()[-1] if said else 'nothing')


@test
def it_starts_as_its_own_user(machine):
    machine.enable()
    expect(is_active(machine), machine.run('systemctl', 'status', '--no-pager', UNIT))
    pid = machine.show('MainPID')
    uid = machine.shell(f'id -un "$(stat -c %u /proc/{pid})"').strip()
    expect(uid == 'depmodd', f'it runs as {uid}')
    expect(machine.show('Type') == 'notify', 'it is not of the type notify')


@test
def it_answers_on_the_bus(machine):
    completed = call(machine, 'ListKernels', 't', '0')
    expect(completed.returncode == 0, completed.stderr)
    completed = call(machine, 'ListKernels', 't', '0', as_nobody=True)
    expect(completed.returncode == 0, completed.stderr)
    machine.run('depmodctl', 'status')


@test
def it_knows_what_the_kernel_was_told_about_modules(machine):
    """In its view of /proc there are processes only."""
    directory, asked = '/lib/modules/9.8.8', ['depmodctl', '-k', '9.8.8', 'order', 'al:thing']
    machine.shell(f'mkdir -p {directory} && echo kernel/thing.ko >{directory}/modules.builtin && '
                  f'printf "thing.alias=al:thing\\0" >{directory}/modules.builtin.modinfo && '
                  'echo modprobe.blacklist=thing >/var/tmp/cmdline && '
                  'mount --bind /var/tmp/cmdline /proc/cmdline')
    try:
        machine.run('systemctl', 'restart', UNIT)
        said = machine.box.run(*asked).stderr
        expect("'blacklist thing', kernel command line" in said, said)
    finally:
        machine.shell(f'umount /proc/cmdline; rm -r {directory}')
    # So many starts in so short a time are not for the tests to come.
    machine.shell(f'systemctl restart {UNIT}; systemctl reset-failed {UNIT}')


@test
def it_is_started_by_who_asks(machine):
    machine.run('systemctl', 'stop', UNIT)
    expect(not is_active(machine), 'it does not stop')
    completed = call(machine, 'ListKernels', 't', '0')
    expect(completed.returncode == 0, completed.stderr)
    expect(is_active(machine), 'it was not started')


@test
def it_comes_back_when_it_is_killed(machine):
    old = machine.show('MainPID')
    release = '9.8.7'
    machine.shell(f'systemctl kill -s KILL {UNIT}; mkdir -p /lib/modules/{release}; '
                  f'touch /lib/modules/{release}/modules.order')
    machine.eventually(lambda: is_active(machine) and machine.show('MainPID') != old, 'it is back')
    machine.expect_right_soon(release)
    machine.shell(f'rm /lib/modules/{release}/modules.order')
    machine.expect_gone_soon(release)


@test
def it_saves_what_it_has_read(machine):
    release, cache = '9.8.6', '/var/cache/depmodd/9.8.6.cache'
    # An overlay, as the machine's own, may lie over an image, of which no cache is made.
    machine.shell('mount -t tmpfs -o mode=755 modules /usr/lib/modules')
    machine.run('systemctl', 'restart', UNIT)
    machine.shell(f'mkdir -p /lib/modules/{release}; touch /lib/modules/{release}/modules.order')
    machine.eventually(lambda: machine.box.run('test', '-f', cache).returncode == 0,
                       'there is a cache')
    said = machine.shell(f'stat -c "%U %a" /var/cache/depmodd {cache}').split()
    expect(said == ['depmodd', '700', 'depmodd', '600'], f'owners and modes: {said}')
    machine.run('systemctl', 'restart', UNIT)
    expect('of no use' not in machine.journal(), machine.journal()[-500:])
    machine.shell(f'rm /lib/modules/{release}/modules.order')
    machine.eventually(lambda: machine.box.run('test', '-f', cache).returncode != 0,
                       'the cache is gone with the kernel')
    machine.run('systemctl', 'stop', UNIT)
    machine.shell('umount /usr/lib/modules')
    machine.run('systemctl', 'reset-failed', UNIT)  # so many starts in so short a time are counted
    machine.run('systemctl', 'start', UNIT)


@test
def it_stops_and_starts_quickly(machine):
    begin = time.monotonic()
    machine.run('systemctl', 'restart', UNIT)
    seconds = time.monotonic() - begin
    expect(seconds < 3, f'it took {seconds:.1f} s')
    expect(machine.show('Result') == 'success', f'Result={machine.show("Result")}')


@test
def it_reloads(machine):
    machine.run('systemctl', 'reload', UNIT)
    machine.run('systemctl', 'service-log-level', UNIT, 'debug')
    said = machine.run('systemctl', 'service-log-level', UNIT).strip()
    expect(said == 'debug', f'the level is {said}')
    machine.run('systemctl', 'service-log-level', UNIT, 'info')


@test
def polkit_keeps_others_from_refreshing(machine):
    for method, arguments in (('Refresh', ('ast', '0', '0')), ('Reload', ('t', '0')),
                              ('Inhibit', ('sst', 'me', 'why', '0'))):
        completed = call(machine, method, *arguments, as_nobody=True)
        expect(completed.returncode != 0, f'{method} was allowed')
        expect('nteractive authentication required' in completed.stderr, completed.stderr)
        expect(call(machine, method, *arguments).returncode == 0, f'{method} is denied to root')


@test
def polkit_may_allow_it(machine):
    rule = machine.box / 'etc/polkit-1/rules.d/10-test.rules'
    rule.write_text(RULE)
    rule.chmod(0o644)
    machine.run('systemctl', 'restart', 'polkit.service')
    completed = call(machine, 'Refresh', 'ast', '0', '0', as_nobody=True)
    expect(completed.returncode == 0, completed.stderr)
    rule.unlink()
    machine.run('systemctl', 'restart', 'polkit.service')


@test
def the_journal_has_fields(machine):
    lines = machine.run('journalctl', '--no-pager', '-u', UNIT, '-o', 'json').splitlines()
    entries = [json.loads(line) for line in lines]
    own = [entry for entry in entries if entry.get('SYSLOG_IDENTIFIER') == 'depmodd']
    expect(own, f'nothing of depmodd among {len(entries)} entries')
    expect(all('PRIORITY' in entry for entry in own), 'not all entries have a priority')
