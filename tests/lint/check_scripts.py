# SPDX-License-Identifier: LGPL-2.1-or-later
import shutil
import subprocess

from source_tree import Skip


def shell_scripts(tree):
    return [path for path in tree.paths
            if path.endswith(('.sh', '.bash')) or tree.is_script(path, 'bash', 'sh')]


def python_files(tree):
    return [path for path in tree.paths if path.endswith('.py') or tree.is_script(path, 'python3')]


def check_bash(tree, report):
    for path in shell_scripts(tree):
        process = subprocess.run(['bash', '-n', path], cwd=tree.root, capture_output=True,
                                 text=True, check=False)
        if process.returncode != 0 or process.stderr:
            report.fault(path, process.stderr.strip())


def check_shellcheck(tree, report):
    if not shutil.which('shellcheck'):
        raise Skip('there is no shellcheck on this machine')
    for path in shell_scripts(tree):
        process = subprocess.run(['shellcheck', '-f', 'gcc', path], cwd=tree.root,
                                 capture_output=True, text=True, check=False)
        report.faults += process.stdout.splitlines()
        if process.returncode > 1:
            report.fault(path, process.stderr.strip())


def check_python(tree, report):
    for path in python_files(tree):
        try:
            compile(tree.content(path), path, 'exec')
        except (SyntaxError, ValueError) as error:
            report.fault(path, error)


CHECKS = [
    ('shell scripts can be read', check_bash),
    ('shellcheck has nothing to say', check_shellcheck),
    ('Python files can be read', check_python),
]
