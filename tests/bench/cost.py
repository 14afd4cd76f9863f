#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shows that it costs what has changed: one table in Markdown, beside kmod 34.2.

    cost.py --build BUILD [--runs N] [ROW...]

Each row is measured in turns with kmod's depmod, so that whatever else the machine is doing falls on
both alike; figures are medians of the runs, before which a first one has warmed the caches. What a
row means is said below the table.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'support'))

import bench  # noqa: E402
import references  # noqa: E402
from cost_instructions import count_instructions  # noqa: E402
from cost_of_change import cost_of_change, cost_of_drop_in, cost_of_start  # noqa: E402
from cost_of_memory import further_kernels, memory  # noqa: E402
from cost_of_scale import burst, fifty_kernels, many_modules  # noqa: E402
from figures import HEAD, Costs  # noqa: E402

ROWS = {'drop-in': cost_of_drop_in, 'change': cost_of_change, 'warm-start': cost_of_start,
        'memory': memory, 'further-kernels': further_kernels, 'fifty-kernels': fifty_kernels,
        'many-modules': many_modules, 'burst': burst, 'instructions': count_instructions}


def note(name, row):
    return f'* `{name}`: ' + ' '.join(row.__doc__.split())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--build', type=Path, required=True, help='where it was built')
    parser.add_argument('--runs', type=int, default=7, help='rounds, of which the median counts')
    parser.add_argument('rows', nargs='*', metavar='ROW', choices=[[], *ROWS],
                        help=f'all, if none is named: {", ".join(ROWS)}')
    options = parser.parse_args()
    rows = options.rows or list(ROWS)

    try:
        costs = Costs(options.build.absolute(), options.runs)
        print(f'{len(os.sched_getaffinity(0))} cores of {bench.processor()}, Linux '
              f'{os.uname().release}, medians of {options.runs} alternating runs, kmod 34.2 and '
              f"Debian's {bench.describe(costs.plain)}.\n")
        print(HEAD, flush=True)
        for name in rows:
            for figure in ROWS[name](costs):
                print(figure.line(name), flush=True)
    except references.Unavailable as reason:
        sys.exit(f'cost: {reason}')
    print('\n' + '\n'.join(note(name, ROWS[name]) for name in rows))


if __name__ == '__main__':
    main()
