# SPDX-License-Identifier: Apache-2.0
# Runs a program of BCC's up to the point where it would compile its text, and writes down the text
# and what the program asks BCC for: extract.py OUT.c PROGRAM [ARGUMENT]...
#
# OUT.c has the text as BCC's compiler would get it, OUT.json what kwhile needs beside it: attach
# points, macros, whether it reads the trace pipe, and why there is no text where there is none.
# Nothing is compiled and nothing is attached.
import ctypes
import json
import os
import re
import runpy
import signal
import sys
import time
from unittest import mock

import bcc

found = {"text": False, "attach": [], "cflags": [], "note": []}
real_bpf = bcc.BPF

HARDWARE = ["cpu-cycles", "instructions", "cache-references", "cache-misses", "branch-instructions",
            "branch-misses", "bus-cycles", "stalled-cycles-frontend", "stalled-cycles-backend",
            "ref-cycles"]
SOFTWARE = ["cpu-clock", "task-clock", "page-faults", "context-switches", "cpu-migrations",
            "minor-faults", "major-faults"]


def word(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def given(value):
    return value not in (None, "", b"", -1)


class Enough(KeyboardInterrupt):
    """The program has begun to wait for what its text counts."""


class Function:
    def __init__(self, name):
        self.name = word(name)


class Recorder(real_bpf):
    """Stands in for bcc.BPF: has its static functions, and writes down the rest."""

    def __init__(self, src_file=b"", hdr_file=b"", text=None, debug=0, cflags=(), usdt_contexts=(),
                 **_):
        if found["text"]:
            # A program that tries a small text first, or goes on with a second one.
            found["note"].append("more than one text: this is the last")
            found["attach"].clear()
        if src_file:
            with open(real_bpf._find_file(os.fsencode(src_file)), encoding="utf-8") as file:
                text = file.read()
        found["text"] = word(text)
        found["cflags"] = [word(flag) for flag in cflags]
        for context in usdt_contexts:
            for probe, handler in context.enabled:
                self._attach("usdt:%s:%s" % (context.file, probe), handler)
            if context.pid:
                found["pid"] = context.pid
        self.kprobe_fds, self.uprobe_fds, self.tracepoint_fds = {}, {}, {}
        self.tables, self.funcs, self.perf_buffers = {}, {}, {}
        self.module, self.debug, self._ringbuf_manager, self.tracefile = None, 0, None, None

    def _attach(self, point, fn_name):
        line = "%s=%s" % (point, word(fn_name))
        if line not in found["attach"]:
            found["attach"].append(line)

    def _function(self, kind, fn_name, event, event_re, offset=0):
        if given(event_re):
            # A regular expression for all functions: kwhile has globs, and finds clones itself.
            name = word(event_re).lstrip("^").split("|")[0].rstrip("$").replace(".*", "*")
        else:
            name = word(event)
            # As in BCC, so that a program goes on to its second choice.
            if real_bpf.ksymname(os.fsencode(name)) == -1:
                raise Exception("no function " + name)
        name = re.sub(r"\.(isra|constprop)\.\d+$", "", name)
        self._attach("%s:%s%s" % (kind, name, "+%d" % offset if offset else ""), fn_name)

    def attach_kprobe(self, event=b"", event_off=0, fn_name=b"", event_re=b""):
        self._function("kprobe", fn_name, event, event_re, event_off)

    def attach_kretprobe(self, event=b"", fn_name=b"", event_re=b"", maxactive=0):
        self._function("kretprobe", fn_name, event, event_re)

    def attach_tracepoint(self, tp=b"", tp_re=b"", fn_name=b""):
        self._attach("tracepoint:" + word(tp or tp_re), fn_name)

    def attach_raw_tracepoint(self, tp=b"", fn_name=b""):
        self._attach("rawtracepoint:" + word(tp), fn_name)

    def attach_perf_event(self, ev_type=-1, ev_config=-1, fn_name=b"", sample_period=0,
                          sample_freq=0, **_):
        names, kind = (HARDWARE, "hardware") if ev_type == 0 else (SOFTWARE, "software")
        if ev_type == 1 and ev_config == 0 and sample_freq:
            point = "profile:hz:%d" % sample_freq
        elif ev_type == 1 and ev_config == 0 and sample_period:
            point = "profile:us:%d" % (sample_period // 1000)
        else:
            point = "%s:%s:%d" % (kind, names[ev_config], sample_period or 1)
        self._attach(point, fn_name)

    def _user(self, kind, name, sym, sym_re, addr, fn_name, pid):
        if given(pid):
            found["pid"] = pid
        # As in BCC, so that a program goes on to its second choice where the first is not there.
        if given(sym):
            real_bpf._check_path_symbol(os.fsencode(word(name)), os.fsencode(word(sym)), None, -1)
        if given(addr):
            what = hex(addr)
        else:
            what = word(sym) or word(sym_re).lstrip("^").rstrip("$").replace(".*", "*")
        self._attach("%s:%s:%s" % (kind, word(name), what), fn_name)

    def attach_uprobe(self, name=b"", sym=b"", sym_re=b"", addr=None, fn_name=b"", pid=-1, **_):
        self._user("uprobe", name, sym, sym_re, addr, fn_name, pid)

    def attach_uretprobe(self, name=b"", sym=b"", sym_re=b"", addr=None, fn_name=b"", pid=-1, **_):
        self._user("uretprobe", name, sym, sym_re, addr, fn_name, pid)

    def attach_kfunc(self, fn_name=b""):
        pass

    attach_kretfunc = attach_lsm = attach_kfunc

    def load_func(self, name, *_, **__):
        return Function(name)

    def get_table(self, name, *_, **__):
        return mock.MagicMock()

    __getitem__ = get_table

    def _wait(self, *_, **__):
        raise Enough

    perf_buffer_poll = ring_buffer_poll = kprobe_poll = ring_buffer_consume = _wait
    trace_print = trace_fields = trace_readline = trace_open = _wait

    def num_open_kprobes(self):
        return len(found["attach"]) or 1

    num_open_uprobes = num_open_tracepoints = num_open_kprobes

    def cleanup(self):
        pass

    close = cleanup

    def __exit__(self, *_):
        return False


class RecorderUSDT(bcc.USDT):
    """Writes down what is enabled, in place of asking for it."""

    def __init__(self, pid=None, path=None):
        super().__init__(pid=pid, path=path)
        # Of a process: in whatever it has mapped.
        self.enabled, self.pid, self.file = [], pid, word(path) if path else "*"

    def enable_probe(self, probe, fn_name):
        if not any(word(known.name) == word(probe).split(":")[-1]
                   for known in self.enumerate_probes()):
            raise bcc.USDTException("no probe " + word(probe))
        self.enabled.append((word(probe), word(fn_name)))


def enough(*_):
    raise Enough


def main():
    out, program, arguments = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:]
    bcc.BPF = Recorder
    bcc.USDT = RecorderUSDT
    # A file with dots and dashes in its name is a program as any other.
    sys.argv = [program] + arguments
    os.chdir(os.path.dirname(os.path.abspath(program)) or "/")
    sys.path.insert(0, os.getcwd())
    time.sleep = enough
    signal.pause = enough
    stdout = sys.stdout
    with open(os.devnull, "w", encoding="utf-8") as sink:
        sys.stdout = sink
        try:
            runpy.run_path(program, run_name="__main__")
        except (Enough, SystemExit):
            pass
        except Exception as error:  # pylint: disable=broad-except
            found["note"].append("%s: %s" % (type(error).__name__, error))
        sys.stdout = stdout
    text = found.pop("text")
    if not text:
        found["note"].append("it made no text")
    else:
        with open(out, "w", encoding="utf-8") as file:
            file.write(text if text.endswith("\n") else text + "\n")
    with open(re.sub(r"\.c$", "", out) + ".json", "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
    sys.stdout.flush()
    os._exit(0 if text else 1)


main()
