// SPDX-License-Identifier: Apache-2.0
/*
 * Work THREADS CALLS [ROUNDS]: threads that call leaf() an exactly known number of times. Prints each
 * thread as "thread NAME ID", "calls N" in all, and with ROUNDS what a call took in each of so many
 * rounds behind a first one. Waits for a line first if THREADS has a minus sign, having printed its
 * process.
 */
public final class Work {
	private static int leaf(int n) {
		return n + 1;
	}

	private static void call(long calls) {
		int v = 0;
		for (long i = 0; i < calls; i++)
			v = leaf(v);
		if (v != (int)calls)
			throw new IllegalStateException("leaf() was not called " + calls + " times");
	}

	private static void measure(long calls, int rounds) {
		for (int round = 0; round < rounds; round++) {
			long start = System.nanoTime();
			call(calls);
			System.out.printf("round %d %.2f%n", round, (double)(System.nanoTime() - start) / calls);
		}
	}

	public static void main(String[] args) throws Exception {
		int threads = Integer.parseInt(args[0]);
		long calls = Long.parseLong(args[1]);
		if (threads < 0) {
			System.out.println(ProcessHandle.current().pid());
			System.in.read();
			threads = -threads;
		}
		Thread[] all = new Thread[threads];
		for (int i = 0; i < threads; i++) {
			all[i] = new Thread(() -> call(calls), "load-worker-" + i);
			all[i].start();
			System.out.println("thread " + all[i].getName() + " " + all[i].getId());
		}
		for (Thread thread : all)
			thread.join();
		System.out.println("calls " + threads * calls);
		if (args.length > 2)
			measure(calls, Integer.parseInt(args[2]));
	}
}
