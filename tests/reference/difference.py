# SPDX-License-Identifier: LGPL-2.1-or-later
"""One named test of a behaviour in which ours differs from kmod on purpose, or that needs more than
one run. kmod is not asked.
"""

from dataclasses import dataclass

from case import VERSION
from depmod_run import read_files, run_depmod
from module_writer import simple_module

PLAIN = simple_module()
DIRECTORY = f'lib/modules/{VERSION}'


@dataclass
class Difference:
    """A test that wants more than one run: `test` gets the program and an empty folder."""

    name: str
    test: object

    def check(self, _reference, depmod, base):
        return self.test(depmod, base)


def index(depmod, base, *options, before=None):
    result = run_depmod(depmod, ['-C', '/no/such/configuration', '-b', base, *options, VERSION],
                        before=before)
    result.files = read_files(base / DIRECTORY)
    return result
