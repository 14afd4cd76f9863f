# SPDX-License-Identifier: LGPL-2.1-or-later
import configparser
import re
import xml.etree.ElementTree as ElementTree

NAME = 'io.github.depmodd.Depmod1'
OWNER = 'org.freedesktop.policykit.owner'

# Whom else polkit lets do what: whoever sits at the machine.
FOR_OTHERS = {'io.github.depmodd.depmod1.check': {'allow_active': 'yes'}}


def user_of_service(installation):
    text = installation.path('/usr/lib/systemd/system/depmodd.service').read_text()
    return re.search(r'^User=(\S+)', text, re.MULTILINE).group(1)


def check_policy(installation):
    root = ElementTree.parse(installation.path(f'/usr/share/dbus-1/system.d/{NAME}.conf')).getroot()
    owners = {policy.get('user') for policy in root.iter('policy')
              for allow in policy.iter('allow') if allow.get('own') == NAME}
    if owners != {user_of_service(installation), 'root'}:
        yield f'the name is for {owners}'
    callers = {policy.get('context') for policy in root.iter('policy')
               for allow in policy.iter('allow') if allow.get('send_destination') == NAME}
    if callers != {'default'}:
        yield f'calls are for {callers}'


def check_activation(installation):
    parser = configparser.ConfigParser()
    parser.optionxform = str
    parser.read(installation.path(f'/usr/share/dbus-1/system-services/{NAME}.service'))
    section = dict(parser['D-BUS Service'])
    unit = installation.path(f'/usr/lib/systemd/system/{section["SystemdService"]}')
    if section['Name'] != NAME:
        yield f'it is for {section["Name"]}'
    if f'\nBusName={NAME}\n' not in unit.read_text():
        yield f'{unit.name} takes another name'


def check_actions(installation):
    policy = f'/usr/share/polkit-1/actions/{NAME.lower()}.policy'
    root = ElementTree.parse(installation.path(policy)).getroot()
    for action in root.iter('action'):
        name = action.get('id')
        owners = [one.text for one in action.iter('annotate') if one.get('key') == OWNER]
        # Else the daemon, which is not root, may not ask polkit about others.
        if owners != [f'unix-user:{user_of_service(installation)}']:
            yield f'{name} is of {owners}'
        defaults = {one.tag: one.text for one in action.find('defaults')}
        if set(defaults) != {'allow_any', 'allow_inactive', 'allow_active'} \
                or defaults != {**dict.fromkeys(defaults, 'auth_admin_keep'),
                                **FOR_OTHERS.get(action.get('id'), {})}:
            yield f'{name}: {defaults}'
        for tag in ('description', 'message'):
            if not (action.findtext(tag) or '').strip():
                yield f'{name} has no {tag}'


TESTS = [
    ('the bus gives the name to the service, and everybody may call', check_policy),
    ('a call starts the unit that takes the name', check_activation),
    ('polkit\'s actions are for administrators, but for one, and the daemon may ask about them', check_actions),
]
