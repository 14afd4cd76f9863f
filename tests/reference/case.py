# SPDX-License-Identifier: LGPL-2.1-or-later
"""One named case: a small tree, a run of depmod, and what must come of it."""

from dataclasses import dataclass, field
from pathlib import Path

from depmod_run import Run, compare_bytes, compare_runs, read_files, run_depmod
from tree import File, Link, Tree

VERSION = '4.4.4'


@dataclass
class Case:
    """Paths are relative to the kernel's folder, those with a leading / to the case's own folder,
    which in contents, arguments and expectations is written as @.

    Ours must behave as the reference does on the very same tree, and as is expected here; with
    `why_not_reference` only the latter, because ours differs on purpose.
    """

    name: str
    entries: dict = field(default_factory=dict)  # path: bytes, or an entry of a Tree
    arguments: tuple = ()
    config: bytes = None
    expected: dict = field(default_factory=dict)  # output: bytes; None: is not written
    status: int = None
    stdout: bytes = None
    stderr: bytes = None
    version: tuple = (VERSION,)
    moduledir: str = 'lib/modules'
    before: object = None  # called in the child before the program is
    why_not_reference: str = None

    def check(self, reference, depmod, base):
        """The differences, as lines to read."""
        self._tree(base).build(base)
        ours = self._run(depmod, base, 'ours')
        differences = self._compare_expected(ours, base)
        if not self.why_not_reference:
            expected = self._run(reference, base, 'reference', bounded=True)
            differences += compare_runs(expected, ours)
            differences += ['of the reference: ' + line
                            for line in self._compare_expected(expected, base)]
        return differences

    @property
    def kernel(self):
        return f'{self.moduledir}/{VERSION}'

    def _tree(self, base):
        tree = Tree()
        tree.add(self.kernel + '/modules.builtin', File())
        tree.add(self.kernel + '/modules.builtin.modinfo', File())
        tree.add(self.kernel + '/modules.order', File())
        for path, entry in self.entries.items():
            path = path[1:] if path[0] == '/' else f'{self.kernel}/{path}'
            if entry is None:
                del tree.entries[path]
            elif isinstance(entry, Link):
                tree.add(path, Link(placed_text(entry.target, base)))
            else:
                tree.add(path, File(entry) if isinstance(entry, bytes) else entry)
        return tree

    def _run(self, program, base, outdir, bounded=False):
        """Each program writes into a folder of its own; what it says of it is made alike."""
        arguments = ['-b', base, '-o', base / outdir, '-C', base / 'configuration']
        if self.config is not None:
            (base / 'configuration').write_bytes(placed(self.config, base))
        arguments += [placed_text(argument, base) for argument in self.arguments + self.version]
        result = run_depmod(program, arguments, base, bounded, self.before)
        result.stderr = result.stderr.replace(bytes(base / outdir), b'OUTDIR')
        result.files = read_files(base / outdir / self.kernel)
        return result

    def _compare_expected(self, run: Run, base):
        differences = []
        if self.status is not None and run.status != self.status:
            differences.append(f'exit status: {run.status}, expected {self.status}')
        for name, expected in (('stdout', self.stdout), ('stderr', self.stderr)):
            if expected is not None:
                differences += compare_bytes('expected ' + name, placed(expected, base),
                                             getattr(run, name))
        for name, expected in self.expected.items():
            if expected is None and name in run.files:
                differences.append(f'{name} was written')
            elif expected is not None:
                actual = run.content(name) if name in run.files else b'(no such file)'
                differences += compare_bytes('expected ' + name, placed(expected, base), actual)
        return differences


def placed_text(text, base):
    return placed(text.encode(), base).decode()


def placed(text, base):
    return text.replace(b'@', bytes(Path(base)))


def lines(*texts):
    return b''.join(text.encode() + b'\n' for text in texts)
