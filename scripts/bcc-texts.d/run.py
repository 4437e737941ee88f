# SPDX-License-Identifier: Apache-2.0
# Runs in the lab: for each text of a list, is it compiled and attached by kwhile, and does it count
# the same as the program of BCC's that it comes from, both at once, under one load?
#
#   run.py KWHILE LIST OUT [PROGRAM]...
#
# Adds a line to OUT/results for each: program, verdict, BCC's number, kwhile's number, command, note,
# separated by tabs. OUT/texts has the texts, OUT/logs what both printed, OUT/cache kwhile's objects.
import concurrent.futures
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time

here = os.path.dirname(os.path.abspath(__file__))
examples = os.environ.get("KWHILE_BCC_EXAMPLES", "/usr/share/doc/bpfcc-tools/examples")
python = "/usr/bin/python3"
go_file, ready_file = "/tmp/kwload-go", "/tmp/kwload-ready"


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def program_path(name):
    return os.path.join(examples, name) if name.endswith(".py") else "/usr/sbin/%s-bpfcc" % name


def short(name):
    return re.sub(r"\.py$", "", os.path.basename(name))


def busy(pid):
    """Time on a CPU, in ticks."""
    fields = read("/proc/%d/stat" % pid).rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12]) if len(fields) > 12 else -1


def programs(pid):
    """How many BPF programs and perf events a process holds."""
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
                                env=dict(os.environ, PYTHONUNBUFFERED="1"))


def end(process, seconds=40):
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def figure(how, text, pid):
    """The number that is compared, or None."""
    words = how.replace("{pid}", str(pid)).split(None, 1)
    if not words or words[0] == "-":
        return None
    lines = text.splitlines()
    if words[0] == "lines":
        return sum(1 for line in lines if re.search(words[1], line))
    if words[0] == "hist":
        return sum(int(m.group(1)) for m in
                   (re.match(r"\s*\d+ -> \d+\s*: (\d+)\s*\|", line) for line in lines) if m)
    field, regex = words[1].split(None, 1)
    total = 0
    for line in lines:
        numbers = line.split()
        if re.search(regex, line) and len(numbers) >= int(field):
            value = re.sub(r"\D", "", numbers[int(field) - 1])
            total += int(value or 0)
    return total


def package_of(text, ending=".kwo"):
    """What was made of a text elsewhere, with its .c and .json, by `kwhile build` with these options."""
    return os.path.join(os.environ.get("KWHILE_BCC_PACKAGES", "/nowhere"),
                        re.sub(r"\.c$", ending, os.path.basename(text)))


def extract(spec, text, pid):
    if os.path.exists(package_of(text)):
        with open(text, "w", encoding="utf-8") as file:
            file.write(read(package_of(text, ".c")))
        return json.loads(read(package_of(text, ".json")))
    command = [python, os.path.join(here, "extract.py"), text, program_path(spec["program"])]
    command += shlex.split(spec["arguments"].replace("{pid}", str(pid)))
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=120, check=False)
    return json.loads(read(re.sub(r"\.c$", ".json", text)) or '{"note": ["not extracted"]}')


def options_of(found, spec, pid):
    options = []
    for point in found.get("attach", []):
        options += ["--attach", point]
    for flag in found.get("cflags", []):
        if flag.startswith("-D"):
            options += ["-D", flag[2:]]
    return options + shlex.split(spec["options"].replace("{pid}", str(pid)))


class Load:
    """What both tracers see; it waits for go()."""

    def __init__(self, spec, log):
        kind, count = spec["load"].split()
        for path in (go_file, ready_file):
            if os.path.exists(path):
                os.unlink(path)
        self.process = start([python, "-S", os.path.join(here, "load.py"), go_file, kind, count],
                             log + ".load")
        self.pid = self.process.pid
        wait_until(30, lambda: os.path.exists(ready_file))

    def go(self):
        time.sleep(0.5)
        with open(go_file, "w", encoding="utf-8"):
            pass
        wait_until(60, lambda: self.process.poll() is not None)
        time.sleep(1.5)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Ours:
    def __init__(self, kwhile, text, options, log):
        self.log = log + ".kwhile"
        options = options + shlex.split(os.environ.get("KWHILE_BCC_OPTIONS", ""))
        if os.path.exists(package_of(text)):
            text, options = package_of(text), []
        self.process = start([kwhile, text, "-v", "-i", "3000"] + options, self.log)

    def attached(self):
        said = read(self.log + ".err")
        return " attached" in said

    def wait(self):
        wait_until(150, lambda: self.process.poll() is not None or self.attached())
        return self.process.poll() is None and self.attached()

    def words(self):
        lines = [line for line in read(self.log + ".err").splitlines() if line.strip()]
        lines = [line for line in lines if not line.startswith("kwhile: time in ms")]
        return lines[-1] if lines else ""


class Theirs:
    def __init__(self, spec, pid, log):
        self.log = log + ".bcc"
        arguments = shlex.split(spec["arguments"].replace("{pid}", str(pid)))
        self.process = start([python, "-u", program_path(spec["program"])] + arguments, self.log)

    def wait(self):
        return settled(self.process, 150)

    def words(self):
        lines = [line for line in read(self.log + ".err").splitlines() if line.strip()]
        return lines[-1] if lines else ""


def clear_trace():
    """What kwhile's text printed is still in the kernel's buffer, and BCC would read it."""
    with open("/sys/kernel/tracing/trace", "w", encoding="utf-8"):
        pass


def alone(kwhile, spec, out):
    """Is it compiled and attached, and does it end well? Nothing is compared."""
    name = short(spec["program"])
    text, log = "%s/texts/%s.c" % (out, name), "%s/logs/%s" % (out, name)
    found = extract(spec, text, os.getpid())
    if not os.path.exists(text):
        return {"verdict": "no text", "note": "; ".join(found["note"])}
    options = options_of(found, spec, os.getpid())
    ours = Ours(kwhile, text, options, log)
    ours.wait()
    time.sleep(2)
    end(ours.process)
    why = ours.words() if ours.process.returncode else ""
    return {"verdict": "does not compile" if "does not compile" in why else
                       "fails" if why else "attaches", "note": why,
            "command": "kwhile %s.c %s" % (name, " ".join(shlex.quote(o) for o in options))}


def one(kwhile, spec, out):
    name = short(spec["program"])
    text, log = "%s/texts/%s.c" % (out, name), "%s/logs/%s" % (out, name)
    load = Load(spec, log)
    try:
        found = extract(spec, text, load.pid)
        if not os.path.exists(text):
            return {"verdict": "no text", "note": "; ".join(found["note"])}
        options = options_of(found, spec, load.pid)
        command = "kwhile %s.c %s" % (name, " ".join(shlex.quote(o) for o in options))
        # BCC reads the lines of all tracers from trace_pipe: ours must not be there.
        apart = "bpf_trace_printk" in read(text)
        result = {"verdict": "attaches", "note": ""}
        ours = Ours(kwhile, text, options, log)
        theirs = None if apart else Theirs(spec, load.pid, log)
        if not ours.wait():
            why = ours.words()
            result = {"verdict": "does not compile" if "does not compile" in why else "fails",
                      "note": why}
        there = theirs.wait() if theirs else False
        load.go()
        end(ours.process)
        if theirs:
            end(theirs.process)
        if result["verdict"] == "attaches" and ours.process.returncode:
            result = {"verdict": "fails", "note": ours.words()}
        if apart:
            pid, load = load.pid, Load(spec, log)
            clear_trace()
            theirs = Theirs(spec, load.pid, log)
            there = theirs.wait()
            load.go()
            end(theirs.process)
            result["kwhile"] = figure(spec["kwhile"], read(ours.log), pid)
        else:
            result["kwhile"] = figure(spec["kwhile"], read(ours.log), load.pid)
        result["bcc"] = figure(spec["bcc"], read(theirs.log), load.pid)
        if not there:
            result["note"] += " BCC: " + theirs.words()
        if result["verdict"] == "attaches":
            same = result["bcc"] and result["kwhile"] == result["bcc"]
            result["verdict"] = "same" if same else "differs"
        return dict(result, command=command)
    finally:
        load.end()


def main():
    kwhile, list_file, out = sys.argv[1:4]
    only = [word for word in sys.argv[4:] if not word.startswith("--")]
    os.environ["KWHILE_CACHE"] = out + "/cache"
    for directory in ("texts", "logs"):
        os.makedirs("%s/%s" % (out, directory), exist_ok=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=False)
    with open(list_file, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    specs = []
    for line in lines:
        fields = [field.strip() for field in line.split("|")]
        fields += [""] * (6 - len(fields))
        spec = dict(zip(("program", "arguments", "load", "options", "bcc", "kwhile"), fields))
        spec["kwhile"] = spec["kwhile"] or spec["bcc"]
        if not only or short(spec["program"]) in only:
            specs.append(spec)

    def work(spec):
        try:
            how = alone if spec["bcc"] == "-" else one
            result = how(kwhile, spec, out)
        except Exception as error:  # pylint: disable=broad-except
            result = {"verdict": "fails", "note": "%s: %s" % (type(error).__name__, error)}
        row = [spec["program"], result["verdict"], result.get("bcc", ""), result.get("kwhile", ""),
               spec["load"], result.get("command", ""), result.get("note", "")]
        row = ["" if v is None else str(v).replace("\t", " ") for v in row]
        with open(out + "/results", "a", encoding="utf-8") as file:
            file.write(os.environ.get("LAB_KERNEL", os.uname().release) + "\t" + "\t".join(row) + "\n")
        print("\t".join(row[:4]), row[6][:150], flush=True)

    for spec in specs:
        if spec["bcc"] != "-":
            work(spec)
    # These disturb each other only by the time that they take.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(work, (spec for spec in specs if spec["bcc"] == "-")))


main()
