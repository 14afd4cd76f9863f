# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the shells complete: the verbs and options of depmodctl --help, and no others."""

import re
import subprocess

import option

FOLDER = 'units/completions'


def tests(documents):
    for shell in SHELLS:
        yield f'{shell} completes the verbs of --help', lambda it=shell: check_verbs(documents, it)
        yield (f'{shell} completes the options of --help',
               lambda it=shell: check_options(documents, it))


def check_verbs(documents, shell):
    verbs, _ = SHELLS[shell](documents)
    yield from compare(verbs, {verb[0] for verb in documents.verbs()}, 'verb')


def check_options(documents, shell):
    _, options = SHELLS[shell](documents)
    common = names(documents.run('depmodctl', '--help').stdout)
    yield from compare(options(None), common, 'option')
    for verb in sorted({verb[0] for verb in documents.verbs()} - {'help'}):
        own = names(documents.run('depmodctl', verb, '--help').stdout)
        expected = own if verb == 'index' else own | common
        yield from compare(options(verb), expected, f'option of {verb}')


def names(text):
    return {name for one in option.of_help(text) for name in one.names}


def compare(completed, expected, what):
    for name in sorted(completed - expected):
        yield f'no {what}: {name}'
    for name in sorted(expected - completed):
        yield f'missing {what}: {name}'
    if not expected:
        yield f'--help has no {what}'


def read(documents, name):
    return (documents.root / FOLDER / name).read_text()


def bash(documents):
    """Asks the function itself."""
    def complete(*words):
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _depmodctl; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        path = documents.root / FOLDER / 'depmodctl.bash'
        return set(subprocess.run(['bash', '-c', script, 'bash', path, *words],
                                  capture_output=True, text=True, check=True).stdout.split())

    return complete('depmodctl', ''), \
        lambda verb: complete('depmodctl', *([verb] if verb else []), '-')


def fish(documents):
    text = read(documents, 'depmodctl.fish').replace('\\\n', ' ')
    lines = [(condition.strip('"\''), rest) for condition, rest in
             re.findall(r'^complete -c depmodctl -n ("[^"]*"|\S+) (.*)', text, re.MULTILINE)]
    described = {match.group(1) for condition, rest in lines if condition == '$none'
                 and (match := re.match(r'-a ([\w-]+) ', rest))}
    listed = set(re.search(r'set -l verbs (.*)', text).group(1).split())

    def options(verb):
        found = set()
        for condition, rest in lines:
            match = re.search(r'\$of ([\w -]+)', condition)
            if condition.startswith('$all'):
                applies = verb != 'index' and not (match and verb in match.group(1).split())
            else:
                applies = match and verb in match.group(1).split()
            if applies:
                found |= {f'-{name}' for name in re.findall(r'(?:^| )-s (\S)', rest)}
                found |= {f'--{name}' for name in re.findall(r' ?-l (\S+)', rest)}
        return found

    # A verb that is described but not in the list would be proposed again and again.
    return described | (listed - described), options


def zsh(documents):
    text = read(documents, 'depmodctl.zsh').replace('\\\n', ' ')
    verbs = set(re.findall(r"^ +'([\w-]+):[^']*'$", re.search(r'verbs=\((.*?)\n +\)', text,
                                                           re.DOTALL).group(1), re.MULTILINE))
    arrays = {name: spec_names(body) for name, body in
              re.findall(r'local -a (\w+)=\((.*?)\)\n(?=\n| {8}\S)', text, re.DOTALL)}
    cases = {verb: body for pattern, body in
             re.findall(r'^ {8}\(([^)]+)\) _arguments (.*?);;', text, re.MULTILINE | re.DOTALL)
             for verb in pattern.split(' | ')}

    def options(verb):
        body = '$common $full' if verb is None else cases.get(verb, cases['*'])
        found = spec_names(body)
        for name in re.findall(r'\$(\w+)', body):
            found |= arrays.get(name, set())
        return found

    return verbs, options


def spec_names(text):
    """The options of specifications such as '(-a --all)'{-a,--all=}'[help]' or '--all[help]'."""
    text = re.sub(r'\((?:-[^)]*|- \*)\)', '', text)
    found = set()
    for names_in_braces in re.findall(r'\{(-[^}]*)\}', text):
        found |= set(names_in_braces.split(','))
    found |= set(re.findall(r"'(-[\w-]+=?)\[", text))
    return {name.rstrip('=') for name in found}


SHELLS = {'bash': bash, 'fish': fish, 'zsh': zsh}
