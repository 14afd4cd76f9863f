# SPDX-License-Identifier: LGPL-2.1-or-later
"""Modules of a real kernel, some as they are and some with a flaw that a build could give them."""

import shutil
import struct
import subprocess
from dataclasses import dataclass

SIGNATURE_MAGIC = b'~Module signature appended~\n'
VERSION_RECORD_SIZE, CRC_SIZE = 64, 8
# In these are modules that need no device to load.
PLACES = ('kernel/crypto', 'kernel/fs', 'kernel/lib', 'kernel/net')
LOADED = 22
NEEDS_A_FINE_CLOCK = {'jitterentropy_rng'}

# What the kernel says of each reason; or kmod, which looks at the file first.
CAUSES = {
    'crc-mismatch': '{name}: disagrees about version of symbol {symbol}',
    'unresolved-symbol': '{name}: Unknown symbol {symbol} (err -2)',
    # Linux hides such a symbol from those who may not have it.
    'gpl-only-symbol': '{name}: Unknown symbol {symbol} (err -2)',
    'namespace-not-imported': '{name}: module uses symbol ({symbol}) from namespace',
    'vermagic-mismatch': '{name}: version magic',
    'duplicate-export': '{name}: exports duplicate symbol {symbol} (owned by kernel)',
    'wrong-machine': 'Invalid architecture in ELF header',
    'bad-elf': 'Invalid',
    'dependency-fails': 'disagrees about version of symbol',
}


@dataclass
class Candidate:
    name: str
    code: str  # of the reason why it does not load; '': it does
    deed: str


class Image:
    """A module's bytes, without its signature if it is going to be changed."""

    def __init__(self, path):
        self.name = name_of(path)
        self.content = path.read_bytes()

    def unsign(self):
        if self.content.endswith(SIGNATURE_MAGIC):
            end = len(self.content) - len(SIGNATURE_MAGIC)
            size, = struct.unpack('>I', self.content[end - 4:end])
            self.content = self.content[:end - 12 - size]

    def replace(self, old, new):
        assert len(old) == len(new) and old in self.content, (self.name, old)
        self.content = self.content.replace(old, new)

    def rename_symbol(self, old, new):
        """In the table of symbols and in __versions: both have a NUL before it or a CRC."""
        self.replace(old + b'\0', new + b'\0')

    def change_crc(self, symbol):
        record = symbol + bytes(VERSION_RECORD_SIZE - CRC_SIZE - len(symbol))
        at = self.content.index(record) - CRC_SIZE
        self.content = self.content[:at] + b'\x11\x22\x33\x44' + self.content[at + 4:]


class Workshop:
    """The kernel's modules that nobody needs, each of which is used once."""

    def __init__(self, kernel, other, symvers, folder):
        self.kernel, self.other, self.folder = kernel, other, folder
        self.exports = {}
        for line in symvers.read_text().splitlines():
            _, symbol, provider, kind, namespace = line.split('\t')
            self.exports[symbol] = (provider, kind, namespace)
        paths = {name_of(path): path for place in PLACES
                 for path in sorted((kernel.directory / place).rglob('*.ko'))
                 if name_of(path) not in NEEDS_A_FINE_CLOCK}
        contents = {path: path.read_bytes() for path in kernel.directory.rglob('*.ko')}
        self.everything = b''.join(contents.values())
        self.users = {}  # by module name: who needs it
        for path, content in contents.items():
            for need in depends(content):
                self.users.setdefault(need, []).append(path)
        self.leaves = [path for name, path in paths.items() if name not in self.users]
        # Each is needed by one leaf and nobody else.
        self.pairs = [(path, self.users[name][0]) for name, path in paths.items()
                      if len(self.users.get(name, [])) == 1 and self.users[name][0] in self.leaves]
        self.made = []
        (folder / 'updates').mkdir(parents=True)

    def take(self, accept=lambda path: True):
        path = next(path for path in self.leaves if accept(path))
        self.leaves.remove(path)
        return path

    def keep(self, path, code, deed):
        shutil.copy(path, self.folder / 'updates')
        self.made.append(Candidate(Image(path).name, code, deed))

    def write(self, image, code, deed):
        (self.folder / 'updates' / f'{image.name}.ko').write_bytes(image.content)
        self.made.append(Candidate(image.name, code, deed))

    def changed(self, accept, change, code, deed):
        path = self.take(accept)
        image = Image(path)
        image.unsign()
        change(image, path)
        self.write(image, code, deed)

    def symbol_of(self, path, accept):
        """The first symbol that a module needs of whom accept() accepts."""
        return next((symbol for symbol in undefined(path)
                     if symbol in self.exports and accept(*self.exports[symbol])), None)


def name_of(path):
    return path.name.partition('.')[0].replace('-', '_')


def depends(content):
    fields = content.split(b'\0depends=', 1)
    names = fields[1].split(b'\0', 1)[0].decode().replace('-', '_') if len(fields) > 1 else ''
    return [name for name in names.split(',') if name]


def undefined(path):
    lines = subprocess.run(['nm', '--undefined-only', path], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    return [line.split()[1] for line in lines if line.split()[0] == 'U']


def of_kernel(provider, _kind, _namespace):
    return provider == 'vmlinux'


def of_module(provider, _kind, _namespace):
    return provider != 'vmlinux'


def of_gpl(_provider, kind, _namespace):
    return kind == 'EXPORT_SYMBOL_GPL'


def of_namespace(_provider, _kind, namespace):
    return bool(namespace)


def all_candidates(kernel, other, symvers, folder):
    shop = Workshop(kernel, other, symvers, folder)
    add_broken_symbols(shop)
    add_broken_fields(shop)
    add_broken_files(shop)
    add_foreign(shop)
    add_dependents(shop)
    add_duplicates(shop)
    add_good(shop)
    return shop.made


def add_broken_symbols(shop):
    for accept in (of_kernel, of_module, of_kernel):
        def has(path, accept=accept):
            return shop.symbol_of(path, accept)

        shop.changed(has, lambda image, path, accept=accept: image.change_crc(
            shop.symbol_of(path, accept).encode()), 'crc-mismatch', 'another CRC')
    shop.changed(lambda path: True, lambda image, path: image.change_crc(b'module_layout'),
                 'crc-mismatch', 'another layout of modules')
    for accept in (of_kernel, of_module, of_kernel):
        def rename(image, path, accept=accept):
            symbol = shop.symbol_of(path, accept).encode()
            image.rename_symbol(symbol, b'no_' + symbol[3:])

        shop.changed(lambda path, accept=accept: is_renamable(shop.symbol_of(path, accept)), rename,
                     'unresolved-symbol', 'a symbol that nobody has')


def is_renamable(symbol):
    return symbol and len(symbol) > 8


def add_broken_fields(shop):
    for _ in range(3):
        shop.changed(lambda path: shop.symbol_of(path, of_gpl) and
                     b'\0license=GPL\0' in path.read_bytes(),
                     lambda image, path: image.replace(b'\0license=GPL\0', b'\0license=BSD\0'),
                     'gpl-only-symbol', 'another license')
    for _ in range(2):
        shop.changed(lambda path: shop.symbol_of(path, of_namespace) and
                     b'\0import_ns=' in path.read_bytes(),
                     lambda image, path: image.replace(b'\0import_ns=', b'\0import_no='),
                     'namespace-not-imported', 'a namespace less')
    for old, new in ((b'SMP preempt', b'SMP PREEMPT'), (b'mod_unload ', b'mod_UNLOAD ')):
        shop.changed(lambda path: True, lambda image, path, old=old, new=new:
                     image.replace(old, new), 'vermagic-mismatch', 'other flags')


def add_broken_files(shop):
    def set_machine(image, _):
        image.content = image.content[:18] + b'\xb7\0' + image.content[20:]

    def cut(image, _):
        image.content = image.content[:len(image.content) // 2]

    def write_text(image, _):
        image.content = b'This is a text and no module, whatever its name says.\n' * 4

    shop.changed(lambda path: True, set_machine, 'wrong-machine', 'for another machine')
    shop.changed(lambda path: True, cut, 'bad-elf', 'half of the file')
    shop.changed(lambda path: True, write_text, 'bad-elf', 'a text')


def add_foreign(shop):
    """As they are, of the same release of another flavour."""
    for _ in range(2):
        path = shop.take(lambda path: (shop.other.directory / path.relative_to(
            shop.kernel.directory)).exists())
        shop.keep(shop.other.directory / path.relative_to(shop.kernel.directory), 'crc-mismatch',
                  'of another kernel')


def add_duplicates(shop):
    """An export gets the name of one of the kernel's."""
    for _ in range(2):
        def own_export(path):
            module = str(path.relative_to(shop.kernel.directory / 'kernel').with_suffix(''))
            return next((symbol for symbol, (provider, _, _) in shop.exports.items()
                         if provider == module), None)

        def rename(image, path):
            symbol = own_export(path)
            taken = next(name for name, (provider, _, _) in shop.exports.items()
                         if provider == 'vmlinux' and len(name) == len(symbol) and
                         name.encode() not in shop.everything)
            image.replace(symbol.encode() + b'\0', taken.encode() + b'\0')

        shop.changed(own_export, rename, 'duplicate-export', 'an export of the kernel')


def add_dependents(shop):
    """A module that is all right and needs one that is not."""
    for _ in range(2):
        path, user = next(pair for pair in shop.pairs if pair[1] in shop.leaves)
        shop.leaves.remove(user)
        image = Image(path)
        image.unsign()
        image.change_crc(b'module_layout')
        shop.write(image, 'crc-mismatch', 'another layout of modules')
        shop.keep(user, 'dependency-fails', 'needs the one before')


def add_good(shop):
    for number in range(LOADED):
        path = shop.take()
        if number % 5 == 4:
            image = Image(path)
            image.unsign()
            shop.write(image, '', 'without a signature')
        elif number % 5 == 3:
            image = Image(path)
            image.unsign()
            image.replace(b'\0__versions\0', b'\0__versionz\0')
            shop.write(image, '', 'without CRCs, which this kernel takes')
        else:
            shop.keep(path, '', 'as it is')
