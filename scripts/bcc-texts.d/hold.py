# SPDX-License-Identifier: Apache-2.0
# Runs a program of BCC's as it is, but for its sleeps: they last until the load is over, which a SIGUSR1
# tells, and are none afterwards: hold.py PROGRAM [ARGUMENT]...
# For programs that look at one short time only, and could not be ready for a load in it.
import runpy
import signal
import sys
import threading
import time

over = threading.Event()
signal.signal(signal.SIGUSR1, lambda *_: over.set())
time.sleep = lambda _: over.wait()
sys.argv = sys.argv[1:]
sys.path.insert(0, sys.argv[0].rpartition("/")[0])
runpy.run_path(sys.argv[0], run_name="__main__")
