# SPDX-License-Identifier: LGPL-2.1-or-later
"""What depmodctl check says of the candidates before they are anywhere near a kernel."""

import json
import shutil
import subprocess
from dataclasses import dataclass, field

from kernel_copy import copy_kernel


@dataclass
class Prediction:
    verdict: str = ''
    errors: dict = field(default_factory=dict)  # by code: the symbols, or other modules


def predict(options, scratch, kernel, boot, symvers, candidates):
    copy = copy_kernel(kernel, scratch / 'predicted')
    shutil.copy(symvers, copy.directory / 'Module.symvers')
    shutil.copy(boot / f'config-{kernel.version}', copy.directory / 'config')
    process = subprocess.run([options.depmodctl, f'--root={copy.root}', 'check', '--json=short',
                              '-k', kernel.version, candidates],
                             stdout=subprocess.PIPE, check=False)
    answer = json.loads(process.stdout)
    predictions = {}
    for result in answer['results']:
        predictions[result['module']] = Prediction(result['verdict'])
    for problem in answer['problems']:
        if problem['severity'] == 'error':
            errors = predictions[problem['module']].errors
            errors.setdefault(problem['code'], []).append(
                problem['details'].get('Symbol') or problem['details'].get('Other', ''))
    return predictions
