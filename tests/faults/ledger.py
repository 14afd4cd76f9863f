# SPDX-License-Identifier: LGPL-2.1-or-later
"""The ledger of the campaign: of each fault how often it was injected and survived, and what readers saw."""

from dataclasses import dataclass, field

# One read of a set in two thousand may meet files of two generations; of a few thousand, six: chance.
MIXED_LIMIT = 0.0005
LINES_KEPT = 8

HEADINGS = ('fault', 'injected', 'survived', 'reads', 'not whole', 'mixed', 'modprobe', 'wrong')


@dataclass
class Reads:
    """What the readers saw while nobody but us was at the files."""
    sets: int = 0
    not_whole: int = 0  # sets with a file that was missing, empty, cut short or nobody's
    mixed: int = 0
    answers: int = 0
    wrong: int = 0
    in_damage: int = 0  # reads and answers while a foreign hand was at work: not judged
    examples: list = field(default_factory=list)


@dataclass
class Row:
    fault: str
    planned: int
    judges_mixed: bool = False  # where publications come as fast as the daemon makes them unasked
    injected: int = 0
    survived: int = 0
    reads: Reads = field(default_factory=Reads)
    notes: list = field(default_factory=list)
    lines: list = field(default_factory=list)

    def add(self, complaints, what):
        """One injection and what was wrong after it."""
        self.injected += 1
        self.survived += not complaints
        if complaints and len(self.lines) < LINES_KEPT:
            self.lines += [f'{what}: {complaint}' for complaint in complaints[:2]]

    def failures(self):
        reads = self.reads
        lines = list(self.lines)
        if self.injected < self.planned:
            lines.append(f'{self.injected} were injected and {self.planned} planned')
        if self.survived < self.injected:
            lines.append(f'{self.injected - self.survived} were not survived')
        if reads.not_whole or reads.wrong:
            lines.append(f'readers: {reads.not_whole} sets not whole, {reads.wrong} wrong answers')
            lines += reads.examples
        if self.judges_mixed and reads.mixed > max(6, MIXED_LIMIT * reads.sets):
            lines.append(f'{reads.mixed} of {reads.sets} sets were mixed')
        return lines

    def cells(self):
        reads = self.reads
        return (self.fault, str(self.injected), str(self.survived), str(reads.sets),
                str(reads.not_whole), str(reads.mixed), str(reads.answers), str(reads.wrong))


def table(rows):
    """As Markdown, so that it can be shown as it is."""
    cells = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = [format_line(line, widths) for line in cells]
    rule = [f'{"-" * (width - bool(column))}{":" if column else ""}'
            for column, width in enumerate(widths)]
    return [lines[0], '| ' + ' | '.join(rule) + ' |', *lines[1:]]


def format_line(cells, widths):
    first, *others = [cell.rjust(width) if column else cell.ljust(width)
                      for column, (cell, width) in enumerate(zip(cells, widths))]
    return '| ' + ' | '.join([first, *others]) + ' |'


def totals(rows):
    return [f'{sum(row.injected for row in rows)} faults injected, '
            f'{sum(row.survived for row in rows)} survived, '
            f'{sum(row.reads.sets for row in rows)} sets read, '
            f'{sum(row.reads.not_whole for row in rows)} not whole, '
            f'{sum(row.reads.mixed for row in rows)} mixed, '
            f'{sum(row.reads.answers for row in rows)} answers of modprobe, '
            f'{sum(row.reads.wrong for row in rows)} wrong, '
            f'{sum(row.reads.in_damage for row in rows)} not judged']
