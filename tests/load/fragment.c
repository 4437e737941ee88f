/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fragment - direct compaction: huge pages asked for where free memory is all in small holes.
 *
 * Takes most of the free memory in small pages, gives every second page back, then touches memory
 * that wants huge pages: each of those faults has to compact first.
 */
#include "load.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static const char arguments[] =
	"[MB]\n"
	"Fragments MB megabytes (90 % of what is available unless told), then asks for huge pages\n"
	"there; prints compact_stall of /proc/vmstat before and after.";

#define MIB (1UL << 20)
#define HUGE (2 * MIB)

/* Settings that huge pages need, with what they were before. */
static struct setting {
	const char *path;
	char before[16];
} settings[] = {
	{"/sys/kernel/mm/transparent_hugepage/enabled", ""},
	{"/sys/kernel/mm/transparent_hugepage/defrag", ""},
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

static int setting_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, value, strlen(value));
	close(fd);
	return n < 0 ? -1 : 0;
}

/* The file lists all choices, the one in force in brackets. */
static void setting_force(struct setting *s)
{
	char line[128] = "";
	FILE *file = fopen(s->path, "re");
	const char *open_bracket;

	if (!file || !fgets(line, sizeof(line), file))
		load_die(s->path);
	fclose(file);
	open_bracket = strchr(line, '[');
	if (!open_bracket || sscanf(open_bracket, "[%15[^]]", s->before) != 1) {
		errno = EPROTO;
		load_die(s->path);
	}
	if (setting_write(s->path, "always") < 0)
		load_die(s->path);
}

static void settings_restore(void)
{
	for (int i = 0; i < SETTINGS; i++)
		if (settings[i].before[0] &&
		    setting_write(settings[i].path, settings[i].before) < 0)
			fprintf(stderr, "%s: cannot put back %s\n", program_invocation_short_name,
				settings[i].path);
}

/* The number after a name in /proc/vmstat or /proc/meminfo. */
static unsigned long counter_read(const char *path, const char *name)
{
	char line[256];
	unsigned long value = 0;
	size_t length = strlen(name);
	FILE *file = fopen(path, "re");

	if (!file)
		load_die(path);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length) && (line[length] == ' ' || line[length] == ':'))
			value = strtoul(line + length + 1, NULL, 10);
	fclose(file);
	return value;
}

static char *memory_map(size_t size, int advice)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		load_die("cannot map memory");
	if (madvise(memory, size, advice) < 0)
		load_die("madvise");
	return memory;
}

/* How much is taken is our business, so the kernel shall end us first, should it be too much. */
static void be_the_first_to_go(void)
{
	if (setting_write("/proc/self/oom_score_adj", "1000") < 0)
		load_die("/proc/self/oom_score_adj");
}

static void fragment(char *memory, size_t size, size_t page)
{
	for (size_t at = 0; at < size && !load_signal; at += page)
		memory[at] = 1;
	for (size_t at = 0; at + page <= size && !load_signal; at += 2 * page)
		if (madvise(memory + at, page, MADV_DONTNEED) < 0)
			load_die("madvise");
}

int main(int argc, char **argv)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size, huge;
	unsigned long before;
	char *small, *large;

	if (argc > 2)
		load_usage(arguments);
	if (argc == 2)
		size = (size_t)load_number(argv[1], "MB", 16, 1L << 30) * MIB;
	else
		size = counter_read("/proc/meminfo", "MemAvailable") * 1024 / 10 * 9 / HUGE * HUGE;
	huge = size / 8 * 3 < 512 * MIB ? size / 8 * 3 : 512 * MIB;
	load_catch_signals();
	be_the_first_to_go();
	atexit(settings_restore);
	for (int i = 0; i < SETTINGS; i++)
		setting_force(&settings[i]);
	small = memory_map(size, MADV_NOHUGEPAGE);
	fragment(small, size, page);
	before = counter_read("/proc/vmstat", "compact_stall");
	large = memory_map(huge, MADV_HUGEPAGE);
	for (size_t at = 0; at < huge && !load_signal; at += page)
		large[at] = 1;
	printf("compact_stall %lu %lu\n", before, counter_read("/proc/vmstat", "compact_stall"));
	return load_status();
}
