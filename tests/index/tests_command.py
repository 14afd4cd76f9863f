# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command line: what it refuses, and -q."""

from kernel import CLEAN, FAILED, PROBLEMS, Tests, expect
from messages import missing, unknown_kernel

TESTS = test = Tests()

SEE = ', see depmodctl index --help'


def refused(kernel, *arguments, message):
    kernel.run_plain(*arguments).expect(FAILED, message)
    kernel.run_plain(*arguments, '-q').expect(FAILED)
    kernel.run_plain('-q', *arguments).expect(FAILED)


@test
def options_that_do_not_exist_are_refused(kernel):
    refused(kernel, '--surprise', message="depmodctl index: unrecognized option '--surprise'")
    refused(kernel, '-x', message="depmodctl index: invalid option -- 'x'")
    refused(kernel, '--quiet=yes',
            message="depmodctl index: option '--quiet' doesn't allow an argument")


@test
def options_want_their_values(kernel):
    for letter, name in (('b', 'kernel-dir'), ('C', 'config'), ('E', 'dep-file'),
                         ('F', 'dep-bin-file')):
        kernel.run_plain(f'-{letter}').expect(
            FAILED, f"depmodctl index: option requires an argument -- '{letter}'")
        kernel.run_plain(f'--{name}').expect(
            FAILED, f"depmodctl index: option '--{name}' requires an argument")
        refused(kernel, f'-{letter}', '',
                message=f"depmodctl index: --{name} takes a path, not ''{SEE}")
    for name in ('symvers', 'system-map'):
        refused(kernel, f'--{name}=',
                message=f"depmodctl index: --{name} takes a path, not ''{SEE}")


@test
def numbers_of_threads_are_from_1_to_1024(kernel):
    for value in ('0', '1025', '-1', '+1', ' 1', '1x', 'x', '', '1.5', '99999999999999999999',
                  '-18446744073709551615'):
        refused(kernel, f'--jobs={value}', message='depmodctl index: --jobs takes a number from 1 '
                f"to 1024, not '{value}'{SEE}")


@test
def releases_of_kmod_are_from_30_to_34(kernel):
    for value in ('0', '29', '35', '34.1', 'x', ' 34', '+34', ''):
        refused(kernel, f'--kmod={value}', message='depmodctl index: --kmod takes a release from 30 '
                f"to 34, not '{value}'{SEE}")


@test
def there_is_one_version_at_the_most(kernel):
    kernel.module('kernel/a.ko')
    refused(kernel, '-b', kernel.directory, '9.9.9', '9.9.8',
            message=f"depmodctl index: one version at the most, not '9.9.8' too{SEE}")
    kernel.expect_nothing_written()


@test
def a_version_is_the_name_of_a_directory(kernel):
    for version in ('', '.', '..', '/', '9.9.9/kernel', '../etc'):
        refused(kernel, '-b', kernel.root, version,
                message=f"depmodctl index: '{version}' is no kernel version{SEE}")


@test
def the_last_of_several_values_counts(kernel):
    kernel.module('kernel/a.ko')
    kernel.run_plain('-b', '/no/such/place', '--kmod=30', '-b', kernel.directory, '--kmod=34',
                     kernel.version).expect(CLEAN)
    kernel.expect_indexed('kernel/a.ko:')


@test
def quiet_prints_nothing_whatever_happens(kernel):
    kernel.module('kernel/a.ko', [], ['printk'])
    kernel.run().expect(CLEAN, unknown_kernel(1))
    for option in ('-q', '--quiet'):
        kernel.run(option).expect(CLEAN)
        kernel.run(option, '-v').expect(CLEAN)
        kernel.run(option, '-C', '/no/such/configuration').expect(CLEAN)
        kernel.run(option, '--symvers=/dev/null').expect(PROBLEMS)
        kernel.run(option, '--symvers=/no/such/file').expect(FAILED)
        kernel.run(option, '-E', '/no/such/folder/deps').expect(FAILED)
        kernel.run(option, '-E', kernel / 'x', '-F', kernel / 'x').expect(FAILED)
        kernel.run_plain(option, '-b', '/no/such/place').expect(FAILED)
        with open('/dev/full', 'wb') as full:
            kernel.run(option, '-v', stdout=full).expect(CLEAN)
    kernel.expect_indexed('kernel/a.ko:')


@test
def long_options_may_be_shortened_and_letters_joined(kernel):
    kernel.symvers('printk')
    kernel.module('kernel/a.ko', weak=['nowhere'])
    kernel.run('--wea', '--app').expect(PROBLEMS, missing('kernel/a.ko', 'nowhere'))
    result = kernel.run('-aen').expect(PROBLEMS, missing('kernel/a.ko', 'nowhere'), stdout=None)
    expect(b'==> ' in result.stdout, 'no dry run')
