# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is asked after a change, and what the World says that the answer is."""

import dbus

from bus_client import error_name

NOISE, KERNEL = 'noise', 'vmlinux'


class Questions:
    """Each asks about one module and gives (what is right, what was answered)."""

    def __init__(self, client, release, world, chance):
        self.client, self.release, self.world, self.chance = client, release, world, chance
        self.modules = None
        self.kinds = {self.path_of: 4, self.writing_of: 6, self.needs_of: 4, self.needed_by: 2,
                      self.provider_of: 2, self.all_modules: 1}

    def ask(self, name):
        """The name of the question and both answers."""
        self.modules = self.world.modules()
        kinds, weights = zip(*self.kinds.items())
        question = self.chance.choices(kinds, weights)[0]
        right, answer = question(name)
        return question.__name__.replace('_', ' '), right, answer

    def call(self, method, *arguments):
        return self.client.kernel(self.release, method, *arguments)

    def call_or_error(self, *arguments):
        answer = []
        error = error_name(lambda: answer.append(self.call(*arguments)))
        return error or answer[0]

    def path_of(self, name):
        answer = self.call_or_error('GetModule', name, 0)
        right = self.modules[name][0] if name in self.modules else 'NoSuchModule'
        return right, answer if isinstance(answer, str) else str(answer[0]['Path'])

    def writing_of(self, name):
        """By the alias of the newest writing of it, and it has no other."""
        if name not in self.modules:
            return self.path_of(name)
        path, content = self.modules[name]
        modules, _ = self.call('ResolveAlias', content.alias, 0)
        return [(name, path, content.alias)], plain(modules)

    def needs_of(self, name):
        if name not in self.modules:
            return self.path_of(name)
        dependencies, _ = self.call('GetDependencies', name, 0)
        answer = sorted(entry[0] for entry in plain(dependencies))
        providers = (self.providers(owner) for owner in self.modules[name][1].needs)
        return sorted(pick(names, answer) for names in providers if names), answer

    def needed_by(self, name):
        """Where it is clear: two may export the symbol that somebody needs."""
        owner = self.modules[name][1].owner if name in self.modules else None
        if not owner or len(self.providers(owner)) > 1:
            return self.path_of(name)
        right = sorted(other for other, (_, content) in self.modules.items()
                       if owner in content.needs)
        dependents, _ = self.call('GetReverseDependencies', name, 0)
        return right, sorted(entry[0] for entry in plain(dependents))

    def providers(self, owner):
        """A file keeps its symbol when it gets another name."""
        return sorted(name for name, (_, content) in self.modules.items()
                      if content.owner == owner)

    def provider_of(self, owner):
        names = self.providers(owner)
        providers, _ = self.call('FindSymbol', f'{owner}_symbol', 0)
        # What nobody exports is taken for the kernel's while its symbols are not known.
        answer = sorted(entry[:2] for entry in plain(providers) if entry[0] != KERNEL)
        right = sorted((name, self.modules[name][0]) for name in names)
        return (right, answer) if len(names) < 2 or not set(answer) <= set(right) else (answer, answer)

    def all_modules(self, _name):
        modules, _ = self.call('ListModules', '*', 0)
        right = sorted((name, path) for name, (path, _) in self.modules.items())
        return right, sorted(entry[:2] for entry in plain(modules) if not entry[0].startswith(NOISE))


def pick(names, answer):
    """One of them will do, if possible one that was answered."""
    return next((name for name in names if name in answer), names[0])


def plain(value):
    """Without the types of python3-dbus."""
    if isinstance(value, (dbus.Array, dbus.Struct, list, tuple)):
        sequence = [plain(item) for item in value]
        return tuple(sequence) if isinstance(value, (dbus.Struct, tuple)) else sequence
    return value
