# SPDX-License-Identifier: LGPL-2.1-or-later
"""A depmodd that speaks D-Bus on its standard input and output, asked by python3-dbus."""

import dbus
import dbus.connection

import depmod1
from stage import expect

SECONDS = 20


def escape(argument):
    """As an address of D-Bus wants it."""
    return ''.join(character if character.isascii() and (character.isalnum() or character in '-_/.')
                   else ''.join(f'%{byte:02x}' for byte in character.encode())
                   for character in argument)


def address(command):
    words = [f'path={escape(command[0])}']
    words += [f'argv{number}={escape(word)}' for number, word in enumerate(command)]
    return 'unixexec:' + ','.join(words)


class PrivateInstance:
    def __init__(self, command, seconds=SECONDS):
        self.seconds = seconds
        self.connection = dbus.connection.Connection(address(command))

    def call(self, path, interface, method, *arguments):
        signature = depmod1.signatures(interface)[method]
        return self.connection.call_blocking(None, path, interface, method, signature, arguments,
                                             timeout=self.seconds)

    def close(self):
        self.connection.close()


def ask_everything(stage, prefix=()):
    """Each question once, and the index is published."""
    instance = PrivateInstance([*prefix, str(stage.programs.depmodd), '--private-bus',
                                f'--root={stage.root.path}', f'--config={stage.daemon.config_path}'],
                               SECONDS * (5 if prefix else 1))
    path, release = depmod1.kernel_path(stage.kernel.release), stage.kernel.release
    one = dbus.Array(['c'], 's')
    try:
        instance.call(depmod1.PATH, depmod1.MANAGER, 'Settle', dbus.Array([release], 's'), 0,
                      SECONDS * 1000000)
        stage.expect_right()
        for method, arguments in {
                'ListModules': ['*', 0], 'GetModule': ['a', 0], 'GetDependencies': ['c', 0],
                'GetReverseDependencies': ['a', 0], 'GetLoadOrder': [one, 0],
                'ResolveAlias': ['usb:c', 0], 'ResolveAliases': [one, 0],
                'FindSymbol': ['a_symbol', 0], 'FindSymbols': [one, 0],
                'GetUsersOfSymbol': ['a_symbol', 0], 'ListProblems': [0], 'Diff': [0],
                'GetIndex': ['modules.dep', 0], 'Verify': [0]}.items():
            instance.call(path, depmod1.KERNEL, method, *arguments)
        modules, _ = instance.call(path, depmod1.KERNEL, 'ListModules', '*', 0)
        found = sorted(str(module[0]) for module in modules)
        expect(found == ['a', 'b', 'c'], f'modules: {found}')
        for method, arguments in {'ListKernels': [0], 'GetKernel': [release, 0],
                                  'Refresh': [dbus.Array([release], 's'), 0], 'Reload': [0],
                                  'ListInhibitors': [], 'GetStatistics': [],
                                  'Describe': []}.items():
            instance.call(depmod1.PATH, depmod1.MANAGER, method, *arguments)
    finally:
        instance.close()
