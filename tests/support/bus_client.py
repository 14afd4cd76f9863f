# SPDX-License-Identifier: LGPL-2.1-or-later
"""Callers of the daemon that nobody here wrote: python3-dbus and busctl."""

import json
import subprocess
import time

import dbus
import dbus.bus
import dbus.lowlevel
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

import depmod1

CALL_SECONDS = 30
NOBODY = 65534


class Client:
    def __init__(self, address):
        self.connection = dbus.bus.BusConnection(address)

    def call(self, path, interface, method, signature, *arguments, seconds=CALL_SECONDS):
        return self.connection.call_blocking(depmod1.NAME, path, interface, method, signature,
                                             arguments, timeout=seconds)

    def manager(self, method, *arguments, **options):
        signature = depmod1.signatures(depmod1.MANAGER)[method]
        return self.call(depmod1.PATH, depmod1.MANAGER, method, signature, *arguments, **options)

    def kernel(self, release, method, *arguments, **options):
        signature = depmod1.signatures(depmod1.KERNEL)[method]
        return self.call(depmod1.kernel_path(release), depmod1.KERNEL, method, signature, *arguments,
                         **options)

    def get(self, path, interface, name):
        return self.call(path, depmod1.PROPERTIES, 'Get', 'ss', interface, name)

    def get_manager(self, name):
        return self.get(depmod1.PATH, depmod1.MANAGER, name)

    def get_kernel(self, release, name):
        return self.get(depmod1.kernel_path(release), depmod1.KERNEL, name)

    def settle(self, *releases, seconds=CALL_SECONDS):
        return self.manager('Settle', dbus.Array(releases, 's'), 0, seconds * 1000000)

    def ping(self):
        return self.call(depmod1.PATH, 'org.freedesktop.DBus.Peer', 'Ping', '')

    def start_call(self, path, interface, method, signature, *arguments):
        """A call whose reply is not waited for. Gives it as a PendingCall."""
        message = dbus.lowlevel.MethodCallMessage(depmod1.NAME, path, interface, method)
        message.append(signature=signature, *arguments)
        return self.connection.send_message_with_reply(message, lambda reply: None,
                                                       timeout_s=CALL_SECONDS)

    def close(self):
        self.connection.close()


def error_name(call, *arguments, **options):
    """What a call fails with, without what all such names begin with; None: it does not fail."""
    try:
        call(*arguments, **options)
    except dbus.DBusException as error:
        name = error.get_dbus_name()
        for prefix in (depmod1.ERROR, depmod1.FREEDESKTOP_ERROR):
            name = name.removeprefix(prefix)
        return name
    return None


class Listener:
    """Keeps all signals of the daemon."""

    def __init__(self, address):
        self.connection = dbus.bus.BusConnection(address, mainloop=DBusGMainLoop())
        self.connection.set_exit_on_disconnect(False)
        self.signals = []
        self.connection.add_message_filter(self._filter)
        self.connection.add_match_string(f"type='signal',sender='{depmod1.NAME}'")

    def _filter(self, _connection, message):
        if message.get_type() == dbus.lowlevel.MESSAGE_TYPE_SIGNAL and \
                message.get_interface() != 'org.freedesktop.DBus':
            self.signals.append((message.get_path(), message.get_interface(), message.get_member(),
                                 message.get_args_list()))
        return dbus.lowlevel.HANDLER_RESULT_NOT_YET_HANDLED

    def collect(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            GLib.MainContext.default().iteration(False)
            time.sleep(0.002)

    def wait_for(self, member, seconds=10, accept=lambda path, arguments: True):
        """The path and the arguments of the first such signal, also of an earlier one."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for path, _, name, arguments in self.signals:
                if name == member and accept(path, arguments):
                    return path, arguments
            self.collect(0.01)
        return None

    def named(self, member):
        return [(path, arguments) for path, _, name, arguments in self.signals if name == member]

    def close(self):
        self.connection.close()


class Busctl:
    """busctl, as root or as somebody who may not do anything."""

    def __init__(self, address, as_nobody=False):
        self.prefix = ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}',
                       '--clear-groups'] if as_nobody else []
        self.address = address

    def run(self, *arguments, interactive=False, seconds=CALL_SECONDS):
        command = [*self.prefix, 'busctl', f'--address={self.address}', '--json=short',
                   f'--allow-interactive-authorization={"yes" if interactive else "no"}',
                   *map(str, arguments)]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=seconds, check=False, cwd='/')

    def call(self, path, interface, method, *arguments, **options):
        """The values of the reply, or the message of the error."""
        completed = self.run('call', depmod1.NAME, path, interface, method, *arguments, **options)
        if completed.returncode != 0:
            return completed.stderr.strip().removeprefix('Call failed: ')
        return json.loads(completed.stdout)['data'] if completed.stdout.strip() else []

    def manager(self, method, *arguments, **options):
        signature = depmod1.signatures(depmod1.MANAGER)[method]
        return self.call(depmod1.PATH, depmod1.MANAGER, method, *filter(None, [signature]),
                         *arguments, **options)
