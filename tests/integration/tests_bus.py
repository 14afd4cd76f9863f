# SPDX-License-Identifier: LGPL-2.1-or-later
"""The bus goes away, comes back, or was never there: the index is kept right all the same."""

import socket
import time

import depmod1
from bus_client import Client
from stage import Tests, eventually, expect, expect_equal, strings

TESTS = test = Tests()


def answers(stage):
    """A new connection each time, because the bus is a new one."""
    client = Client(stage.bus.address)
    try:
        client.ping()
        return True
    finally:
        client.close()


@test
def without_a_bus_it_keeps_the_index_right(stage):
    stage.some_modules()
    stage.daemon.start()
    stage.expect_right()
    stage.kernel.module('kernel/d.ko', imports=['a_symbol'])
    stage.expect_right_soon()


@test
def it_connects_to_a_bus_that_comes_later(stage):
    stage.some_modules()
    stage.daemon.start()
    stage.bus.start()
    eventually(lambda: answers(stage), 'it answers on the bus', 40)
    stage.kernel.module('kernel/d.ko')
    stage.client = stage.keep(Client(stage.bus.address))
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'd'], 'modules')


@test
def it_outlives_the_bus_and_comes_back_to_it(stage):
    stage.start_with_modules()
    pid = stage.daemon.pid
    stage.bus.stop()
    stage.kernel.module('kernel/d.ko', imports=['a_symbol'])
    stage.expect_right_soon()
    stage.bus.start()
    eventually(lambda: answers(stage), 'it answers on the bus', 40)
    expect(stage.daemon.process.poll() is None and stage.daemon.pid == pid, 'it is another process')
    stage.client = stage.keep(Client(stage.bus.address))
    stage.kernel.module('kernel/e.ko')
    expect_equal(stage.module_names(), ['a', 'b', 'c', 'd', 'e'], 'modules')
    stage.settle()
    stage.expect_right()


@test
def it_comes_back_when_the_bus_ends_as_soon_as_it_is_there(stage):
    """sd-bus, when it has waited for the socket, says nothing of a connection that fails at once."""
    stage.start_with_modules()
    for _ in range(8):
        stage.bus.stop()
        time.sleep(0.4)  # it has tried, and waits
        for number in range(40):
            stage.bus.socket.unlink(missing_ok=True)
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(stage.bus.socket))
                listener.listen()
                time.sleep(number * 0.00002)
        stage.bus.start()
        eventually(lambda: answers(stage), 'it answers on the bus', 10)


@test
def waiting_calls_do_not_survive_the_bus_and_hurt_nobody(stage):
    stage.start_with_modules()
    for number in range(3):
        stage.kernel.module(f'kernel/x{number}.ko')
        client = Client(stage.bus.address)
        for _ in range(5):
            client.start_call(depmod1.PATH, depmod1.MANAGER, 'Settle', 'astt', strings(), 0, 20000000)
        client.connection.flush()
        stage.bus.stop()
        client.close()
        stage.bus.start()
        eventually(lambda: answers(stage), 'it answers on the bus', 40)
    stage.expect_right_soon()


@test
def the_name_is_given_up_before_it_ends(stage):
    stage.start_with_modules()
    listener = stage.listen()
    stage.client.close()
    stage.closers.remove(stage.client)
    expect_equal(stage.daemon.stop(), 0, 'the exit status')
    listener.collect(0.1)
    stage.daemon.start()
    expect(answers(stage), 'it does not answer after a restart')


@test
def a_second_daemon_does_not_take_the_name(stage):
    """Two on one bus: one of them serves, and the kernels stay right."""
    stage.start_with_modules()
    other = type(stage.daemon)(stage.programs.depmodd, stage.folder / 'bus', stage.root.path,
                               stage.bus.address)
    other.start(wait=False)
    try:
        time.sleep(0.5)
        stage.kernel.module('kernel/d.ko')
        expect_equal(stage.module_names(), ['a', 'b', 'c', 'd'], 'modules')
        stage.settle()
        stage.expect_right()
    finally:
        other.stop()
