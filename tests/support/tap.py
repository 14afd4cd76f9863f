# SPDX-License-Identifier: LGPL-2.1-or-later
"""Test Anything Protocol on standard output."""

import sys


class Tap:
    def __init__(self, planned):
        self.number = 0
        self.planned = planned
        self.failed = 0
        self._print(f'1..{planned}')

    def result(self, passed, name, details=()):
        """One test; the details of a failed one are lines of comment."""
        self.number += 1
        self.failed += not passed
        self._print(f'{"ok" if passed else "not ok"} {self.number} - {name}')
        if not passed:
            self.comment(*details)

    def skip(self, name, reason):
        self.number += 1
        self._print(f'ok {self.number} - {name} # SKIP {reason}')

    def comment(self, *lines):
        for line in lines:
            self._print(f'# {line}')

    def exit_status(self):
        if self.number != self.planned:
            self.comment(f'{self.planned} tests were planned and {self.number} were run')
            return 1
        return 1 if self.failed else 0

    @staticmethod
    def _print(line):
        print(line.encode('ascii', 'backslashreplace').decode(), flush=True)


def skip_all(reason):
    """The whole script is skipped."""
    print(f'1..0 # SKIP {reason}')
    sys.exit(0)
