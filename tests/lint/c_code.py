# SPDX-License-Identifier: LGPL-2.1-or-later
"""C as clang-format leaves it, read with the naked eye: no preprocessor, no grammar."""

import re
from dataclasses import dataclass

TOKENS = re.compile(r'''/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' ''',
                    re.DOTALL | re.VERBOSE)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
ATTRIBUTE = re.compile(r'__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)')


def bare(text):
    """The text without comments and without what stands in quotes; lines stay where they are."""
    def blank(match):
        token = match.group()
        if token[0] in '\'"':
            return token[0] * 2
        return re.sub(r'[^\n]+', ' ', token)

    return TOKENS.sub(blank, text)


@dataclass
class Include:
    name: str
    is_ours: bool
    line: int


def includes(text):
    for match in INCLUDE.finditer(text):
        yield Include(match.group(2), match.group(1) == '"', text.count('\n', 0, match.start()) + 1)


@dataclass
class Function:
    name: str
    line: int
    n_lines: int
    n_parameters: int


def functions(text):
    """The functions that the text defines: their heads begin and their bodies end in column 1."""
    lines = bare(text).split('\n')
    start = None
    for number, line in enumerate(lines):
        if start is None:
            if re.match(r'[A-Za-z_]', line):
                start = number
            else:
                continue
        elif line == '}':
            yield function(lines, start, number)
            start = None
            continue
        # The end of whatever is no function: a prototype, a type, a table.
        if re.match(r'(?![ }]).*;\s*$|}.*;\s*$', line) or is_end_of_prototype(lines, start, number):
            start = None


def is_end_of_prototype(lines, start, number):
    return lines[number].endswith(';') and not any('{' in line for line in lines[start:number + 1])


def function(lines, start, end):
    head = ATTRIBUTE.sub('', '\n'.join(lines[start:end]).split('{', 1)[0])
    name, _, rest = head.partition('(')
    return Function(re.split(r'[\s*]', name.strip())[-1], start + 1, end - start + 1,
                    count_parameters(rest))


def count_parameters(text):
    """`text` begins behind the opening parenthesis. A final ... is none."""
    depth, parameters = 1, ['']
    for character in text:
        depth += (character == '(') - (character == ')')
        if depth == 0:
            break
        if character == ',' and depth == 1:
            parameters.append('')
        else:
            parameters[-1] += character
    return sum(parameter.strip() not in ('', 'void', '...') for parameter in parameters)
