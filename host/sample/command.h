/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h - the command that a run follows: held back until the probes are attached.
 */
#ifndef KW_SAMPLE_COMMAND_H
#define KW_SAMPLE_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/**
 * struct command - a child process; all zeroes: none
 * @stopped:	it still ran at the end of the run, and was ended by us
 * @gate:	writing end of the pipe that it waits on before its exec
 */
struct command {
	pid_t pid;
	int gate;
	bool ended;
	bool stopped;
	int status;
};

/**
 * command_start - fork, find the program, wait before exec
 * @argv:	NULL-terminated
 * @err:	as the shell would say it: exit status 127 not found, 126 not executable
 */
int command_start(struct command *command, char *const *argv, struct error *err);

/**
 * command_go - let it exec
 */
void command_go(struct command *command);

/**
 * command_ended - has it? Never waits. Its status is then 0…255, 128 + signal where one ended it.
 */
bool command_ended(struct command *command);

/**
 * command_stop - end it if it still runs: SIGTERM, and SIGKILL after two seconds
 */
void command_stop(struct command *command);

#endif
