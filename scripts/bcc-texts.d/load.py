# SPDX-License-Identifier: Apache-2.0
# Does an exactly known number of things when it is told to: load.py KIND N
# Says "ready" on its output, goes on at a SIGUSR1, says "done", and ends at the next one. Between,
# it does nothing at all, so that two tracers that began at different times have seen the same of it.
# It is called kwload, so that it is found in what tracers print.
import ctypes
import mmap
import os
import pty
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

libc = ctypes.CDLL("libc.so.6", use_errno=True)
libc.malloc.restype = ctypes.c_void_p
where = "/tmp/kwload"
data = None  # a descriptor, a socket or what else a kind prepares
PAGE = 4096


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


def rename_file():
    open_file()
    os.rename(where + "-file", where + "-other")


def a_file():
    file = os.open(where + "-data", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    os.pwrite(file, b"y" * PAGE, 0)
    return file


def listener(port=17171, length=10, kind=socket.SOCK_STREAM):
    server = socket.socket(type=kind)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    if kind == socket.SOCK_STREAM:
        server.listen(length)
    return server


def connect():
    peer = socket.socket()
    peer.connect(("127.0.0.1", 17171))
    served, _ = data.accept()
    peer.send(b"0123456789")
    served.recv(10)
    peer.close()
    served.close()


def connected():
    peer = socket.socket()
    server = listener()
    peer.connect(("127.0.0.1", 17171))
    return peer, server.accept()[0]


def stream():
    """64 kB through a connection."""
    data[0].sendall(b"z" * 65536)
    left = 65536
    while left:
        left -= len(data[1].recv(left))


def refused():
    peer = socket.socket()
    peer.connect_ex(("127.0.0.1", 17172))
    peer.close()


def full():
    """Nobody accepts: the one connection that fits is made, and the next ones are tried again."""
    server, first = listener(length=0), socket.socket()
    first.connect(("127.0.0.1", 17171))
    return server, first


def knock():
    peer = socket.socket()
    peer.setblocking(False)
    peer.connect_ex(("127.0.0.1", 17171))
    time.sleep(1.4)  # the second try is after a second, the third after three
    peer.close()


def datagram():
    data.sendto(b"0123456789", ("127.0.0.1", 17173))
    data.recv(10)


def flood():
    # The receiver's queue is full soon, which is no matter here.
    data.sendto(b"0123456789", ("127.0.0.1", 17173))


def listen():
    one = socket.socket()
    one.bind(("127.0.0.1", 0))
    one.listen(3)
    one.close()


def local_message():
    data[0].send(b"kwload-message")
    data[1].recv(100)


def mount():
    os.makedirs(where + "-dir", exist_ok=True)
    libc.mount(b"none", (where + "-dir").encode(), b"tmpfs", 0, None)
    libc.umount((where + "-dir").encode())


def shared_memory():
    libc.shmctl(libc.shmget(0, PAGE, 0o1600), 0, None)


def thread():
    t = threading.Thread(target=lambda: None)
    t.start()
    t.join()


def stat_nothing():
    # stat(2) itself: the C library has newer calls for it.
    libc.syscall(4, b"/kwload-nothing", ctypes.create_string_buffer(256))


def module(name, *parameters):
    subprocess.run(["modprobe", name, *parameters], check=True)


def null_disk():
    """A disk that keeps nothing, and is as fast."""
    module("null_blk", "nr_devices=1")
    return os.open("/dev/nullb0", os.O_RDWR | os.O_DIRECT), mmap.mmap(-1, PAGE)


def disk():
    os.preadv(data[0], [data[1]], disk.at)
    disk.at += PAGE


disk.at = 0


def null_cached():
    module("null_blk", "nr_devices=1")
    return os.open("/dev/nullb0", os.O_RDWR)


def dirty():
    os.pwrite(data, b"w" * PAGE, disk.at)
    disk.at += PAGE


def file_system():
    """A file on an ext4 in memory."""
    module("brd", "rd_nr=1", "rd_size=65536")
    subprocess.run(["mkfs.ext4", "-q", "/dev/ram0"], check=True)
    module("ext4")
    os.makedirs(where + "-ext4", exist_ok=True)
    subprocess.run(["mount", "-t", "ext4", "/dev/ram0", where + "-ext4"], check=True)
    file = os.open(where + "-ext4/kwload-file", os.O_RDWR | os.O_CREAT)
    os.pwrite(file, b"y" * PAGE, 0)
    os.fsync(file)
    return file


def swap_space():
    """Pages that are out on a swap device in memory."""
    module("brd", "rd_nr=1", "rd_size=65536")
    with open("/dev/ram0", "r+b") as ram:
        ram.seek(1024)
        ram.write(struct.pack("<III", 1, 65536 // 4 - 1, 0))
        ram.seek(PAGE - 10)
        ram.write(b"SWAPSPACE2")
    if libc.swapon(b"/dev/ram0", 0) != 0:
        raise OSError(ctypes.get_errno(), "swapon")
    pages = mmap.mmap(-1, PAGE * 1024, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for at in range(1024):
        pages[at * PAGE] = 1 + at % 255
    pages.madvise(21)  # MADV_PAGEOUT
    return pages


def swap_in():
    disk.at += 1
    return data[disk.at * PAGE]


def burn():
    """A tenth of a second of CPU 0's time."""
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass


def on_cpu_0():
    os.sched_setaffinity(0, [0])


def a_shell():
    child, master = pty.fork()
    if child == 0:
        os.execvp("/bin/bash", ["bash", "--norc", "-i"])
    time.sleep(1)
    return master


def type_line():
    os.write(data, b": kwload-line\n")
    time.sleep(0.2)


def a_terminal():
    master, slave = pty.openpty()
    return master, slave


def write_terminal():
    os.write(data[1], b"kwload-tty\n")
    os.read(data[0], 100)


def small_group():
    where_cgroups = where + "-cgroup"
    os.makedirs(where_cgroups, exist_ok=True)
    libc.mount(b"none", where_cgroups.encode(), b"cgroup2", 0, None)
    for name in (where_cgroups + "/cgroup.subtree_control", where_cgroups + "/small/memory.max"):
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "w", encoding="ascii") as file:
            file.write("16777216" if name.endswith("max") else "+memory")
    return where_cgroups + "/small/cgroup.procs"


def out_of_memory():
    child = os.fork()
    if child == 0:
        with open(data, "w", encoding="ascii") as file:
            file.write(str(os.getpid()))
        much = b"m" * (64 << 20)
        os._exit(len(much) & 1)
    os.waitpid(child, 0)


def lock_both_ways():
    """Two locks, taken in one order by one thread and in the other by the next."""
    one, other = data

    def take(first, second):
        libc.pthread_mutex_lock(first)
        libc.pthread_mutex_lock(second)
        libc.pthread_mutex_unlock(second)
        libc.pthread_mutex_unlock(first)
    for pair in ((one, other), (other, one)):
        t = threading.Thread(target=take, args=pair)
        t.start()
        t.join()


def look_outside():
    """A name that is not there is asked of the machine outside, by 9p."""
    disk.at += 1
    os.path.exists("%s/kwload-%d" % (os.environ.get("LAB_OUT", where), disk.at))


def collect():
    import gc
    gc.collect()


def called_by_name():
    pass


def a_jvm():
    """Three threads, which call leaf() so often together; it waits for a line."""
    source = os.path.join(os.path.dirname(__file__), "../../tests/load/java/Work.java")
    os.makedirs(where + "-java", exist_ok=True)
    subprocess.run(["javac", "-d", where + "-java", source], check=True)
    jvm = subprocess.Popen(
        ["java", "-XX:+DTraceMethodProbes", "-XX:+DTraceAllocProbes", "-cp", where + "-java",
         "Work", "-3", str(int(sys.argv[2]) // 3)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if int(jvm.stdout.readline()) != jvm.pid:
        raise RuntimeError("java is another process")
    return jvm


def call_in_jvm():
    if data.returncode is None:
        data.communicate(b"\n")


text = ctypes.create_string_buffer(b"kwload-string")
kinds = {
    "fork": fork, "run": run, "open": open_file, "unlink": make_and_unlink,
    "read": lambda: os.pread(data, 100, 0), "write": lambda: os.pwrite(data, b"x" * 100, 0),
    "fsync": lambda: os.fsync(data), "rename": rename_file, "connect": connect, "stream": stream,
    "refused": refused, "knock": knock, "datagram": datagram, "flood": flood, "listen": listen,
    "message": local_message, "mount": mount, "shm": shared_memory, "thread": thread,
    "stat": stat_nothing, "kill": lambda: os.kill(os.getpid(), 0), "sync": os.sync,
    "getpgid": lambda: os.getpgid(0), "setuid": lambda: os.setuid(0),
    "strlen": lambda: libc.strlen(text),
    "malloc": lambda: libc.free(ctypes.c_void_p(libc.malloc(7919))),
    "leak": lambda: libc.malloc(7919), "name": lambda: socket.getaddrinfo("localhost", 80),
    "sleep": lambda: time.sleep(0.02), "disk": disk, "dirty": dirty, "ext4": lambda: os.pread(data, 100, 0),
    "swap": swap_in, "burn": burn, "type": type_line, "terminal": write_terminal,
    "oom": out_of_memory, "lock": lock_both_ways, "outside": look_outside, "collect": collect,
    "call": called_by_name, "java": call_in_jvm, "random": lambda: os.getrandom(100), "none": lambda: None,
}
prepare = {
    "read": a_file, "write": a_file, "fsync": a_file, "connect": listener, "stream": connected,
    "knock": full, "datagram": lambda: listener(17173, kind=socket.SOCK_DGRAM),
    "flood": lambda: listener(17173, kind=socket.SOCK_DGRAM), "message": socket.socketpair,
    "name": lambda: socket.getaddrinfo("localhost", 80), "disk": null_disk, "dirty": null_cached,
    "ext4": file_system, "swap": swap_space, "burn": on_cpu_0, "type": a_shell,
    "terminal": a_terminal, "oom": small_group, "java": a_jvm,
    "lock": lambda: (ctypes.create_string_buffer(64), ctypes.create_string_buffer(64)),
}


def say(what):
    os.write(1, (what + "\n").encode())


def main():
    global data
    kind, count = sys.argv[1], int(sys.argv[2])
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    name_self("kwload")
    if kind in prepare:
        data = prepare[kind]()
    tty = os.ttyname(data[1]) if kind == "terminal" else "-"
    say("ready %s %d" % (tty, data.pid if kind == "java" else os.getpid()))
    signal.sigwait([signal.SIGUSR1])
    work = kinds[kind]
    for _ in range(count):
        work()
    say("done")
    signal.sigwait([signal.SIGUSR1])


if __name__ == "__main__":
    main()
