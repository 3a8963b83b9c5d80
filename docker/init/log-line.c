// What PID 1 has to say itself. It must never wait: a reader of the container's output that has stopped reading would
// otherwise stop the reaping, too.
#define _GNU_SOURCE
#include "init.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
  most_at_once = 4096, // as much as a pipe that is ready takes without waiting (PIPE_BUF)
  patience_ms = 100,   // once, until the reader reads again
};

static void pass_on(const char *text, size_t size) {
  static bool stands_still;
  struct pollfd writable = {.fd = STDOUT_FILENO, .events = POLLOUT};
  while (size > 0) {
    if (poll(&writable, 1, stands_still ? 0 : patience_ms) == 0) {
      stands_still = true;
      return;
    }
    stands_still = false;
    ssize_t wrote = write(STDOUT_FILENO, text, size < most_at_once ? size : most_at_once);
    if (wrote <= 0) return;
    text += wrote, size -= (size_t)wrote;
  }
}

bool pass_on_from(int pipe) {
  static char text[1 << 16];
  struct pollfd readable = {.fd = pipe, .events = POLLIN};
  ssize_t got = poll(&readable, 1, 0) == 1 ? read(pipe, text, sizeof text) : 0;
  if (got > 0) pass_on(text, (size_t)got);
  return got > 0;
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
  pass_on(line, (size_t)size);
}
