# SPDX-License-Identifier: LGPL-2.1-or-later
import os
import re
import shutil
import subprocess

from installation import Skip

ENABLED = ['depmodd.service', 'depmodd-repair.service', 'depmodd-udev.path']
UNITS = [*ENABLED, 'depmodd-udev.service']
EXPOSURE_MAX = 1.0


def run(program, *arguments, **environment):
    if not shutil.which(program):
        raise Skip(f'there is no {program} on this machine')
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True,
                          check=False, env={**os.environ, 'LC_ALL': 'C.UTF-8', **environment})


def unit(installation, name):
    return installation.path(f'/usr/lib/systemd/system/{name}')


def tried_units(installation, change=lambda text: text):
    """The units as they would be enabled, with the programs where they have been installed to."""
    folder = installation.scratch / 'tried-units'
    shutil.rmtree(folder, ignore_errors=True)
    for name in UNITS:
        text = change(unit(installation, name).read_text())
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(re.sub(r'^(Exec\w+=)/', rf'\1{installation.root}/', text,
                                          flags=re.MULTILINE))
        for target in re.findall(r'^WantedBy=(\S+)', text, re.MULTILINE):
            wants = folder / f'{target}.wants'
            wants.mkdir(exist_ok=True)
            (wants / name).symlink_to(folder / name)
    return folder


def verify(installation, folder, *names):
    pages = installation.root / 'usr/share/man'
    has_man = 'yes' if shutil.which('man') else 'no'
    return run('systemd-analyze', 'verify', f'--man={has_man}', *names,
               SYSTEMD_UNIT_PATH=f'{folder}:', MANPATH=f'{pages}:')


def check_units(installation):
    folder = tried_units(installation)
    done = verify(installation, folder, *(folder / name for name in UNITS))
    yield from ours(done.stderr)
    if done.returncode != 0 and not list(ours(done.stderr)):
        yield f'exit status {done.returncode}: {done.stderr}'


def ours(text):
    """Units of the machine may have faults of their own."""
    return [line for line in text.splitlines() if 'depmodd' in line]


def check_boot(installation):
    yield from ours(verify(installation, tried_units(installation), 'multi-user.target').stderr)


def check_cycle_is_found(installation):
    def change(text):
        return text.replace('\nDefaultDependencies=no\n',
                            '\nDefaultDependencies=no\nAfter=sysinit.target\n')

    done = verify(installation, tried_units(installation, change), 'multi-user.target')
    if 'ordering cycle' not in done.stderr:
        yield f'no cycle is found where one was made: {done.stderr}'


def check_exposure(installation):
    done = run('systemd-analyze', 'security', '--offline=yes',
               f'--threshold={int(EXPOSURE_MAX * 10)}', unit(installation, UNITS[0]))
    match = re.search(r'exposure level for \S+: ([\d.]+)', done.stdout)
    if not match or float(match.group(1)) > EXPOSURE_MAX or done.returncode != 0:
        yield done.stdout.strip().splitlines()[-1] if done.stdout else done.stderr
    page = (installation.source / 'units/man/depmodd.service.8.scd').read_text()
    if match and f'rates its exposure {match.group(1)}.' not in page:
        yield f'it is {match.group(1)}, and depmodd.service(8) says something else'


def check_never(installation):
    text = unit(installation, UNITS[0]).read_text()
    if re.search(r'^ProtectKernelModules=', text, re.MULTILINE):
        yield 'ProtectKernelModules= hides the modules'


def check_user(installation):
    done = run('systemd-sysusers', f'--root={installation.root}', 'depmodd.conf')
    passwd = installation.root / 'etc/passwd'
    if done.returncode != 0 or not re.search(r'^depmodd:', passwd.read_text(), re.MULTILINE):
        yield done.stderr


def check_directory(installation):
    done = run('systemd-tmpfiles', f'--root={installation.root}', '--create', 'depmodd.conf')
    if done.returncode != 0 or not (installation.root / 'usr/lib/modules').is_dir():
        yield done.stderr


def check_catalog(installation):
    done = run('journalctl', '--update-catalog', f'--root={installation.root}')
    if done.returncode != 0 or done.stderr:
        yield done.stderr
    listed = run('journalctl', '--list-catalog', f'--root={installation.root}').stdout
    header = (installation.source / 'daemon/log.h').read_text()
    for identifier in re.findall(r'"([0-9a-f]{32})"', header):
        if f'{identifier} depmodd: ' not in listed:
            yield f'{identifier} is not in it'


def check_preset(installation):
    done = run('systemctl', f'--root={installation.root}', 'preset', *ENABLED)
    if done.returncode != 0:
        yield done.stderr
    for name in ENABLED:
        state = run('systemctl', f'--root={installation.root}', 'is-enabled', name).stdout.strip()
        if state != 'enabled':
            yield f'{name} is {state}'


TESTS = [
    ('systemd finds no fault with the units', check_units),
    ('they make no ordering cycle at boot', check_boot),
    ('a cycle would be found', check_cycle_is_found),
    (f'the exposure of depmodd.service is {EXPOSURE_MAX} at the most', check_exposure),
    ('depmodd.service can see the modules', check_never),
    ('the user of the service can be made', check_user),
    ('the module directory can be made', check_directory),
    ('the journal has an explanation for each message id', check_catalog),
    ('the preset enables the units', check_preset),
]
