# SPDX-License-Identifier: LGPL-2.1-or-later
"""A message bus of our own, with the limits and the policy of a system bus."""

import subprocess
from pathlib import Path

POLICIES = Path(__file__).resolve().parents[2] / 'units/dbus'

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.PolicyKit1"/>
  </policy>
  <policy user="root">
    <allow own="org.freedesktop.PolicyKit1"/>
  </policy>
  {policies}
  <policy user="{owner}"><allow own="io.github.depmodd.Depmod1"/></policy>
</busconfig>
"""
# Until the policy that is installed says it.
POLICY = """<policy context="default"><allow send_destination="io.github.depmodd.Depmod1"/></policy>"""


class Bus:
    """Its address stays the same when it is stopped and started again."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = folder / 'socket'
        self.address = f'unix:path={self.socket}'
        self.process = None

    def start(self, owner=0):
        """owner: the user who may have our name."""
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(0o711)
        config = self.folder / 'config'
        installed = [f'<include>{path}</include>' for path in sorted(POLICIES.glob('*.conf'))]
        config.write_text(CONFIG.format(address=self.address, owner=owner,
                                        policies='\n  '.join(installed or [POLICY])))
        self.socket.unlink(missing_ok=True)
        command = ['setpriv', '--pdeathsig', 'KILL', 'dbus-daemon', f'--config-file={config}',
                   '--nofork', '--nopidfile', '--print-address=1']
        with open(self.folder / 'log', 'ab') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=log)
        if not self.process.stdout.readline():
            raise RuntimeError((self.folder / 'log').read_text().strip())
        self.socket.chmod(0o666)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None
