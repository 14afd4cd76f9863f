# SPDX-License-Identifier: LGPL-2.1-or-later
"""The instance that depmodctl starts for itself, without a bus: it answers as the daemon does."""

import socket
import struct
import subprocess
import time
from contextlib import suppress

import dbus

import depmod1
from private_instance import PrivateInstance, ask_everything
from stage import Tests, expect, expect_equal

TESTS = test = Tests()


def plain(value):
    """Without the types of python3-dbus, and without numbers that count what happened."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value)


@test
def a_private_instance_answers_everything(stage):
    stage.some_modules()
    ask_everything(stage)
    stage.expect_no_litter()


@test
def its_answers_are_those_of_the_daemon(stage):
    stage.some_modules()
    stage.kernel.module('kernel/s.ko', imports=['nowhere'], modinfo=['softdep=pre: a'])
    stage.kernel.put_in_place('kernel/bad.ko', b'bad')
    (stage.kernel / 'modules.builtin').write_text('kernel/built.ko\n')
    stage.start()
    stage.settle()
    instance = PrivateInstance([str(stage.programs.depmodd), '--private-bus',
                                f'--root={stage.root.path}', f'--config={stage.daemon.config_path}'])
    path = depmod1.kernel_path(stage.kernel.release)
    names = dbus.Array(['c', 's', 'none'], 's')
    soft = depmod1.SOFT | depmod1.WEAK | depmod1.TRANSITIVE
    try:
        for method, arguments in (
                ('ListModules', ['*', 0]), ('GetModule', ['b', 0]), ('GetModule', ['built', 0]),
                ('GetDependencies', ['s', soft]), ('GetReverseDependencies', ['a', soft]),
                ('GetLoadOrder', [names, 0]), ('ResolveAlias', ['pci:b', 0]),
                ('FindSymbol', ['a_symbol', 0]), ('GetUsersOfSymbol', ['a_symbol', 0]),
                ('ListProblems', [0]), ('Diff', [0])):
            ours = plain(stage.ask(method, *arguments))[:-1]
            theirs = plain(instance.call(path, depmod1.KERNEL, method, *arguments))[:-1]
            expect_equal(theirs, ours, f'{method}{tuple(arguments)}')
    finally:
        instance.close()


@test
def it_answers_what_is_on_the_disk_and_writes_nothing_unasked(stage):
    stage.some_modules()
    instance = PrivateInstance([str(stage.programs.depmodd), '--private-bus',
                                f'--root={stage.root.path}'])
    path = depmod1.kernel_path(stage.kernel.release)
    try:
        modules, _ = instance.call(path, depmod1.KERNEL, 'ListModules', '*', 0)
        expect_equal(sorted(str(module[0]) for module in modules), ['a', 'b', 'c'], 'modules')
    finally:
        instance.close()
    expect_equal(stage.kernel.outputs(), {}, 'files')


@test
def it_ends_with_its_client(stage):
    stage.some_modules()
    instance = PrivateInstance([str(stage.programs.depmodd), '--private-bus',
                                f'--root={stage.root.path}'])
    instance.call(depmod1.PATH, depmod1.MANAGER, 'ListKernels', 0)
    instance.close()
    found = subprocess.run(['pgrep', '-f', f'private-bus --root={stage.root.path}'],
                           capture_output=True, text=True, check=False)
    for pid in found.stdout.split():
        subprocess.run(['timeout', '5', 'tail', '-f', f'--pid={pid}', '/dev/null'], check=False)
    found = subprocess.run(['pgrep', '-f', f'private-bus --root={stage.root.path}'],
                           capture_output=True, text=True, check=False)
    expect(not found.stdout.strip(), 'it is still there')


HANDSHAKE = b'\0AUTH ANONYMOUS 30\r\nBEGIN\r\n'
CALLS = 4000
END_SECONDS = 12  # it gives itself eight


def introspection(serial):
    """A call as it goes over the wire: whoever speaks D-Bus properly cannot be so rude."""
    fields = b''
    for code, kind, text in ((1, b'o', depmod1.PATH), (2, b's', 'org.freedesktop.DBus.Introspectable'),
                             (3, b's', 'Introspect')):
        fields += bytes(-len(fields) % 8)
        fields += struct.pack('<BB1sBI', code, 1, kind, 0, len(text)) + text.encode() + b'\0'
    header = struct.pack('<cBBBIII', b'l', 1, 0, 1, 0, serial, len(fields)) + fields
    return header + bytes(-len(header) % 8)


def expect_end_when_told(stage, what_is_said):
    """what_is_said: to an instance that nobody listens to."""
    ours, its = socket.socketpair()
    with ours, its, subprocess.Popen([str(stage.programs.depmodd), '--private-bus',
                                      f'--root={stage.root.path}'], stdin=its, stdout=its) as process:
        try:
            ours.settimeout(1)
            with suppress(TimeoutError):
                ours.sendall(what_is_said)
            time.sleep(1)
            process.terminate()
            expect_equal(process.wait(END_SECONDS), 0, 'status')
        except subprocess.TimeoutExpired:
            process.kill()
            expect(False, f'it has not ended in {END_SECONDS} s')


@test
def it_ends_when_told_to_before_anybody_has_spoken(stage):
    stage.some_modules()
    expect_end_when_told(stage, b'')


@test
def it_ends_when_told_to_though_nobody_reads_its_answers(stage):
    stage.some_modules()
    expect_end_when_told(stage, HANDSHAKE + b''.join(map(introspection, range(1, CALLS))))
