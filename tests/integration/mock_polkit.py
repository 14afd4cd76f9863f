#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An authority that says what it was told to say, and writes down what it was asked.

    mock_polkit.py ADDRESS yes|no|challenge|error|silent LOG
"""

import json
import sys

import dbus
import dbus.bus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = 'org.freedesktop.PolicyKit1'
ANSWERS = {'yes': (True, False), 'no': (False, False), 'challenge': (False, True)}


class Refused(dbus.DBusException):
    _dbus_error_name = NAME + '.Error.NotAuthorized'


class Authority(dbus.service.Object):
    def __init__(self, name, answer, log):
        super().__init__(name, '/org/freedesktop/PolicyKit1/Authority')
        self.answer, self.log = answer, log

    @dbus.service.method(NAME + '.Authority', in_signature='(sa{sv})sa{ss}us',
                         out_signature='(bba{ss})', async_callbacks=('reply', 'fail'))
    def CheckAuthorization(self, subject, action, details, flags, _cancellation, reply, fail):
        with open(self.log, 'a') as log:
            kind, named = subject
            log.write(json.dumps([kind, str(named.get('name')), action, dict(details), int(flags)]))
            log.write('\n')
        if self.answer == 'error':
            fail(Refused('no'))
        elif self.answer != 'silent':
            reply((*ANSWERS[self.answer], {}))


def main():
    address, answer, log = sys.argv[1:]
    bus = dbus.bus.BusConnection(address, mainloop=DBusGMainLoop())
    name = dbus.service.BusName(NAME, bus, do_not_queue=True)
    authority = Authority(name, answer, log)
    print(authority.answer, flush=True)
    GLib.MainLoop().run()


if __name__ == '__main__':
    main()
