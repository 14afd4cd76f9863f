# SPDX-License-Identifier: LGPL-2.1-or-later
"""How many instructions things take, as they were when they were last recorded."""

import json
from pathlib import Path

FILE = Path(__file__).with_name('instructions.json')
GROWTH = 1.10


def write(tree, key, count):
    recorded = json.loads(FILE.read_text())
    if recorded.get('tree') != tree:
        recorded = {'SPDX-License-Identifier': 'LGPL-2.1-or-later', 'tree': tree}
    recorded[key] = count
    FILE.write_text(json.dumps(recorded, indent=2) + '\n')


def check(result, name, tree, key, count):
    """One test: the count is no more than a tenth above the recorded one."""
    recorded = json.loads(FILE.read_text())
    if recorded.get('tree') != tree or key not in recorded:
        result.skip(name, f'recorded for {recorded.get("tree")}, here is {tree}')
        return
    result.result(count <= recorded[key] * GROWTH, name,
                  [f'{count} now, {recorded[key]} recorded'])
    result.comment(f'{count / recorded[key]:.3f} times what is recorded')
