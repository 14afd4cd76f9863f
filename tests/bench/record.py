# SPDX-License-Identifier: LGPL-2.1-or-later
"""How many instructions things take, as they were when they were last recorded."""

import json
from pathlib import Path

import references

FILE = Path(__file__).with_name('instructions.json')
GROWTH = 1.10
SHRINKAGE = 0.95
HOW = ('To record them anew, of a build as tests/all makes it: tests/bench/check.py --depmod '
       'build/test/bin/depmod --record; tests/bench/check_daemon.py --build build/test --record')


def fetch_tree(is_newest_wanted):
    """The small kernel that they are recorded for, as long as it can be had; else the newest one."""
    recorded = json.loads(FILE.read_text())['tree']
    if not is_newest_wanted:
        try:
            return references.fetch_kernel('bookworm', recorded)
        except references.Unavailable:
            pass
    return references.fetch_kernel('bookworm', 'cloud-amd64')


def write(tree, counts):
    """Those of another tree are forgotten."""
    recorded = json.loads(FILE.read_text())
    known = recorded['counts'] if recorded['tree'] == tree else {}
    recorded |= {'tree': tree, 'counts': known | counts}
    FILE.write_text(json.dumps(recorded, indent=2) + '\n')


def check(result, tree, name, count):
    """One test: the count is no more than a tenth above the recorded one."""
    recorded = json.loads(FILE.read_text())
    title = f'{name}: no more instructions than recorded'
    if recorded['tree'] != tree or name not in recorded['counts']:
        result.skip(title, f'they were recorded for {recorded["tree"]}, here is {tree}')
        return
    before = recorded['counts'][name]
    result.result(count <= before * GROWTH, title, [f'{count} now, {before} recorded', HOW])
    result.comment(f'{count} are {count / before:.3f} times those recorded')
    if count < before * SHRINKAGE:
        result.comment(HOW)
