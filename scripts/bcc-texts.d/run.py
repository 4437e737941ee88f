# SPDX-License-Identifier: Apache-2.0
# Runs in the lab or on this machine: for each text of a list, is it compiled and attached by kwhile, and
# does it count the same as the program of BCC's that it comes from, both at once, under one load?
#
#   run.py KWHILE LIST OUT [PROGRAM]...
#
# Adds a line to OUT/results for each: kernel, program, verdict, BCC's number, kwhile's number, load,
# command, why kwhile does not run it, why BCC does not, seconds, separated by tabs. OUT/texts has the texts, OUT/logs what both printed,
# OUT/cache kwhile's objects. Without PROGRAM: those of the list that run here, by its word `host`.
import json
import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time

here = os.path.dirname(os.path.abspath(__file__))
examples = os.environ.get("KWHILE_BCC_EXAMPLES", "/usr/share/doc/bpfcc-tools/examples")
python = "/usr/bin/python3"
in_lab = "LAB_KERNEL" in os.environ
# Headers of another kernel, where this one's are not there.
other_headers = shlex.split(os.environ.get("KWHILE_BCC_OPTIONS", ""))
NEAR = 0.1


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def program_path(name):
    if name.endswith(".py"):
        return os.path.join(examples, name)
    return shutil.which(name + "-bpfcc") or shutil.which(name) or "/usr/share/bcc/tools/" + name


def short(name):
    return re.sub(r"\.py$", "", os.path.basename(name))


def busy(pid):
    """Time on a CPU, in ticks."""
    fields = read("/proc/%d/stat" % pid).rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12]) if len(fields) > 12 else -1


def programs(pid):
    """How many BPF programs a process holds."""
    n = 0
    try:
        for fd in os.listdir("/proc/%d/fd" % pid):
            n += "bpf-prog" in os.readlink("/proc/%d/fd/%s" % (pid, fd))
    except OSError:
        pass
    return n


def wait_until(seconds, done):
    end = time.time() + seconds
    while time.time() < end:
        if done():
            return True
        time.sleep(0.3)
    return False


def settled(process, seconds):
    """Has it loaded programs, and then become quiet?"""
    last = [-1, 0]

    def quiet():
        if process.poll() is not None:
            return True
        now, held = busy(process.pid), programs(process.pid)
        if held and now - last[0] <= 3:
            last[1] += 1
        else:
            last[1] = 0
        last[0] = now
        return last[1] >= 5
    return wait_until(seconds, quiet) and process.poll() is None


def start(command, out):
    with open(out, "w", encoding="utf-8") as file, open(out + ".err", "w", encoding="utf-8") as err:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=err,
                                env=dict(os.environ, PYTHONUNBUFFERED="1", TERM="dumb"))


def end(process, seconds=40):
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def number(match):
    """A number as text, in decimal, hexadecimal or with separators."""
    if match.startswith("0x"):
        return int(match, 16)
    return int(re.sub(r"\D", "", match) or 0)


def total(how, text):
    kind, _, regex = how.partition(" ")
    if kind == "lines":
        return sum(1 for line in text.splitlines() if re.search(regex, line))
    if kind == "hist":
        return sum(int(m.group(1)) for m in re.finditer(r"^\s*\d+ -> \d+\s*: (\d+)\s*\|", text, re.M))
    # add REGEX: the first group that is there, of each match.
    return sum(number(next(g for g in m.groups() if g is not None))
               for m in re.finditer(regex, text, re.M))


class Figure:
    """How the number that is compared is found in what a tracer printed."""

    def __init__(self, text):
        self.flags = set()
        while text.split(None, 1)[:1] and text.split(None, 1)[0] in ("near", "late", "kilo"):
            flag, text = text.split(None, 1)
            self.flags.add(flag)
        self.how = text

    def of(self, log, marks, words):
        """MARKS: how much of the log was there before the load and after it."""
        with open(log, "rb") as file:
            printed = file.read()
        if "late" in self.flags:
            printed = printed[marks[0]:marks[1]]
        how = self.how
        for name, value in words.items():
            how = how.replace("{%s}" % name, value)
        value = total(how, printed.decode("utf-8", "replace"))
        return value // 1024 if "kilo" in self.flags else value


def same(one, other, flags):
    if not one or not other:
        return "differs"
    if one == other:
        return "same"
    near = abs(one - other) <= max(1, NEAR * max(one, other))
    return "near" if near and "near" in flags else "differs"


def filled(text, words):
    for name, value in words.items():
        text = text.replace("{%s}" % name, value)
    return shlex.split(text)


def extract(spec, text, words):
    command = [python, os.path.join(here, "extract.py"), text, program_path(spec["program"])]
    subprocess.run(command + filled(spec["arguments"], words), stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False)
    return json.loads(read(re.sub(r"\.c$", ".json", text)) or '{"note": ["not extracted"]}')


def options_of(found, spec, words):
    options = []
    if found.get("pid"):
        options += ["--pid", str(found["pid"])]
    for point in found.get("attach", []):
        options += ["--attach", point]
    for flag in found.get("cflags", []):
        if flag.startswith("-D"):
            options += ["-D", flag[2:]]
    return options + filled(spec["options"], words)


def command_line(name, options):
    return "kwhile %s.c %s" % (name, " ".join(shlex.quote(o) for o in options))


class Load:
    """What both tracers see; it does nothing until go()."""

    def __init__(self, spec, log):
        kind, count = spec["load"].split()
        if in_lab:
            # Always the same number, which is in many texts, so that what was compiled once is found.
            with open("/proc/sys/kernel/ns_last_pid", "w", encoding="ascii") as file:
                file.write("29999")
        with open(log + ".load", "w", encoding="utf-8") as err:
            self.process = subprocess.Popen(
                [python, "-S", os.path.join(here, "load.py"), kind, count],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err)
        said = self.hear(60)
        if not said.startswith("ready"):
            self.end()
            raise RuntimeError("the load: " + (read(log + ".load").splitlines() or ["no word"])[-1])
        _, tty, pid = said.split()
        self.words = {"pid": pid, "tty": tty}

    def hear(self, seconds):
        pipe = self.process.stdout
        if not select.select([pipe], [], [], seconds)[0]:
            return ""
        return os.read(pipe.fileno(), 100).decode().strip()

    def go(self):
        self.process.send_signal(signal.SIGUSR1)
        done = self.hear(120) == "done"
        return done

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Ours:
    hold = False

    def __init__(self, kwhile, text, options, log):
        self.log = log + ".kwhile"
        interval = [] if "-i" in options else ["-i", "3000"]
        self.process = start([kwhile, text, "-v"] + interval + options + other_headers, self.log)

    def attached(self):
        return " attached" in read(self.log + ".err")

    def wait(self):
        wait_until(200, lambda: self.process.poll() is not None or self.attached())
        return self.process.poll() is None and self.attached()

    def over(self):
        pass

    def words(self):
        lines = [line for line in read(self.log + ".err").splitlines() if line.strip()]
        lines = [line for line in lines if not line.startswith("kwhile: time in ms")]
        why = [line for line in lines if "does not compile" in line]
        return (why or lines or [""])[-1]


class Theirs:
    def __init__(self, spec, words, log):
        self.log = log + ".bcc"
        self.hold = spec["hold"]
        command = [python, "-u"] + ([os.path.join(here, "hold.py")] if self.hold else [])
        self.process = start(command + [program_path(spec["program"])] +
                             filled(spec["arguments"], words), self.log)

    def wait(self):
        return settled(self.process, 200)

    def over(self):
        """The load is over: a program that was held goes on, and ends."""
        if self.hold and self.process.poll() is None:
            self.process.send_signal(signal.SIGUSR1)
            wait_until(15, lambda: self.process.poll() is not None)

    def words(self):
        lines = [line for line in read(self.log + ".err").splitlines() if line.strip()]
        return lines[-1] if lines else "ended by itself"


def drain_trace():
    """What one tracer's text printed is still there, and the next one would read it."""
    try:
        pipe = os.open("/sys/kernel/tracing/trace_pipe", os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return
    try:
        while os.read(pipe, 65536):
            pass
    except BlockingIOError:
        pass
    os.close(pipe)


def size(log):
    return os.stat(log).st_size


def measure(load, tracers, late):
    """The load passes, and the tracers end. What they had printed before and after it."""
    # Programs that print every second have then printed what came before.
    time.sleep(2.3 if late else 0.5)
    before = [size(tracer.log) for tracer in tracers]
    load.go()
    time.sleep(2.6 if late else 1)
    # What a program that was held prints comes only now.
    marks = [(first, None if tracer.hold else size(tracer.log))
             for first, tracer in zip(before, tracers)]
    for tracer in tracers:
        tracer.over()
        end(tracer.process)
    return marks


def only_attached(ours):
    """Is it compiled and attached, and does it end well? Nothing is compared."""
    ours.wait()
    time.sleep(1)
    end(ours.process)
    return verdict_of(ours, ours.process.returncode)


def verdict_of(ours, failed):
    if not failed:
        return {"verdict": "attaches", "note": ""}
    why = ours.words()
    return {"verdict": "does not compile" if "does not compile" in why else "fails", "note": why}


def compared(kwhile, spec, load, text, options, log):
    bcc, own = Figure(spec["bcc"]), Figure(spec["kwhile"])
    late = "late" in bcc.flags or "late" in own.flags
    # Both would read what the other's text prints, from trace_pipe; and BCC 0.26 gives the kernel a
    # semaphore for each uprobe, whatever the register of an argument holds that it leaves out: the
    # kernel refuses that at a place that is probed without one.
    apart = spec["apart"] or "bpf_trace_printk" in read(text)
    words = load.words
    drain_trace()
    ours = Ours(kwhile, text, options, log)
    theirs = None if apart else Theirs(spec, words, log)
    there = ours.wait()
    result = verdict_of(ours, not there)
    if theirs:
        began = theirs.wait()
        marks = measure(load, [ours, theirs], late)
    else:
        marks = measure(load, [ours], late)
    if there:
        result = verdict_of(ours, ours.process.returncode)
    if apart:
        load.end()
        load = Load(spec, log)
        drain_trace()
        theirs = Theirs(spec, load.words, log)
        began = theirs.wait()
        marks += measure(load, [theirs], late)
        load.end()
        result["bcc"] = bcc.of(theirs.log, marks[1], load.words)
    else:
        result["bcc"] = bcc.of(theirs.log, marks[1], words)
    result["kwhile"] = own.of(ours.log, marks[0], words)
    if not began and not (theirs.hold and result["bcc"]):
        result["theirs"] = theirs.words()
    if result["verdict"] == "attaches":
        result["verdict"] = same(result["bcc"], result["kwhile"], bcc.flags)
    return result


def one(kwhile, spec, out):
    name = short(spec["program"])
    text, log = "%s/texts/%s.c" % (out, name), "%s/logs/%s" % (out, name)
    load = Load(spec, log)
    try:
        found = extract(spec, text, load.words)
        if not os.path.exists(text):
            return {"verdict": "no text", "note": "; ".join(found["note"])}
        options = options_of(found, spec, load.words)
        if spec["bcc"] == "-":
            result = only_attached(Ours(kwhile, text, options, log))
        else:
            result = compared(kwhile, spec, load, text, options, log)
        return dict(result, command=command_line(name, options))
    finally:
        load.end()


def all_specs(list_file):
    with open(list_file, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    for line in lines:
        fields = [field.strip() for field in line.split(" |")]
        fields += [""] * (6 - len(fields))
        spec = dict(zip(("program", "arguments", "load", "options", "bcc", "kwhile"), fields))
        load = spec["load"].split()
        spec["kwhile"] = spec["kwhile"] or spec["bcc"]
        spec.update({word: word in load for word in ("host", "hold", "apart")})
        spec["load"] = " ".join(load[-2:])
        yield spec


def specs_of(list_file, only):
    """The list's lines for here; of programs that are named, their other lines where these are all."""
    specs = list(all_specs(list_file))
    here_too = {spec["program"] for spec in specs if spec["host"] != in_lab}
    for spec in specs:
        wanted = not only or short(spec["program"]) in only
        if wanted and (spec["host"] != in_lab or (only and spec["program"] not in here_too)):
            yield spec


def main():
    kwhile, list_file, out = sys.argv[1:4]
    # Whoever was started in the background ignores it, and so would the tracers.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["KWHILE_CACHE"] = out + "/cache"
    for directory in ("texts", "logs"):
        os.makedirs("%s/%s" % (out, directory), exist_ok=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=False)
    if in_lab:
        # QEMU translates code once for each address that it runs at.
        with open("/proc/sys/kernel/randomize_va_space", "w", encoding="ascii") as file:
            file.write("0")
    for spec in list(specs_of(list_file, sys.argv[4:])):
        began = time.time()
        try:
            result = one(kwhile, spec, out)
        except Exception as error:  # pylint: disable=broad-except
            result = {"verdict": "fails", "note": "%s: %s" % (type(error).__name__, error)}
        row = [os.environ.get("LAB_KERNEL", os.uname().release), spec["program"], result["verdict"],
               result.get("bcc", ""), result.get("kwhile", ""), spec["load"],
               result.get("command", ""), result.get("note", ""), result.get("theirs", ""),
               int(time.time() - began)]
        row = ["" if v is None else str(v).replace("\t", " ") for v in row]
        with open(out + "/results", "a", encoding="utf-8") as file:
            file.write("\t".join(row) + "\n")
        print("\t".join(row[1:6]), row[7][:150], row[8][:150], row[9] + " s", flush=True)


main()
