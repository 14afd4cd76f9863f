# SPDX-License-Identifier: LGPL-2.1-or-later
"""The names and numbers of the D-Bus interface, as a client has them: the signatures from the XML."""

import xml.etree.ElementTree as ElementTree
from functools import lru_cache
from pathlib import Path

XML = Path(__file__).resolve().parents[2] / 'units/dbus'

NAME = 'io.github.depmodd.Depmod1'
PATH = '/io/github/depmodd/Depmod1'
MANAGER, KERNEL = NAME + '.Manager', NAME + '.Kernel'
ERROR = NAME + '.Error.'
FREEDESKTOP_ERROR = 'org.freedesktop.DBus.Error.'
LOG_CONTROL, LOG_CONTROL_PATH = 'org.freedesktop.LogControl1', '/org/freedesktop/LogControl1'
PROPERTIES = 'org.freedesktop.DBus.Properties'

ALLOW_STALE = 1 << 0
TRANSITIVE, SOFT, WEAK = 1 << 1, 1 << 2, 1 << 3
NO_SOFT, NO_BUILTIN = 1 << 1, 1 << 2
NO_PUBLISH, IGNORE_INHIBITORS = 1 << 1, 1 << 2
REPARSE, REWRITE = 1 << 1, 1 << 2
UNKNOWN_FLAG = 1 << 63

HARD, SOFT_PRE, SOFT_POST, WEAK_EDGE, BUILTIN, WANTED = (1 << bit for bit in range(6))


def interface_xml(name):
    return ElementTree.parse(XML / f'{name}.xml').getroot().find('interface')


@lru_cache(maxsize=None)
def signatures(interface):
    """Of each method: what goes in."""
    return {method.get('name'): ''.join(argument.get('type') for argument in method.iter('arg')
                                        if argument.get('direction') == 'in')
            for method in interface_xml(interface).iter('method')}


def kernel_path(release):
    """As sd_bus_path_encode() makes it."""
    def encode(position, byte):
        character = chr(byte)
        is_plain = character.isascii() and character.isalnum()
        if is_plain and (position > 0 or not character.isdigit()):
            return character
        return f'_{byte:02x}'

    encoded = ''.join(encode(*pair) for pair in enumerate(release.encode()))
    return f'{PATH}/kernel/{encoded or "_"}'
