#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes trees with broken, compressed, tangled and odd modules, as the random tests do.

    trees.py FOLDER COUNT

Each is FOLDER/NUMBER with files `cwd` and `arguments` (one a line) that tell how to run depmod on it, and
`kernel`, its kernel directory.
"""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / 'support'), str(TESTS / 'reference')]

from random_tree import RandomTree  # noqa: E402

FIRST_SEED = 5000


def main():
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    for number in range(count):
        place = folder / str(number)
        (place / 'tree').mkdir(parents=True)
        recipe = RandomTree(FIRST_SEED + number, 0, place / 'tree')
        recipe.tree.build(place / 'tree')
        (place / 'cwd').write_text(str(recipe.cwd))
        (place / 'arguments').write_text(''.join(f'{text}\n' for text in recipe.arguments))
        (place / 'kernel').write_text(str(place / 'tree' / recipe.directory))


if __name__ == '__main__':
    main()
