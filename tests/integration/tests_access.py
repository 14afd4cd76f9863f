# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who may do what: everybody may ask and settle, and for the rest polkit is asked."""

import json
import os
import subprocess
from pathlib import Path

import depmod1
from stage import Tests, expect, expect_equal

TESTS = test = Tests()

MOCK = Path(__file__).resolve().with_name('mock_polkit.py')
PRIVILEGED = {'Refresh': [0, 0], 'Reload': [0], 'Inhibit': ['me', 'a reason', 0]}
ACTIONS = {'Refresh': 'io.github.depmodd.depmod1.refresh', 'Reload': 'io.github.depmodd.depmod1.reload',
           'Inhibit': 'io.github.depmodd.depmod1.inhibit'}
DENIED = 'denied'
CHALLENGE = 'nteractive authentication required'


class Polkit:
    def __init__(self, stage, answer):
        self.log = stage.folder / f'polkit-{answer}'
        self.process = subprocess.Popen([MOCK, stage.bus.address, answer, self.log],
                                        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.process.stdout.readline()
        stage.keep(self)

    def questions(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def call_as_nobody(stage, method, **options):
    return stage.busctl(as_nobody=True).manager(method, *PRIVILEGED[method], **options)


def expect_denied(reply, method, words=DENIED):
    expect(words.lower() in str(reply).lower(), f'{method}: {reply}')


@test
def everybody_may_ask(stage):
    stage.start_with_modules()
    nobody = stage.busctl(as_nobody=True)
    path = depmod1.kernel_path(stage.kernel.release)
    expect_equal(nobody.manager('GetKernel', stage.kernel.release, 0), [path], 'the object')
    for method, signature, arguments in (('ListModules', 'st', ['*', 0]), ('GetModule', 'st', ['a', 0]),
                                         ('ResolveAlias', 'st', ['usb:c', 0]),
                                         ('GetDependencies', 'st', ['b', 0]),
                                         ('ListProblems', 't', [0]), ('Verify', 't', [0])):
        reply = nobody.call(path, depmod1.KERNEL, method, signature, *arguments)
        expect(isinstance(reply, list), f'{method}: {reply}')
    for method in ('ListInhibitors', 'GetStatistics', 'Describe'):
        expect(isinstance(nobody.manager(method), list), f'{method}: {nobody.manager(method)}')
    shown = nobody.run('get-property', depmod1.NAME, depmod1.PATH, depmod1.MANAGER, 'State')
    expect(shown.returncode == 0, shown.stderr)


@test
def everybody_may_settle(stage):
    stage.start_with_modules()
    stage.kernel.module('kernel/d.ko')
    reply = stage.busctl(as_nobody=True).manager('Settle', 1, stage.kernel.release, 0, 10000000)
    expect(isinstance(reply, list), reply)
    stage.expect_right()


@test
def to_settle_over_an_inhibitor_takes_authority(stage):
    stage.start_with_modules()
    stage.kernel.module('kernel/d.ko')
    reply = stage.busctl(as_nobody=True).manager('Settle', 1, stage.kernel.release,
                                                 depmod1.IGNORE_INHIBITORS, 10000000)
    expect_denied(reply, 'Settle')


@test
def without_polkit_nobody_is_denied_and_root_is_not(stage):
    stage.start_with_modules()
    for method in PRIVILEGED:
        expect_denied(call_as_nobody(stage, method), method)
        expect_denied(call_as_nobody(stage, method, interactive=True), method)
        reply = stage.busctl().manager(method, *PRIVILEGED[method])
        expect(isinstance(reply, list), f'{method} as root: {reply}')


@test
def polkit_says_yes(stage):
    stage.start_with_modules()
    polkit = Polkit(stage, 'yes')
    for method in PRIVILEGED:
        reply = call_as_nobody(stage, method)
        expect(isinstance(reply, list), f'{method}: {reply}')
    asked = polkit.questions()
    expect_equal([question[2] for question in asked], [ACTIONS[method] for method in PRIVILEGED],
                 'actions')
    for kind, name, _, _, flags in asked:
        expect_equal((kind, name[:1], flags), ('system-bus-name', ':', 0), 'the subject')


@test
def polkit_says_no(stage):
    stage.start_with_modules()
    Polkit(stage, 'no')
    for method in PRIVILEGED:
        expect_denied(call_as_nobody(stage, method), method)


@test
def polkit_would_have_to_ask(stage):
    stage.start_with_modules()
    polkit = Polkit(stage, 'challenge')
    for method in PRIVILEGED:
        expect_denied(call_as_nobody(stage, method), method, CHALLENGE)
    call_as_nobody(stage, 'Refresh', interactive=True)
    expect_equal([question[4] for question in polkit.questions()], [0] * len(PRIVILEGED) + [1],
                 'flags')


@test
def polkit_fails(stage):
    stage.start_with_modules()
    Polkit(stage, 'error')
    for method in PRIVILEGED:
        expect_denied(call_as_nobody(stage, method), method)


@test
def root_needs_no_polkit(stage):
    stage.start_with_modules()
    polkit = Polkit(stage, 'no')
    for method in PRIVILEGED:
        reply = stage.busctl().manager(method, *PRIVILEGED[method])
        expect(isinstance(reply, list), f'{method}: {reply}')
    expect(not polkit.log.exists(), 'it was asked')


@test
def polkit_that_says_nothing_keeps_nobody_else_waiting(stage):
    stage.start_with_modules()
    polkit = Polkit(stage, 'silent')
    nobody = stage.busctl(as_nobody=True)
    waiting = subprocess.Popen([*nobody.prefix, 'busctl', f'--address={stage.bus.address}', 'call',
                                depmod1.NAME, depmod1.PATH, depmod1.MANAGER, 'Reload', 't', '0'],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True, cwd='/')
    try:
        while not polkit.log.exists() and waiting.poll() is None:
            os.sched_yield()
        stage.kernel.module('kernel/d.ko')
        stage.settle()
        stage.expect_right()
        expect(waiting.poll() is None, 'the call did not wait')
        polkit.close()
        expect_denied(waiting.communicate(timeout=20)[1], 'Reload')
    finally:
        waiting.kill()
        waiting.communicate()
