# SPDX-License-Identifier: LGPL-2.1-or-later
"""A directory shown through FUSE by a process that can be stopped: then whoever looks into it waits."""

import ctypes
import errno
import multiprocessing
import os
import select
import signal
import stat
import struct
import time
from contextlib import suppress

from references import Unavailable

LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS, RELEASE = 1, 2, 3, 14, 15, 17, 18
INIT, OPENDIR, READDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = 26, 27, 28, 29, 36, 42
UNANSWERED = (FORGET, INTERRUPT, BATCH_FORGET)
IN_HEADER, OUT_HEADER = struct.Struct('=IIQQIIII'), struct.Struct('=IiQ')
REQUEST_BYTES = 1 << 17
LIBC = ctypes.CDLL(None, use_errno=True)


class Server:
    """Of what the protocol has, what it takes to list directories and read files. Nothing may be kept
    by the kernel, so each look is a request."""

    def __init__(self, device, directory, is_busy):
        self.device, self.is_busy = device, is_busy
        self.paths = [None, str(directory)]  # by the numbers of the nodes
        self.answers = {INIT: self.init, LOOKUP: self.lookup, GETATTR: self.getattr, OPEN: self.open,
                        OPENDIR: self.open, READ: self.read, READDIR: self.readdir,
                        STATFS: lambda *_: struct.pack('=QQQQQIII28x', 0, 0, 0, 0, 0, 4096, 255, 4096),
                        RELEASE: lambda *_: b'', RELEASEDIR: lambda *_: b''}

    def serve(self):
        while True:
            self.is_busy.value = 0
            select.select([self.device], [], [])
            self.is_busy.value = 1
            request = os.read(self.device, REQUEST_BYTES)
            _, operation, unique, node, *_ = IN_HEADER.unpack_from(request)
            if operation in UNANSWERED:
                continue
            try:
                if operation not in self.answers:
                    raise OSError(errno.ENOSYS, operation)
                error, body = 0, self.answers[operation](node, request[IN_HEADER.size:])
            except OSError as failure:
                error, body = -failure.errno, b''
            with suppress(FileNotFoundError):  # who asked may have gone
                os.write(self.device, OUT_HEADER.pack(OUT_HEADER.size + len(body), error, unique) + body)

    def init(self, _node, body):
        major, _minor, readahead = struct.unpack_from('=III', body)
        return struct.pack('=IIIIHHIIHHIII20x', major, 31, readahead, 0, 12, 9, 4096, 1, 0, 0, 0, 0, 0)

    def attributes(self, path):
        found = os.lstat(path)
        return struct.pack(
            '=QQQQQQIIIIIIIIII', found.st_ino, found.st_size, found.st_blocks, int(found.st_atime),
            int(found.st_mtime), int(found.st_ctime), found.st_atime_ns % 10 ** 9,
            found.st_mtime_ns % 10 ** 9, found.st_ctime_ns % 10 ** 9, found.st_mode, found.st_nlink,
            found.st_uid, found.st_gid, 0, 4096, 0)

    def lookup(self, node, body):
        path = os.path.join(self.paths[node], os.fsdecode(body.rstrip(b'\0')))
        attributes = self.attributes(path)
        if path not in self.paths:
            self.paths.append(path)
        return struct.pack('=QQQQII', self.paths.index(path), 0, 0, 0, 0, 0) + attributes

    def getattr(self, node, _body):
        return struct.pack('=QII', 0, 0, 0) + self.attributes(self.paths[node])

    def open(self, node, _body):
        os.lstat(self.paths[node])
        return struct.pack('=QII', node, 0, 0)

    def read(self, node, body):
        _, offset, size = struct.unpack_from('=QQI', body)
        with open(self.paths[node], 'rb') as file:
            return os.pread(file.fileno(), size, offset)

    def readdir(self, node, body):
        _, offset, size = struct.unpack_from('=QQI', body)
        entries = b''
        for number, name in enumerate(sorted(os.listdir(self.paths[node])), 1):
            if number <= offset:
                continue
            mode = os.lstat(os.path.join(self.paths[node], name)).st_mode
            encoded = os.fsencode(name)
            entry = struct.pack('=QQII', number, number, len(encoded), stat.S_IFMT(mode) >> 12) + encoded
            entry += bytes(-len(entry) % 8)
            if len(entries) + len(entry) > size:
                break
            entries += entry
        return entries


class FuseMount:
    """`directory` as it is seen at `place`, which is made. To be used in a mount namespace of one's own."""

    def __init__(self, place, directory):
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        try:
            device = os.open('/dev/fuse', os.O_RDWR)
        except OSError as error:
            raise Unavailable(f'/dev/fuse: {error.strerror}') from error
        options = f'fd={device},rootmode=40000,user_id=0,group_id=0,allow_other'
        if LIBC.mount(b'depmodd-test', os.fsencode(place), b'fuse', 0, options.encode()) < 0:
            os.close(device)
            raise Unavailable(f'FUSE: {os.strerror(ctypes.get_errno())}')
        context = multiprocessing.get_context('fork')
        self.is_busy = context.Value('b', 1, lock=False)
        self.process = context.Process(target=Server(device, directory, self.is_busy).serve,
                                       daemon=True)
        self.process.start()
        os.close(device)

    def hang(self):
        """From now on nothing is answered. Not between a request and its answer: who waits for that
        cannot even be killed."""
        while True:
            os.kill(self.process.pid, signal.SIGSTOP)
            os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)
            if not self.is_busy.value:
                return
            self.go_on()
            time.sleep(0.001)

    def go_on(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def close(self):
        """Whoever waits gets an error."""
        self.process.kill()
        self.process.join()
        LIBC.umount2(os.fsencode(self.place), 2)
