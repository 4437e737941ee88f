# SPDX-License-Identifier: Apache-2.0
# Does an exactly known number of things once the file GO is there: load.py GO KIND N [FILE]
# It is called kwload, so that it is found in what tracers print.
import ctypes
import os
import socket
import sys
import threading
import time

libc = ctypes.CDLL("libc.so.6", use_errno=True)
where = "/tmp/kwload"


def name_self(name):
    libc.prctl(15, name.encode(), 0, 0, 0)


def fork():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def run():
    child = os.fork()
    if child == 0:
        os.execv("/bin/true", ["kwload-true"])
    os.waitpid(child, 0)


def open_file():
    os.close(os.open(where + "-file", os.O_RDWR | os.O_CREAT))


def make_and_unlink():
    open_file()
    os.unlink(where + "-file")


def read_file():
    os.pread(file, 100, 0)


def write_file():
    os.pwrite(file, b"x" * 100, 0)


def rename_file():
    open_file()
    os.rename(where + "-file", where + "-other")


def connect(port=17171):
    peer = socket.socket()
    peer.connect(("127.0.0.1", port))
    served, _ = server.accept()
    peer.send(b"0123456789")
    served.recv(10)
    peer.close()
    served.close()


def refused():
    peer = socket.socket()
    peer.connect_ex(("127.0.0.1", 17172))
    peer.close()


def listen():
    one = socket.socket()
    one.bind(("127.0.0.1", 0))
    one.listen(3)
    one.close()


def mount():
    os.makedirs(where + "-dir", exist_ok=True)
    libc.mount(b"none", (where + "-dir").encode(), b"tmpfs", 0, None)
    libc.umount((where + "-dir").encode())


def shared_memory():
    libc.shmctl(libc.shmget(0, 4096, 0o1600), 0, None)


def thread():
    t = threading.Thread(target=lambda: None)
    t.start()
    t.join()


def stat_nothing():
    # stat(2) itself: the C library has newer calls for it.
    libc.syscall(4, b"/kwload-nothing", ctypes.create_string_buffer(256))


text = ctypes.create_string_buffer(b"kwload-string")
kinds = {
    "fork": fork, "run": run, "open": open_file, "unlink": make_and_unlink, "read": read_file,
    "write": write_file, "rename": rename_file, "connect": connect, "refused": refused,
    "listen": listen, "mount": mount, "shm": shared_memory, "thread": thread, "stat": stat_nothing,
    "kill": lambda: os.kill(os.getpid(), 0), "sync": os.sync, "getppid": os.getppid,
    "getpgid": lambda: os.getpgid(0), "fsync": lambda: os.fsync(file),
    "setuid": lambda: os.setuid(0), "strlen": lambda: libc.strlen(text),
    "malloc": lambda: libc.free(ctypes.c_void_p(libc.malloc(7919))),
    "name": lambda: socket.getaddrinfo("localhost", 80), "sleep": lambda: time.sleep(0.02),
    "none": lambda: None,
}
libc.malloc.restype = ctypes.c_void_p

if __name__ == "__main__":
    go, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    name_self("kwload")
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if kind == "connect":
        server.bind(("127.0.0.1", 17171))
        server.listen(10)
    file = os.open(where + "-data", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    os.pwrite(file, b"y" * 4096, 0)
    if kind == "name":
        kinds[kind]()  # what the first one loads is no part of the load
    os.close(os.open(where + "-ready", os.O_CREAT | os.O_WRONLY))
    while not os.path.exists(go):
        time.sleep(0.1)
    for _ in range(count):
        kinds[kind]()
    os.unlink(where + "-data")
