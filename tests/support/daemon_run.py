# SPDX-License-Identifier: LGPL-2.1-or-later
"""A depmodd that runs, started as systemd starts it."""

import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

START_SECONDS, STOP_SECONDS = 30, 10
# Also when a test is killed because it takes too long.
ENDS_WITH_US = ('setpriv', '--pdeathsig', 'KILL')


class DaemonFailed(Exception):
    pass


class Daemon:
    def __init__(self, program, folder, root, address):
        self.program, self.folder, self.root = program, folder, root
        self.log_path = folder / 'depmodd.log'
        self.notify_path = folder / 'notify'
        self.config_path = folder / 'depmodd.conf'
        self.configure('')
        self.environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C',
                            'DBUS_SYSTEM_BUS_ADDRESS': address,
                            'NOTIFY_SOCKET': str(self.notify_path)}
        self.environment.update({name: value for name, value in os.environ.items()
                                 if name.endswith('SAN_OPTIONS')})
        if 'ASAN_OPTIONS' in self.environment:
            self.environment['ASAN_OPTIONS'] += ':detect_leaks=1'  # see stop()
        self.process = self.notify = None
        self.messages = []

    def configure(self, text):
        self.config_path.write_text('[Depmodd]\n' + text)

    def start(self, *options, prefix=(), wait=True, **environment):
        """prefix: a command that executes the daemon. It must keep its process."""
        self.notify_path.unlink(missing_ok=True)
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(str(self.notify_path))
        self.notify_path.chmod(0o666)
        self.messages = []
        threading.Thread(target=self.receive, args=(self.notify,), daemon=True).start()
        command = [*ENDS_WITH_US, *map(str, prefix), str(self.program), f'--root={self.root}',
                   f'--config={self.config_path}', *options]
        environment = self.environment | environment
        if 'strace' in prefix and 'ASAN_OPTIONS' in environment:
            environment['ASAN_OPTIONS'] += ':detect_leaks=0'  # which traces the process itself
        with open(self.log_path, 'ab') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=environment)
        if wait:
            self.wait_for_message('READY=1')

    @property
    def pid(self):
        return self.process.pid

    def log(self):
        return self.log_path.read_text(errors='replace') if self.log_path.exists() else ''

    def has_told(self, beginning):
        return any(line.startswith(beginning) for message in self.messages for line in message)

    def wait_for_message(self, line, seconds=START_SECONDS):
        """A line that it tells systemd, or its beginning."""
        deadline = time.monotonic() + seconds
        while not self.has_told(line):
            if self.process.poll() is not None:
                raise DaemonFailed(f'depmodd ended with {self.process.returncode} before it said '
                                   f'{line}: {self.tail()}')
            left = deadline - time.monotonic()
            if left <= 0:
                raise DaemonFailed(f'depmodd did not say {line} in {seconds} s: {self.tail()}')
            time.sleep(0.002)

    def receive(self, notify):
        """On a thread, because whoever says something waits until there is room for it."""
        while True:
            message = notify.recv(1 << 16)
            if not message:
                return
            self.messages.append(message.decode().splitlines())

    def tail(self):
        return ' / '.join(self.log().splitlines()[-4:])

    def stop(self, number=signal.SIGTERM):
        """The exit status; on the way the time that it took is kept."""
        if not self.process:
            return None
        begin = time.monotonic()
        if self.process.poll() is None:
            # In this order: SIGCONT takes away the SIGSTOP with which LeakSanitizer, at the end, holds
            # the threads, and it would wait for ever.
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            self.process.kill()
            self.process.wait()
            raise DaemonFailed(f'depmodd did not stop in {STOP_SECONDS} s') from error
        finally:
            self.process = None
            self.stop_listening()
        self.seconds_to_stop = time.monotonic() - begin
        return status

    def stop_listening(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b'', str(self.notify_path))

    def counters(self):
        """How often its threads went to sleep, and the time that they took from a processor."""
        switches = ticks = 0
        for task in Path(f'/proc/{self.pid}/task').iterdir():
            lines = (task / 'status').read_text().splitlines()
            switches += sum(int(line.split()[1]) for line in lines if 'ctxt_switches' in line)
            fields = (task / 'stat').read_text().rpartition(')')[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return switches, ticks

    def resident_bytes(self, kind='VmRSS'):
        for line in Path(f'/proc/{self.pid}/status').read_text().splitlines():
            if line.startswith(f'{kind}:'):
                return int(line.split()[1]) << 10
        raise DaemonFailed(f'no {kind}')

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.pid}/fd'))
