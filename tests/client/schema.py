# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the JSON of a verb looks like: a type for a value, [schema] for a list of any length, a
dictionary for a record that has exactly these keys, {str: schema} for one with any keys."""

from machine import expect


class Optional:
    """The value of a key that may be missing."""

    def __init__(self, schema):
        self.schema = schema


def check(schema, document, where='document'):
    if isinstance(schema, Optional):
        check(schema.schema, document, where)
    elif isinstance(schema, dict):
        check_record(schema, document, where)
    elif isinstance(schema, list):
        expect(isinstance(document, list), f'{where} is no list: {document!r}')
        for number, member in enumerate(document):
            check(schema[0], member, f'{where}[{number}]')
    elif isinstance(schema, (set, frozenset)):
        expect(document in schema, f'{where} is {document!r}, which is none of {sorted(schema)}')
    else:
        # bool is an int in Python, but not in JSON.
        expect(type(document) is schema,  # pylint: disable=unidiomatic-typecheck
               f'{where} is no {schema.__name__}: {document!r}')


def check_record(schema, document, where):
    expect(isinstance(document, dict), f'{where} is no record: {document!r}')
    if set(schema) == {str}:
        schema = {key: schema[str] for key in document}
    missing = {key for key, value in schema.items() if not isinstance(value, Optional)} \
        - set(document)
    expect(not missing, f'{where} has no {sorted(missing)}')
    expect(set(document) <= set(schema), f'{where} has {sorted(set(document) - set(schema))}, too')
    for key, value in document.items():
        check(schema[key], value, f'{where}.{key}')
