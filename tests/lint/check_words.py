# SPDX-License-Identifier: LGPL-2.1-or-later
"""Words that must not stand anywhere. The patterns are written not to find themselves."""

import re

UNFINISHED = re.compile(r'\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b')
HOSTS = re.compile(r'(debian[.]org|ubuntu[.]com|fedoraproject[.]org|npmj[s]|pypi[.]org|'
                   r'crates[.]io|snapshot[.]debian)')
MACHINES = re.compile(r'''(?:^|[\s'"`(=:,<>])(/wor[k]/|/root/\w|/hom[e]/)''')


def refuse(pattern, reason):
    def check(tree, report):
        for path in tree.paths:
            if tree.is_binary(path):
                continue
            text = tree.content(path).decode(errors='replace')
            for number, line in enumerate(text.split('\n'), 1):
                for match in pattern.finditer(line):
                    report.fault(path, f'{match.group(1)}: {reason}', number)

    return check


CHECKS = [
    ('nothing is left unfinished', refuse(UNFINISHED, 'finish it or leave it out')),
    ('no package mirror is named', refuse(HOSTS, 'that is for the machine to say')),
    ('no path of somebody\'s machine', refuse(MACHINES, 'is not on other machines')),
]
