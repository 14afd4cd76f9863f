# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random modules: names, symbols between them, and what they say of themselves."""

from elf_writer import STB_GLOBAL, STB_LOCAL, STB_WEAK, STT_REGISTER
from module_flaws import FLAWS
from module_writer import (CRC_ABSOLUTE, CRC_IN_SECTION, CRC_UNDEFINED, NO_CRC, Export, Import,
                           ModuleImage)

MACHINES = {(64, '<'): (62, 183, 243), (64, '>'): (22, 43, 21),
            (32, '<'): (3, 40), (32, '>'): (8, 2, 20)}
WORDS = ('snd', 'usb', 'net', 'crc32c', 'xfs', 'ext4', 'drm', 'kms', 'helper', 'generic', 'intel',
         'core', 'hda', 'codec', 'i2c', 'mux', 'Phy', 'raid6', 'nf', 'conntrack', 'b', 'x')
FOLDERS = ('', 'kernel', 'kernel/fs', 'kernel/drivers/net', 'kernel/drivers/usb/core', 'extra',
           'updates', 'updates/dkms', 'weak-updates', 'foo', 'foobar', '.hidden', 'override',
           'dir.ko', 'a-b', 'a')
DEVICE_ALIASES = (b'devname:snd/seq', b'devname:', b'devname:a b', b'char-major-10-*',
                  b'char-major-10-200', b'block-major-8-1x', b'char-major-116- 7',
                  b'char-major--1-4294967296', b'block-major-7')
ODD_ALIASES = (b'', b'a=b=c', b'with blank', b'[az]-x', b'[a-z]-x', b'x]', b'[x', b'[[a]-', b'[a]]',
               b'a[b-c]d-e[-]', b'*', b'?x', b'-', b'tab\there', b'\x01\x7f', b'line\nbreak',
               b'a' * 4094, b'a' * 4095, b'a' * 4096)
ODD_STRINGS = (b'alias', b'alias=', b'alias==', b'=x', b'=', b'', b'softdep', b' alias=x',
               b'aliasx=y', b'author=\xff')
KERNEL_SYMBOLS = ('printk', '_printk', 'kfree', '__this_module', 'TOC.', '.TOC.', 'vmlinux_sym')


class ModuleMaker:
    """Makes modules one after the other; each may need symbols of those before it."""

    def __init__(self, rng, platform, cycles):
        self.rng = rng
        self.platform = platform  # (bits, byte order), or None: a mix
        self.cycles = cycles  # module needs what a later one exports
        self.names = set()
        self.crcs = {name: rng.getrandbits(32) for name in KERNEL_SYMBOLS}
        self.exported = []
        self.flaws = []

    def name(self, plain=False):
        """The name of a file without its ending; its module name is unique."""
        while True:
            name = self._name(plain)
            module_name = name.split('.')[0].replace('-', '_')
            if module_name not in self.names:
                self.names.add(module_name)
                return name

    def _name(self, plain):
        rng, kind = self.rng, self.rng.random()
        name = rng.choice('-_').join(rng.choices(WORDS, k=rng.randint(1, 3)))
        if plain or kind < 0.9:
            return name + rng.choice(['', str(rng.randint(0, 99))])
        return rng.choice([name + '.bar', '.' + name, '-' + name, name.upper(), name + '+~=',
                           name + 'ko', '[' + name, 'x' * 200 + name])

    def image(self):
        rng = self.rng
        bits, order = self.platform or rng.choice(list(MACHINES))
        image = ModuleImage(bits, order, rng.choice(MACHINES[bits, order]))
        image.imports = self._imports()
        # Who exports a symbol once more may come to own it. Unless it needs nothing itself, that
        # makes cycles, and of a tree with a cycle nothing but the message can be compared.
        needed_by_version = []
        if image.imports and rng.random() < 0.2:
            needed_by_version = [self._wanted()]
        image.exports = self._exports(may_repeat=not image.imports)
        self._add_versions(image, needed_by_version)
        image.modinfo = self._modinfo()
        if rng.random() < 0.1:
            image.signature = bytes(rng.randint(1, 200))
        if image.exports and rng.random() < 0.05:
            image.ksymtab_strings = rng.choice([b'\0', b'\0\0strings_c\0\0strings_d\0', b'x\0'])
            if rng.random() < 0.5:
                for export in image.exports:
                    export.form = NO_CRC
        return image

    def content(self, flaw_chance):
        """The bytes of a module, sometimes with a flaw."""
        image = self.image()
        if self.rng.random() >= flaw_chance:
            return image.to_bytes()
        flaw = self.rng.choice(list(FLAWS))
        self.flaws.append(flaw)
        return FLAWS[flaw](self.rng, image)

    def _new_symbol(self):
        rng, kind = self.rng, self.rng.random()
        name = '_'.join(rng.choices(WORDS, k=2)) + f'_{len(self.crcs)}'
        if kind < 0.05:
            name = rng.choice('_.') + name
        elif kind < 0.06:
            name += '_long' * rng.randint(10, 220)
        return name

    def _exports(self, may_repeat):
        rng = self.rng
        if rng.random() < 0.3:
            return []
        form = rng.choices([CRC_IN_SECTION, CRC_ABSOLUTE, CRC_UNDEFINED, NO_CRC], [6, 2, 1, 2])[0]
        exports = []
        for _ in range(rng.choice([1, 1, 2, 3, 6])):
            kind = rng.random()
            if may_repeat and kind < 0.15:
                name = rng.choice(self.exported or KERNEL_SYMBOLS)
            elif may_repeat and kind < 0.2:
                name = rng.choice(KERNEL_SYMBOLS)
            else:
                name = self._new_symbol()
            self.crcs.setdefault(name, rng.getrandbits(32))
            self.exported.append(name)
            exports.append(Export(name.encode(), self.crcs[name], form))
            if rng.random() < 0.05:
                exports[-1].form = rng.choice([CRC_ABSOLUTE, NO_CRC])
        return exports

    def _wanted(self):
        rng, kind = self.rng, self.rng.random()
        if self.cycles and kind < 0.05:
            return self._promised_symbol()
        if self.exported and kind < 0.75:
            return rng.choice(self.exported[-40:])
        return rng.choice(KERNEL_SYMBOLS + ('unknown_symbol', '.printk'))

    def _promised_symbol(self):
        """A symbol that a later module may export."""
        name = f'promised_{len(self.exported) // 20 + 1}'
        self.crcs.setdefault(name, self.rng.getrandbits(32))
        return name

    def _imports(self):
        rng, imports = self.rng, []
        names = list(dict.fromkeys(self._wanted() for _ in range(rng.choice([0, 1, 2, 4, 8]))))
        for name in names:
            if rng.random() < 0.05:
                name = '.' + name
            binding = rng.choices([STB_GLOBAL, STB_WEAK, STB_LOCAL], [8, 2, 0.2])[0]
            kind = STT_REGISTER if rng.random() < 0.02 else 0
            imports.append(Import(name.encode(), binding, kind))
        return imports

    def _add_versions(self, image, further_names):
        rng = self.rng
        if rng.random() < 0.4:
            return
        names = ['module_layout'] + [wanted.name.decode() for wanted in image.imports]
        names += further_names
        if rng.random() < 0.05:
            names.append(rng.choice(names))
        for name in names:
            if rng.random() < 0.05:
                continue
            crc = self.crcs.get(name, 0) if rng.random() < 0.9 else rng.getrandbits(32)
            # a name that fills its field lets kmod 34 reject the whole list
            if len(name) > 54 and rng.random() < 0.8:
                continue
            image.versions.append((crc, name.encode()))

    def promised_exports(self):
        """The module that closes the cycles."""
        image = self.image()
        image.exports = [Export(name.encode(), crc) for name, crc in self.crcs.items()
                         if name.startswith('promised_')]
        return image.to_bytes()

    def _modinfo(self):
        rng = self.rng
        strings = [b'license=GPL', b'depends=']
        for _ in range(rng.choice([0, 0, 1, 2, 5, 12])):
            strings.append(b'alias=' + self.alias())
        if rng.random() < 0.15:
            strings += [b'alias=' + alias
                        for alias in rng.choices(DEVICE_ALIASES, k=rng.randint(1, 4))]
        for key in (b'softdep=', b'weakdep='):
            if rng.random() < 0.1:
                strings.append(key + rng.choice([b'pre: a-b post: c', b'', b' x ', b'a=b',
                                                 b'pre: \xc3\xa4']))
        if rng.random() < 0.05:
            strings.append(rng.choice(ODD_STRINGS))
        rng.shuffle(strings)
        return strings

    def alias(self):
        rng, kind = self.rng, self.rng.random()
        number = rng.getrandbits(10)
        if kind < 0.5:
            return f'pci:v00008086d{number:08X}sv*sd*bc*sc*i*'.encode()
        if kind < 0.6:
            return f'usb:v{number:04X}p*d*dc*dsc*dp*ic0{number % 8}isc*ip*in*'.encode()
        if kind < 0.7:
            return f'of:N*T*Cvendor-{number % 5},dev-{number}C*'.encode()
        if kind < 0.95:
            return f'{rng.choice(["fs", "net-pf-2-proto", "crypto", "dm"])}-{number % 50}'.encode()
        if kind < 0.96:
            return b'long-' * 850 + str(number % 2).encode()
        return rng.choice(ODD_ALIASES)
