/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jit - code made at run time, with its names where tracers look for them: /tmp/perf-PID.map.
 */
#include "load.h"

#include <sys/mman.h>
#include <unistd.h>

static const char arguments[] =
	"CALLS [--wait]\nCALLS times: main > \"Load::outer (made)\" > \"inner\", which calls "
	"getppid(); both "
	"are made at run time.\n--wait: print the process first, and wait for a line.";

/* The two functions: a frame, and in it a call of the next, or the system call. */
#ifdef __x86_64__
#define INNER_AT 32
static const unsigned char code[] = {
	0x55,			      /* push %rbp */
	0x48, 0x89, 0xe5,	      /* mov %rsp,%rbp */
	0xe8, 0x17, 0x00, 0x00, 0x00, /* call inner */
	0x5d,			      /* pop %rbp */
	0xc3,			      /* ret */
	0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
	0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x55, /* inner: push %rbp */
	0x48, 0x89, 0xe5,						  /* mov %rsp,%rbp */
	0xb8, 0x6e, 0x00, 0x00, 0x00, /* mov $110,%eax: getppid */
	0x0f, 0x05,		      /* syscall */
	0x5d,			      /* pop %rbp */
	0xc3,			      /* ret */
};
#else
#define INNER_AT 0
static const unsigned char code[] = {0};
#endif

static void write_map(const void *made)
{
	char path[64];
	FILE *map;

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)getpid());
	map = fopen(path, "we");
	if (!map)
		load_die("cannot write the map");
	fprintf(map, "%lx %x Load::outer (made)\n", (unsigned long)made, INNER_AT);
	fprintf(map, "%lx %zx inner\n", (unsigned long)made + INNER_AT, sizeof(code) - INNER_AT);
	fclose(map);
}

int main(int argc, char **argv)
{
	char line[16];
	long calls;
	void *made;

	if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "--wait") != 0))
		load_usage(arguments);
	calls = load_number(argv[1], "CALLS", 0, 1000000000L);
	if (!INNER_AT) {
		fprintf(stderr, "jit: no code for this machine\n");
		return 77;
	}
	made = mmap(NULL, sizeof(code), PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (made == MAP_FAILED)
		load_die("cannot make code");
	memcpy(made, code, sizeof(code));
	write_map(made);
	if (argc == 3) {
		printf("%d\n", (int)getpid());
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return 1;
	}
	for (long i = 0; i < calls; i++) {
		long (*outer)(void);

		*(void **)&outer = made;
		outer();
	}
	return 0;
}
