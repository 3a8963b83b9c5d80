// `install DIR`: the program copies its own folder, so that an image with nothing else in it, no shell and no libc, can
// put it into an emptyDir. What is there already is replaced, never written into: it may be running.
#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct { const char *to; size_t from_length; } roots; // nftw(3) has no argument of ours

static int fail(const char *path) {
  fprintf(stderr, "pg-instance-manager install: %s: %s.\n", path, strerror(errno));
  return -1;
}

static int copy_file(const char *from, const char *to, mode_t mode) {
  static char buffer[1 << 16];
  char partial[PATH_MAX];
  if (snprintf(partial, sizeof partial, "%s.partial", to) >= (int)sizeof partial) return errno = ENAMETOOLONG, fail(to);
  int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) return fail(from);
  unlink(partial);
  int out = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 0777);
  ssize_t got = -1;
  while (out >= 0 && (got = read(in, buffer, sizeof buffer)) > 0) {
    for (ssize_t done = 0, wrote; done < got; done += wrote) {
      if ((wrote = write(out, buffer + done, (size_t)(got - done))) <= 0) goto done;
    }
  }
done:
  if (got != 0 || out < 0 || fchmod(out, mode & 0777) < 0 || rename(partial, to) < 0) {
    fail(to);
    unlink(partial);
    got = -1;
  }
  if (out >= 0) close(out);
  close(in);
  return got == 0 ? 0 : -1;
}

static int copy_entry(const char *from, const struct stat *status, int kind, struct FTW *place) {
  (void)place;
  char to[PATH_MAX];
  if (snprintf(to, sizeof to, "%s%s", roots.to, from + roots.from_length) >= (int)sizeof to) return errno = ENAMETOOLONG, fail(from);
  if (kind == FTW_D) return mkdir(to, status->st_mode & 0777) < 0 && errno != EEXIST ? fail(to) : 0;
  if (kind == FTW_F) return copy_file(from, to, status->st_mode);
  return errno = EINVAL, fail(from); // there is nothing else in it
}

int install(const char *from, const char *to) {
  char real[PATH_MAX];
  umask(0); // another user than ours executes what is there
  if (mkdir(to, 0755) < 0 && errno != EEXIST) return fail(to), 73; // EX_CANTCREAT
  if (realpath(to, real) == NULL) return fail(to), 73;
  roots.to = real, roots.from_length = strlen(from);
  if (strncmp(real, from, roots.from_length) == 0 && (real[roots.from_length] == '/' || real[roots.from_length] == '\0')) {
    fprintf(stderr, "pg-instance-manager install: %s is in the folder that is to be copied; name another one.\n", to);
    return 64;
  }
  return nftw(from, copy_entry, 16, FTW_PHYS) == 0 ? 0 : 73;
}
