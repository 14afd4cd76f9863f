# SPDX-License-Identifier: LGPL-2.1-or-later
"""Options as a help text, a man page and a getopt table have them."""

import re
from dataclasses import dataclass

WORD = re.compile(r'(--?[A-Za-z][\w-]*)(?:=([A-Z]+))?')
MENTION = re.compile(r'(?<![\w-])--?[A-Za-z][\w-]*')
LONG = re.compile(r'\{ "([\w-]+)", (no|required|optional)_argument, NULL, (\'.\'|\w+) \}')
RECORD = re.compile(r'\{ "([\w-]*)", (?:0|\'(\w)\'), ("\w+"|NULL),')
SHORT = re.compile(r'short_options\[\] = "([\w:]+)"|getopt_long\(argc, argv, "([\w:]+)"')


@dataclass(frozen=True)
class Option:
    """Names for the same thing; argument: what it is called, or None."""

    names: frozenset
    argument: str

    def __str__(self):
        return ', '.join(sorted(self.names)) + (f'={self.argument}' if self.argument else '')


def parse_line(text):
    """As in "-b, --basedir=DIR"."""
    words = WORD.findall(text)
    return Option(frozenset(name for name, _ in words),
                  next((argument for _, argument in words if argument), None))


def of_help(text):
    """A line begins with its options; two blanks end them."""
    return {parse_line(re.split(r'  +', line.strip())[0])
            for line in text.splitlines() if re.match(r' +-', line)}


@dataclass(frozen=True)
class Accepted:
    names: frozenset
    takes_argument: bool


def of_source(text):
    """What is accepted, and the faults of the tables that say so."""
    records = RECORD.findall(text)
    return (of_records(records), []) if records else of_getopt(text)


def of_records(records):
    """The tables of client/options.h, which need not agree with any other."""
    return {Accepted(frozenset(([f'--{name}'] if name else []) + ([f'-{letter}'] if letter else [])),
                     argument != 'NULL') for name, letter, argument in records}


def of_getopt(text):
    """What getopt_long() accepts, and the faults of its two tables."""
    table = SHORT.search(text)
    short = {letter: bool(colon)
             for letter, colon in re.findall(r'(\w)(:?)', table.group(1) or table.group(2))}
    groups = {letter: ({f'-{letter}'}, takes) for letter, takes in short.items()}
    faults = []
    for name, argument, value in LONG.findall(text):
        takes = argument == 'required'
        key = value.strip("'")
        if value.startswith("'") and key not in short:
            faults.append(f'--{name} is -{key}, which is no short option')
        elif value.startswith("'") and short[key] != takes:
            faults.append(f'--{name} and -{key}: only one of them takes an argument')
        groups.setdefault(key, (set(), takes))[0].add(f'--{name}')
    return {Accepted(frozenset(names), takes) for names, takes in groups.values()}, faults
