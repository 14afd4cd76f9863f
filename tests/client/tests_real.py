# SPDX-License-Identifier: LGPL-2.1-or-later
"""A kernel as a distribution ships it, read only."""

import re
import subprocess

import tour
from machine import CLEAN, NO, Tests, expect, expect_same
from references import fetch_kernel, fetch_kmod

TESTS = test = Tests()

STEP = 10  # of a thousand modules each tenth will do
OURS = re.compile(r'(size|compression|modified|buildid|order|needs|needed by): |$')


@test
def modules_are_shown_as_by_modinfo(machine):
    tree, kmod = fetch_kernel('bookworm', 'cloud-amd64'), fetch_kmod('bookworm')
    paths = {path.stem: path for path in sorted(tree.directory.rglob('*.ko'))}
    names = list(paths)[::STEP]
    shown = machine.run_plain(f'--root={tree.root}', 'show', *names).expect(CLEAN)
    theirs = subprocess.run([kmod / 'ld.so', '--argv0', 'modinfo', '--library-path', kmod / 'lib',
                             kmod / 'kmod', *(paths[name] for name in names)],
                            stdout=subprocess.PIPE, check=True)
    ours = [line for line in shown.lines() if not OURS.match(line)]
    theirs = theirs.stdout.decode().splitlines()
    for number, (expected, actual) in enumerate(zip(theirs, ours)):
        expect_same(f'line {number}', expected.split(), actual.split())
    expect_same('number of lines', len(theirs), len(ours))


@test
def what_depmod_writes_is_what_there_should_be(machine):
    tree = fetch_kernel('bookworm', 'cloud-amd64')
    dump = subprocess.run(['depmod', '-n', '-b', tree.root, tree.version], check=True,
                          executable=machine.programs.depmodctl, stdout=subprocess.PIPE,
                          env=machine.environment)
    texts = [machine.run_plain(f'--root={tree.root}', 'cat', f'modules.{name}').expect(CLEAN).stdout
             for name in ('dep', 'alias', 'softdep', 'weakdep', 'symbols', 'devname')]
    expect(b''.join(texts) == dump.stdout, 'the texts differ from depmod -n')


@test
def every_verb_answers_for_a_whole_kernel(machine):
    root = f'--root={fetch_kernel("bookworm", "cloud-amd64").root}'
    for verb, status in (('status', CLEAN), ('kernels', CLEAN), ('list', CLEAN),
                         ('rdeps --tree scsi_mod', CLEAN), ('rdeps -a scsi_mod', CLEAN),
                         ('deps --tree ext4', CLEAN), ('order ext4 xfs', CLEAN),
                         ('graph', CLEAN), ('devices', CLEAN),
                         ('state ext4 xfs', CLEAN), ('graph --full', CLEAN), ('graph scsi_mod', CLEAN),
                         ('alias fs-ext4', CLEAN), ('users scsi_register_driver', CLEAN),
                         ('problems', CLEAN), ('log', CLEAN),
                         ('shadowed', CLEAN), ('conflicts', CLEAN), ('diff', NO), ('verify', NO)):
        result = machine.run_plain(root, *verb.split()).expect(status)
        expect(result.stdout or verb in ('problems', 'shadowed', 'conflicts', 'devices', 'log'), f'{verb}: nothing')


@test
def the_tour_in_the_readme_is_what_is_printed(machine):
    made = tour.render(machine.programs.depmodctl).strip('\n').splitlines()
    for number, (expected, actual) in enumerate(zip(tour.shown().splitlines(), made)):
        expect_same(f'line {number}', expected, actual)
    expect_same('number of lines', len(tour.shown().splitlines()), len(made))
