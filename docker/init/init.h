// The parts of bin/pg-instance-manager, the static program in front of the Node.js one.
#pragma once

/// launcher.c: becomes the Node.js program. Returns only when that is impossible, with the exit code, having said why.
int run_program(char *const arguments[]);

/// init.c: runs the Node.js program as its child until the end. Returns only when that is impossible, with the exit code.
int supervise(char *const arguments[]);

/// folder-lock.c: locks a folder until this process ends; doing it twice changes nothing.
enum lock_outcome { folder_locked, folder_busy, folder_unlockable };
enum lock_outcome lock_folder(const char *path);

/// log-line.c: a line of the log, in the manager's format. Nobody waits for a reader: the line is left out then.
__attribute__((format(printf, 2, 3))) void say(const char *level, const char *format, ...);
void pass_on(const char *text, unsigned long size);

/// install.c: copies the folder of the program to another place. Returns the exit code.
int install(const char *from, const char *to);
