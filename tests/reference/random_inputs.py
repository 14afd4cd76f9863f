# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random contents for the other inputs of depmod: lists of modules, symbol files, configuration."""

ODD_BUILTINS = ('', '# comment', '9p.ko', 'kernel/fs/no_ending', 'trailing/', 'x' * 4200 + '.ko',
                'kernel/fs/a.b.ko', 'top.ko', 'CR.ko\r', ' blank.ko', 'a/' + 'y' * 5000)
ODD_RECORDS = (b'm.alias', b'no_dot', b'm.alias=', b'=', b'.', b'.alias=nameless',
               b'.m.alias=behind-a-dot', b'm.file.alias=x', b'm.aliasx=y', b'', b'm.alias=a=b',
               b'ext4.alias=same', b'ext4.alias=same', b'm.alias=' + b'v' * 5000,
               b'm' * 5000 + b'.alias=x', b'm.' + b'k' * 5000 + b'=x')
ODD_SYMVERS = ('', 'junk', '0x1 two', '0x1\tthree\tvmlinux',
               'zz\tbad_crc\tvmlinux\tEXPORT_SYMBOL', '0x12junk\tbad_crc\tvmlinux\tEXPORT_SYMBOL',
               '0x7  blanks  vmlinux  EXPORT_SYMBOL', '0xfffffffff\twide\tvmlinux\tEXPORT_SYMBOL')
NAMES = ('ext4', 'ext-2', 'libcrc32c', 'crc32c-intel', 'e1000', 'a', 'Zz')


def order_key(path):
    """What a line of modules.order must be to mean the module (specification section 3.6)."""
    directory, slash, name = path.rpartition('/')
    return directory + slash + name[:len(name.split('.')[0]) + 3]


def modules_order(rng, paths):
    """None: there is no such file."""
    kind = rng.random()
    if kind < 0.15:
        return None
    lines = [order_key(path) for path in paths]
    rng.shuffle(lines)
    if kind < 0.6:
        lines = lines[:rng.randint(0, len(lines))]
    if rng.random() < 0.2 and lines:
        lines += rng.choices(lines, k=3)
    if rng.random() < 0.3:
        strangers = ['#336', '', 'kernel/missing.ko', '# c', ' ' + rng.choice(lines or ['x'])]
        for line in strangers:
            lines.insert(rng.randint(0, len(lines)), line)
    text = ''.join(line + '\n' for line in lines).encode()
    return _spoil_order(rng, text) if rng.random() < 0.25 else text


def _spoil_order(rng, text):
    kind = rng.randrange(6)
    if kind == 0:
        return text.replace(b'\n', b'\r\n')
    if kind == 1:
        return text[:-1]
    if kind == 2:
        return text + b'x' * rng.choice([4093, 4094, 4095, 8200]) + b'\n'
    if kind == 3:
        return b'\0\n' + text
    if kind == 4:
        return text.replace(b'\n', b'\0behind\n', 2)
    return text[:rng.randrange(len(text) + 1)] + b'\0' + text[rng.randrange(len(text) + 1):]


def builtin_list(rng):
    if rng.random() < 0.15:
        return None
    lines = [f'kernel/fs/{name}.ko' for name in rng.choices(NAMES, k=rng.randint(0, 6))]
    if rng.random() < 0.4:
        for line in rng.choices(ODD_BUILTINS, k=3):
            lines.insert(rng.randint(0, len(lines)), line)
    text = ''.join(line + '\n' for line in lines).encode()
    # of a last line "folder/" without newline kmod takes a name from memory that it never wrote
    return text[:-1] if rng.random() < 0.1 and text[-2:-1] != b'/' else text


def builtin_modinfo(rng, alias):
    if rng.random() < 0.15:
        return None
    records = []
    for _ in range(rng.choice([0, 1, 5, 20])):
        name = rng.choice(NAMES).encode()
        key = rng.choice([b'alias', b'alias', b'license', b'file', b'parm'])
        records.append(name + b'.' + key + b'=' + alias())
    if rng.random() < 0.4:
        for record in rng.choices(ODD_RECORDS, k=3):
            records.insert(rng.randint(0, len(records)), record)
    content = b''.join(record + b'\0' for record in records)
    return content[:-1] if rng.random() < 0.1 else content


def symvers(rng, crcs):
    lines = []
    for name, crc in crcs.items():
        crc = crc if rng.random() < 0.9 else rng.getrandbits(32)
        where = rng.choice(['vmlinux', 'vmlinux', 'kernel/fs/ext4'])
        prefix, rest = rng.choice([('0x', 'EXPORT_SYMBOL\t'), ('', 'EXPORT_SYMBOL_GPL\tNS')])
        lines.append(f'{prefix}{crc:08x}\t{name}\t{where}\t{rest}')
    if rng.random() < 0.4:
        lines += rng.choices(ODD_SYMVERS, k=3)
    rng.shuffle(lines)
    return ''.join(line + '\n' for line in lines).encode()


def system_map(rng, names):
    lines = []
    for name in names:
        prefix = rng.choice(['', '', '_', '.'])
        lines.append(f'ffffffff81{rng.getrandbits(24):06x} r {prefix}__ksymtab_{name}')
        lines.append(f'ffffffff81{rng.getrandbits(24):06x} T {name}')
    if rng.random() < 0.4:
        lines += ['', 'ffffffff81000000', 'ffffffff81000000 T', 'a b __ksymtab_x y',
                  'ffffffff81000000 r __ksymtab_', 'ffffffff81000000 r __ksymtab_gpl_x']
    rng.shuffle(lines)
    return ''.join(line + '\n' for line in lines).encode()


SEARCHED_FOLDERS = ('updates', 'updates/dkms', 'foo', 'foobar', 'extra', 'kernel/fs')
CONFIG_LINES = ('search updates built-in', 'search updates', 'search built-in updates',
                'search foobar foo built-in external', 'search external updates/dkms built-in',
                'search extra updates/ kernel/fs', 'search', 'search updates \\\nbuilt-in',
                'exclude extra', 'exclude .hidden a-b', 'exclude', 'external * @/external',
                r'external 5\.5.* @/other/', 'external ^6 @/missing', 'external ( @/external',
                'override snd * updates', 'override xfs * kernel', 'override b 6 extra',
                'override only', 'include other.conf', 'make_map_files yes', '# comment',
                '  # not a comment', 'nonsense', 'search\tfoo\t built-in', 'searchx foo', '',
                'external *', 'search updates\r', 'override x * over\\ride')


def config(rng, base, module_names):
    """The bytes of one file of depmod.d; @ in the lines above is `base`."""
    lines = rng.choices(CONFIG_LINES, k=rng.randint(0, 6))
    for name in module_names:
        version = rng.choice(['*', '5.5', '^6.1', '9.9'])
        folder = rng.choice(['updates', 'kernel', 'extra', 'foo'])
        lines.append(f'override {name} {version} {folder}')
    rng.shuffle(lines)
    text = '\n'.join(lines).replace('@', str(base)).encode()
    return text + rng.choice([b'\n', b'\n', b'\n', b'', b'\\'])
