# SPDX-License-Identifier: LGPL-2.1-or-later
"""How many instructions things take, as CI holds them to what is recorded."""

import tempfile
from pathlib import Path

import counts
import references
from figures import Figure


def count_instructions(costs):
    """By valgrind (cachegrind and callgrind), of Debian's small cloud kernel, uncompressed: whole
    processes with one thread for depmod; for the daemon until READY=1, until all is published and the
    mean of 5, and the mean of 200 calls. CI fails when one is a tenth more than what
    tests/bench/instructions.json records."""
    tree = references.fetch_kernel('bookworm', 'cloud-amd64')
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = counts.commands(costs.depmod, costs.kmod, tree, Path(folder))
        kmod = counts.of_command(theirs)
        found = counts.of_runs(costs.depmod, ours, tree)
    found |= counts.of_daemon(costs.depmodd, costs.build / 'tests/bench/latency', tree)
    for name, count in found.items():
        is_question = name.startswith('daemon, one ') and count < kmod / 1000
        yield Figure(f'instructions: {name}', f'{count:,}', '' if is_question else f'{kmod:,}',
                     None if is_question else kmod / count, 'times')
