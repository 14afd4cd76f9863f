# SPDX-License-Identifier: LGPL-2.1-or-later
"""What kmod would say of a tree of .ko.gz modules, from what it says of the same modules as .ko.

Debian's kmod is built without zlib.
"""

import re

import index_file

MODULE = re.compile(rb'([^ :\n"]+\.ko)(?=[ :\n]|$)')
FIRST_HEADER = b'# Aliases extracted'


def with_gzip_names(run, plain_base, base):
    """plain_base, base: where the tree with .ko and the one with .ko.gz stand."""
    plain_base, base = bytes(plain_base), bytes(base)
    below = re.compile(re.escape(plain_base) + rb'[^ :\n]*\.ko(?=[ :\n])')
    run.stderr = below.sub(rb'\g<0>.gz', run.stderr).replace(plain_base, base)
    # with -n the other files follow modules.dep, and in them nothing is a path
    paths, header, rest = run.stdout.partition(FIRST_HEADER)
    run.stdout = _renamed(paths, plain_base, base) + header + rest
    for name, rename in (('modules.dep', _renamed), ('modules.dep.bin', _renamed_index)):
        if name in run.files:
            mode, content = run.files[name]
            run.files[name] = (mode, rename(content, plain_base, base))
    return run


def _renamed(text, plain_base, base):
    return MODULE.sub(rb'\1.gz', text).replace(plain_base, base)


def _renamed_index(content, plain_base, base):
    return index_file.map_values(content, lambda value: _renamed(value, plain_base, base))
