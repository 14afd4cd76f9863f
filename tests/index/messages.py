# SPDX-License-Identifier: LGPL-2.1-or-later
"""What depmodctl index says. @ stands for the kernel's directory."""

UNKNOWN_KERNEL = ('note: @: nothing here tells what the kernel exports, so the symbols that no module '
                  'exports ({}) are taken to be the kernel\'s; to be sure, name its '
                  'Module.symvers with depmodctl index --symvers=FILE')


def unknown_kernel(n_symbols):
    return UNKNOWN_KERNEL.format(n_symbols)


def missing(module, symbol):
    return (f'@/{module}: needs symbol {symbol}, which neither a module nor the kernel exports; '
            'install the module that exports it, or one that is built for this kernel')


def conflict(module, symbol, provider):
    return (f'@/{module}: exports {symbol} as {provider} does, which is taken; only one of them can '
            'be loaded, remove the other')


def disagreement(module, symbol, crc, provider, provider_crc):
    return (f'@/{module}: was built against another {symbol} (CRC {crc:#010x}, but {provider} '
            f'exports it with {provider_crc:#010x}); install or build one that fits, or remove it')


def wrong_version(module, found, expected):
    return (f"@/{module}: built for '{found}', not '{expected}'; build it for this kernel or remove "
            'it')


def wrong_machine(module, found, expected):
    return f'@/{module}: built for {found}, not {expected}; remove it or install the right one'


def unreadable(module, reason):
    return (f'@/{module}: cannot be read as a module ({reason}), listed without dependencies; '
            'install it again or remove it')


def not_unpacked(module, reason):
    return (f'@/{module}: cannot be unpacked ({reason}), listed without dependencies; install it '
            'again or remove it')


def cycle(names):
    return (f'cycle: {names}; these modules need each other and cannot be loaded; build them without '
            'that, or remove one')


def left_out(module):
    return (f'@/{module}: part of a cycle and left out of the index; remove one of the modules of '
            'the cycle')


def shadowed(module, winner, rule):
    return (f'{module}: hidden by {winner}, which has the same module name and wins by {rule}; '
            'remove one of them or set the order in depmod.d(5)')


def gone(module, file='@/modules.dep'):
    return (f'{file}: dropped the line of {module}, whose file is gone; install it again if it is '
            'wanted')


def not_indexed(module, file='@/modules.dep'):
    return (f'{file}: dropped the line of {module}, whose file is there but is not indexed; see what '
            'else is said of it, or depmod.d(5)')


def damaged_line(module, file='@/modules.dep'):
    return (f'{file}: dropped the line of {module}, which is damaged or stands twice; index without '
            '-a to write all lines anew')


def no_module_line(text, file='@/modules.dep'):
    return (f'{file}: dropped the line of {text}, which is not the line of a module; index without '
            '-a to write all lines anew')


def missing_input(name, error='No such file or directory'):
    note = 'note: ' if error == 'No such file or directory' else ''
    return (f'{note}@/{name}: {error}; it is part of the kernel\'s package, install that again if it '
            'is wanted')
