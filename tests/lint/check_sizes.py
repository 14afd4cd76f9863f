# SPDX-License-Identifier: LGPL-2.1-or-later
import c_code

FILE_LINES = {'.c': 400, '.h': 120}
FUNCTION_LINES = 70
FUNCTION_LINES_WANTED = 40
PARAMETERS = 6
PARAMETERS_OF_CALLBACKS = {'daemon/bus-': 7}  # sd-bus says which they are


def check_file_sizes(tree, report):
    for ending, limit in FILE_LINES.items():
        for path in tree.select(ending):
            n_lines = tree.text(path).count('\n')
            if n_lines > limit:
                report.fault(path, f'{n_lines} lines, {limit} at the most')


def all_functions(tree):
    for path in tree.sources():
        for function in c_code.functions(tree.text(path)):
            yield path, function


def check_function_sizes(tree, report):
    for path, function in all_functions(tree):
        text = f'{function.name}() has {function.n_lines} lines'
        if function.n_lines > FUNCTION_LINES:
            report.fault(path, f'{text}, {FUNCTION_LINES} at the most', function.line)
        elif function.n_lines > FUNCTION_LINES_WANTED:
            report.hint(path, text, function.line)


def check_parameters(tree, report):
    for path, function in all_functions(tree):
        limit = next((limit for begin, limit in PARAMETERS_OF_CALLBACKS.items()
                      if path.startswith(begin)), PARAMETERS)
        if function.n_parameters > limit:
            report.fault(path, f'{function.name}() has {function.n_parameters} parameters, '
                         f'{limit} at the most', function.line)


CHECKS = [
    ('files are small', check_file_sizes),
    ('functions are short', check_function_sizes),
    ('functions have few parameters', check_parameters),
]
