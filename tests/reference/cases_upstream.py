# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cases of kmod's own test suite for depmod, rebuilt with synthetic modules."""

from case import Case, lines
from module_writer import compress, simple_module

CCISS_ALIASES = [f'pci:v0000103Cd000032{number:02X}sv*sd*bc*sc*i*' for number in range(20)]
HPSA_ALIASES = [f'pci:v00001590d000033{number:02X}sv*sd*bc*sc*i*' for number in range(16)]
ALIAS_HEADER = '# Aliases extracted from modules themselves.'

CCISS = simple_module(modinfo=['alias=' + alias for alias in CCISS_ALIASES])
SCSI_MOD = simple_module(exports=['scsi_add_host', 'scsi_remove_host'])
HPSA = simple_module(imports=['scsi_add_host', 'printk'],
                     modinfo=['alias=' + alias for alias in HPSA_ALIASES])
SIMPLE = simple_module(modinfo=['license=GPL'])

DRIVERS_ORDER = lines('#336', 'kernel/drivers/block/cciss.ko', '', '#2094',
                      'kernel/drivers/scsi/scsi_mod.ko', '#2137', 'kernel/drivers/scsi/hpsa.ko', '')
DRIVERS_ALIAS = lines(ALIAS_HEADER, *[f'alias {alias} cciss' for alias in CCISS_ALIASES],
                      *[f'alias {alias} hpsa' for alias in HPSA_ALIASES])


def drivers(cciss='', scsi_mod='', hpsa=''):
    """The three drivers, each with an ending that says how it is compressed."""
    return {'kernel/drivers/block/cciss.ko' + cciss: compress(CCISS, cciss),
            'kernel/drivers/scsi/scsi_mod.ko' + scsi_mod: compress(SCSI_MOD, scsi_mod),
            'kernel/drivers/scsi/hpsa.ko' + hpsa: compress(HPSA, hpsa),
            'modules.order': DRIVERS_ORDER}


def search_case(name, places, config, winner):
    entries = {f'{place}/mod-simple.ko': SIMPLE for place in places}
    return Case(name, entries, config=config, status=0, expected={'modules.dep': lines(winner)})


NEEDS = {'a': 'bfg', 'b': 'cfg', 'c': 'a', 'd': 'e', 'e': 'd', 'f': '', 'g': '', 'h': 'i', 'i': 'j',
         'j': 'hk', 'k': 'h'}


def loop_case(name, order, cycles):
    """order: 1 or -1, the direction in which each module lists what it needs."""
    entries = {f'kernel/mod-loop-{letter}.ko': simple_module(
        exports=[f'print{letter.upper()}'],
        imports=[f'print{needed.upper()}' for needed in needs[::order]] + ['printk'])
        for letter, needs in NEEDS.items()}
    messages = [' -> '.join(f'mod_loop_{letter}' for letter in cycle) for cycle in cycles]
    stderr = lines(*[f'depmod: ERROR: Cycle detected: {message}' for message in messages],
                   'depmod: ERROR: Found 9 modules in dependency cycles!')
    return Case(name, entries, status=1, stderr=stderr, expected={'modules.dep': None})


CASES = [
    Case('modules.order holds for compressed modules', drivers('', '.xz', '.zst'),
         status=0, expected={'modules.alias': DRIVERS_ALIAS}),
    Case('modules.order holds for compressed modules, with gzip', drivers('.gz', '.xz', '.zst'),
         status=0, expected={'modules.alias': DRIVERS_ALIAS},
         why_not_reference="Debian's kmod is built without zlib"),
    Case('outdir', drivers(), status=0, expected={
        'modules.alias': DRIVERS_ALIAS,
        'modules.dep': lines(
            'kernel/drivers/block/cciss.ko:', 'kernel/drivers/scsi/scsi_mod.ko:',
            'kernel/drivers/scsi/hpsa.ko: kernel/drivers/scsi/scsi_mod.ko')}),
    search_case('search order', ['kernel/crypto', 'updates'], b'search updates built-in\n',
                'updates/mod-simple.ko:'),
    search_case('search order, one folder is the prefix of another', ['foo', 'foobar'],
                b'search foobar foo built-in\n', 'foobar/mod-simple.ko:'),
    search_case('search external first', ['foo', 'foobar', '/lib/modules/external'],
                b'search external foobar foo built-in\n'
                b'external 4\\.4\\..* @/lib/modules/external\n',
                '@/lib/modules/external/mod-simple.ko:'),
    search_case('search external last', ['foo', 'foobar', '/lib/modules/external'],
                b'search foobar foo built-in external\n'
                b'external 4\\.4\\..* @/lib/modules/external\n', 'foobar/mod-simple.ko:'),
    search_case('override', ['foo', 'override'],
                b'search foo built-in\noverride mod-simple 4.4.4 override\n',
                'override/mod-simple.ko:'),
    Case('another module folder, absolute', {'kernel/mod-simple.ko': SIMPLE}, ('-m', '/foobar'),
         moduledir='foobar', expected={'modules.dep': lines('kernel/mod-simple.ko:')}),
    Case('another module folder, relative', {'kernel/mod-simple.ko': SIMPLE}, ('-m', 'foobar2'),
         moduledir='foobar2', expected={'modules.dep': lines('kernel/mod-simple.ko:')}),
    Case('weakdep', {'kernel/mod-simple.ko': SIMPLE,
                     'kernel/mod-weakdep.ko': simple_module(modinfo=['weakdep=mod-simple'])},
         status=0, expected={'modules.weakdep': lines(
             '# Weak dependencies extracted from modules themselves.',
             'weakdep mod_weakdep mod-simple')}),
    loop_case('loops are told', 1, ['ded', 'ijkhi', 'ijhi', 'cabc']),
    loop_case('loops are told, needs in reverse', -1, ['ded', 'ijhi', 'ijkhi', 'bcab']),
]
