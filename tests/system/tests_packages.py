# SPDX-License-Identifier: LGPL-2.1-or-later
"""Modules come and go with packages and other programs, and nobody runs depmod."""

from machine import expect

TESTS = []

RPM = """Name: depmodd-test
Version: 1
Release: 1
Summary: Modules
License: none
BuildArch: noarch
%description
Modules.
%install
mkdir -p %{{buildroot}}/lib/modules
cp -a {source} %{{buildroot}}/lib/modules/{release}
%files
/lib/modules/{release}
"""
SOURCE = '/var/tmp/source'


def test(function):
    TESTS.append(function)
    return function


def make_source(machine):
    """Some modules of a real kernel with its lists, to be brought in by all kinds of programs."""
    if (machine.box / SOURCE.lstrip('/')).exists():
        return
    release = machine.release('bookworm')
    machine.shell(f'mkdir -p {SOURCE} && cd /usr/lib/modules/{release} && '
                  'cp modules.order modules.builtin modules.builtin.modinfo '
                  f'{SOURCE} && cp -a --parents kernel/net kernel/lib kernel/crypto {SOURCE}')


def check_copy(machine, release, script):
    """What a script brings in is indexed without anybody asking, and goes without a trace."""
    make_source(machine)
    machine.shell(script.format(source=SOURCE, target=f'/lib/modules/{release}', release=release))
    machine.expect_right_soon(release)
    machine.settle()
    machine.expect_right(release)
    machine.shell(f'rm -rf /lib/modules/{release}')
    machine.settle()
    expect(not machine.kernel(release).exists(), 'it came back')


@test
def a_kernel_package_is_indexed_before_it_is_configured(machine):
    release = machine.release('bookworm')
    machine.dpkg('--unpack', machine.package('bookworm'))
    machine.expect_right_soon(release)
    machine.dpkg('--configure', machine.package_name('bookworm'))
    expect(release in machine.depmod_calls(), 'the package did not call depmod')
    machine.settle()
    machine.expect_right(release)


@test
def a_kernel_package_that_is_installed_again_is_indexed(machine):
    release = machine.install_package('bookworm')
    machine.settle()
    machine.expect_right(release)


@test
def a_removed_module_is_not_in_the_index(machine):
    release = machine.release('bookworm')
    modules = sorted(machine.kernel(release).rglob('*.ko'))[:3]
    for module in modules:
        module.unlink()
    machine.expect_right_soon(release)
    machine.install_package('bookworm')
    machine.expect_right_soon(release)
    expect(modules[0].exists(), 'it is not there again')


@test
def a_package_leaves_no_directory(machine):
    release = machine.release('bookworm')
    machine.purge_package('bookworm')
    machine.expect_gone_soon(release)
    expect(release not in machine.run('depmodctl', 'kernels'), 'the kernel is still there')


@test
def a_package_leaves_no_directory_while_it_is_indexed(machine):
    """Right after it came."""
    release = machine.install_package('bookworm')
    machine.purge_package('bookworm')
    machine.expect_gone_soon(release)


@test
def two_kernels_are_installed_at_once(machine):
    packages = [machine.package(suite) for suite in ('bookworm', 'trixie')]
    machine.dpkg('--install', *packages)
    machine.run('depmodctl', 'settle')
    for suite in ('bookworm', 'trixie'):
        machine.expect_right(machine.release(suite))
    machine.purge_package('trixie')
    machine.expect_gone_soon(machine.release('trixie'))
    machine.expect_right(machine.release('bookworm'))


@test
def cp_brings_modules(machine):
    check_copy(machine, '9.9.1-cp', 'cp -a {source} {target}')


@test
def tar_brings_modules(machine):
    check_copy(machine, '9.9.2-tar', 'mkdir {target} && tar -C {source} -c . | tar -C {target} -x')


@test
def rsync_brings_modules(machine):
    check_copy(machine, '9.9.3-rsync', 'rsync -a {source}/ {target}/')


@test
def rpm_brings_modules(machine):
    release = '9.9.4-rpm'
    make_source(machine)
    (machine.box / 'var/tmp/test.spec').write_text(RPM.format(source=SOURCE, release=release))
    machine.shell('rpmbuild --quiet -bb --define "_rpmdir /var/tmp/rpms" --define '
                  '"_topdir /var/tmp/rpmbuild" --define "_binary_payload w0.gzdio" '
                  '/var/tmp/test.spec 2>&1')
    machine.shell('rpm --nodeps -i /var/tmp/rpms/noarch/*.rpm 2>&1')
    machine.expect_right_soon(release)
    machine.shell('rpm --nodeps -e depmodd-test 2>&1')
    machine.expect_gone_soon(release)


@test
def make_modules_install_brings_modules(machine):
    """It makes the directories, copies each file, strips, and compresses."""
    check_copy(machine, '9.9.5-install', '''
        mkdir -p {target}; cp {source}/modules.* {target}
        cd {source}; find . -name '*.ko' | head -n 200 | while read -r path; do
                mkdir -p "{target}/$(dirname "$path")"
                cp "$path" "{target}/$path"; strip -g "{target}/$path" 2>/dev/null || :
                xz -0 --check=crc32 "{target}/$path"
        done''')


@test
def dkms_brings_a_module(machine):
    release = machine.release('bookworm')
    module = next(machine.kernel(release).rglob('dummy.ko'))
    path = '/' + str(module.relative_to(machine.box.root))
    machine.shell(f'mkdir -p /lib/modules/{release}/updates/dkms && '
                  f'cp -f {path} /lib/modules/{release}/updates/dkms/dummy.ko')
    machine.expect_right_soon(release)
    text = (machine.kernel(release) / 'modules.dep').read_text()
    expect('updates/dkms/dummy.ko:' in text, 'the module of dkms is not in the index')
    machine.shell(f'rm -r /lib/modules/{release}/updates')
    machine.expect_right_soon(release)


@test
def a_mount_over_the_modules_and_its_end_are_noticed(machine):
    release = machine.release('bookworm')
    machine.shell('mount -t tmpfs tmpfs /usr/lib/modules')
    try:
        expect(release not in machine.run('depmodctl', 'kernels'), 'the kernel below is still there')
    finally:
        machine.shell('umount /usr/lib/modules')
    expect(release in machine.run('depmodctl', 'kernels'), 'the kernel is not there again')
    machine.settle()
    machine.expect_right(release)


@test
def a_module_root_that_is_made_again_can_be_written(machine):
    """What the sandbox lets through is the old directory: a new one takes a restart."""
    release = machine.release('bookworm')
    machine.shell('mv /usr/lib/modules /usr/lib/modules.old; mkdir /usr/lib/modules; '
                  f'cp -a /usr/lib/modules.old/{release} /usr/lib/modules/; '
                  f'rm /usr/lib/modules/{release}/modules.*.bin; rm -r /usr/lib/modules.old')
    machine.expect_right_soon(release, 20)
