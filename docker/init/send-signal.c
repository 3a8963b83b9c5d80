// A container that is started as root often keeps only the capabilities that it takes to step down, and CAP_KILL is not
// among them. Without it root may not signal the process that has stepped down, but it may become its user for the moment.
#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The real uid of a process, which may be a zombie; -1 when there is none. /proc/PID itself belongs to root after a step down.
static long user_of(pid_t pid) {
  char text[2048];
  snprintf(text, sizeof text, "/proc/%d/status", (int)pid);
  int fd = open(text, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  text[size > 0 ? size : 0] = '\0';
  const char *line = strstr(text, "\nUid:");
  return line == NULL ? -1 : strtol(line + 5, NULL, 10);
}

void send_signal(pid_t pid, int number) {
  if (kill(pid, number) == 0 || errno != EPERM) return;
  long user = user_of(pid < 0 ? -pid : pid);
  uid_t ours = geteuid();
  if (user < 0 || seteuid((uid_t)user) < 0) return;
  kill(pid, number);
  if (seteuid(ours) < 0) abort(); // cannot happen: the real and the saved uid are still ours
}
