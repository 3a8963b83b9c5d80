// The parts of bin/pg-instance-manager, the static program in front of the Node.js one.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/// launcher.c: becomes the Node.js program. Returns only when that is impossible, with the exit code, having said why.
int run_program(char *const arguments[]);

/// init.c: runs the Node.js program as its child until the end. Returns only when that is impossible, with the exit code.
int supervise(char *const arguments[]);

/// folder-lock.c: locks a folder until this process ends; doing it twice changes nothing.
enum lock_outcome { folder_locked, folder_busy, folder_unlockable };
enum lock_outcome lock_folder(const char *path);

/// send-signal.c: kill(2), also where root lacks CAP_KILL.
void send_signal(pid_t pid, int number);

/// log-line.c: a line of the log, in the manager's format. It waits for a reader a moment at most, and leaves out then.
__attribute__((format(printf, 2, 3))) void say(const char *level, const char *format, ...);
/// What is in a pipe now; false when nothing was.
bool pass_on_from(int pipe);

/// install.c: copies the folder of the program to another place. Returns the exit code.
int install(const char *from, const char *to);
