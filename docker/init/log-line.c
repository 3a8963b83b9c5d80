// What PID 1 has to say itself. It must never wait: a reader of the container's output that has stopped reading would
// otherwise stop the reaping, too.
#define _GNU_SOURCE
#include "init.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

void pass_on(const char *text, unsigned long size) {
  struct pollfd writable = {.fd = STDOUT_FILENO, .events = POLLOUT};
  if (poll(&writable, 1, 0) == 1 && write(STDOUT_FILENO, text, size) < 0) return;
}

void say(const char *level, const char *format, ...) {
  char text[256], line[512], seconds[32];
  struct timespec now;
  struct tm utc;
  clock_gettime(CLOCK_REALTIME, &now);
  strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &utc));
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  int size = snprintf(line, sizeof line, "{\"level\":\"%s\",\"time\":\"%s.%03ldZ\",\"logger\":\"init\",\"msg\":\"%s\"}\n", level,
                      seconds, now.tv_nsec / 1000000, text);
  pass_on(line, (unsigned long)size);
}
