# SPDX-License-Identifier: LGPL-2.1-or-later
"""Somebody who reads index files all the time, as udev and modprobe do."""

import hashlib
import multiprocessing


def digest(content):
    return hashlib.sha256(content).hexdigest()


def read_on(directory, names, is_over, results):
    seen, rounds = set(), 0
    while not is_over.is_set():
        for name in names:
            try:
                content = (directory / name).read_bytes()
            except OSError as error:
                key = error.strerror
            else:
                key = digest(content)
            seen.add((name, key))
        rounds += 1
    results.put((rounds, sorted(seen)))


class Reader:
    """With `with`; afterwards check() tells what was read and should not have been."""

    def __init__(self, directory, names):
        context = multiprocessing.get_context('fork')
        self.is_over, self.results = context.Event(), context.Queue()
        self.process = context.Process(target=read_on, args=(directory, names, self.is_over,
                                                             self.results), daemon=True)

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.rounds, self.seen = self.results.get(timeout=60)
        self.process.join()

    def check(self, known):
        """known: the whole contents that a name may ever have had."""
        digests = {name: {digest(content) for content in contents}
                   for name, contents in known.items()}
        lines = [f'a reader got of {name}: {key}' for name, key in self.seen
                 if key not in digests[name]]
        if self.rounds < 2:
            lines.append('the reader had no time to read')
        return lines
