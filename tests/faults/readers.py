# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who reads the published files all the time while faults happen: a strict reader of the whole set, as
kmod opens it, and modprobe itself."""

import hashlib
import multiprocessing
import os
import subprocess
import time
from functools import lru_cache
from pathlib import Path

import index_file
from depmod_run import OUTPUTS
from ledger import Reads

SET_PAUSE, ANSWER_PAUSE = 0.002, 0.02
EXAMPLES_MAX = 6
COUNTS = ('sets', 'not_whole', 'mixed', 'answers', 'wrong', 'in_damage')


class Shared:
    """What is said to the readers. Who sets `damage` or `pause` waits for nobody; what was begun
    before and ends after it is not judged."""

    def __init__(self, context):
        self.over = context.Value('b', 0, lock=False)
        self.damage = context.Value('b', 0, lock=False)
        self.pause = context.Value('b', 0, lock=False)
        self.at_rest = [context.Value('b', 0, lock=False) for _ in range(2)]


class Known:
    """The whole contents that may be met, by the sets that they belong to."""

    def __init__(self, sets):
        self.owners = {}
        self.verdicts = {}
        for label, files in sets.items():
            for name, content in files.items():
                # Who reads cannot tell sets that say the same.
                self.owners.setdefault((name, digest(content)), set()).add(label.partition(' ')[0])

    def judge(self, files):
        """(a complaint or None, whether of the files that kmod opens together two sets were met)"""
        opened = None
        for name, content in files.items():
            key = (name, digest(content))
            complaint = self.verdicts.get(key)
            if complaint is None:
                complaint = self.verdicts[key] = self.look(key, content)
            if complaint:
                return f'{name}: {complaint}', False
            if name.endswith('.bin'):
                opened = self.owners[key] if opened is None else opened & self.owners[key]
        return None, not opened

    def look(self, key, content):
        name = key[0]
        if name.endswith('.bin') and content:
            try:
                for _ in index_file.entries(index_file.decode(content)):
                    pass
            except (ValueError, IndexError, RecursionError, index_file.struct.error) as error:
                return f'{len(content)} bytes, no index: {error}'
        elif content and not content.endswith(b'\n'):
            return f'{len(content)} bytes, cut short'
        return '' if key in self.owners else f'{len(content)} bytes, of nobody'


def digest(content):
    return hashlib.blake2b(content, digest_size=16).digest()


def read_set(directory):
    """All are opened before one is read, as kmod does."""
    descriptors = {}
    try:
        for name, path in paths_of(directory):
            descriptors[name] = os.open(path, os.O_RDONLY)
        return {name: read_whole(descriptor) for name, descriptor in descriptors.items()}
    finally:
        for descriptor in descriptors.values():
            os.close(descriptor)


@lru_cache(maxsize=None)
def paths_of(directory):
    """Those that kmod opens, one after the other, come first."""
    names = [name for name in OUTPUTS if name.endswith('.bin')]
    names += [name for name in OUTPUTS if name not in names]
    return [(name, os.path.join(directory, name)) for name in names]


def read_whole(descriptor):
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b''.join(parts)


def loop(shared, at_rest, step, pause, counts, results):
    """step() gives what one read adds to the counts, and a complaint."""
    examples = []
    while not shared.over.value:
        if shared.pause.value:
            at_rest.value = 1
            time.sleep(0.002)
            continue
        at_rest.value = 0
        before = shared.damage.value
        added, complaint = step()
        if before or shared.damage.value or shared.pause.value:
            counts['in_damage'] += 1
        else:
            for name in added:
                counts[name] += 1
            if complaint and len(examples) < EXAMPLES_MAX:
                examples.append(complaint)
        time.sleep(pause)
    results.put((counts, examples))


def read_sets(shared, directory, sets, results):
    known = Known(sets)

    def step():
        try:
            complaint, is_mixed = known.judge(read_set(directory))
        except OSError as error:
            complaint, is_mixed = f'{Path(error.filename or "?").name}: {error.strerror}', False
        return ['sets', *(['not_whole'] if complaint else []), *(['mixed'] if is_mixed else [])], \
            complaint

    loop(shared, shared.at_rest[0], step, SET_PAUSE, dict.fromkeys(COUNTS, 0), results)


def ask_modprobe(shared, questions, results):
    """questions: (command, answers that are right, those of two generations), one after the other."""
    number = 0

    def step():
        nonlocal number
        command, answers, mixed = questions[number % len(questions)]
        number += 1
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
        if done.stdout in answers:
            return ['answers'], None
        if done.stdout in mixed:
            return ['answers', 'mixed'], None
        return ['answers', 'wrong'], f'{command[0]} said {(done.stdout + done.stderr)[-250:]!r}'

    loop(shared, shared.at_rest[1], step, ANSWER_PAUSE, dict.fromkeys(COUNTS, 0), results)


class Readers:
    """With `with`; afterwards `reads` tells what was read."""

    def __init__(self, directory, sets, questions):
        context = multiprocessing.get_context('fork')
        self.shared, self.results = Shared(context), context.Queue()
        self.processes = [context.Process(target=read_sets, daemon=True, args=(
            self.shared, str(directory), sets, self.results))]
        if questions:
            self.processes.append(context.Process(target=ask_modprobe, daemon=True, args=(
                self.shared, questions, self.results)))
        self.reads = Reads()

    def __enter__(self):
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *_):
        self.shared.over.value = 1
        for _ in self.processes:
            counts, examples = self.results.get(timeout=60)
            for name, count in counts.items():
                setattr(self.reads, name, getattr(self.reads, name) + count)
            self.reads.examples += examples
        for process in self.processes:
            process.join()

    def foreign_hand(self, is_at_work):
        self.shared.damage.value = is_at_work

    def pause(self):
        """Until nobody of them has a file open."""
        self.shared.pause.value = 1
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not all(
                at_rest.value for at_rest in self.shared.at_rest[:len(self.processes)]):
            time.sleep(0.002)

    def resume(self):
        self.shared.pause.value = 0
