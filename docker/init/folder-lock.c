// A lock on the folder's own descriptor leaves no file behind and is seen by every container on this kernel: flock(2).
#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static struct { int fd; dev_t device; ino_t inode; } held = {.fd = -1};

enum lock_outcome lock_folder(const char *path) {
  struct stat folder;
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return folder_unlockable;
  enum lock_outcome outcome = folder_unlockable;
  if (fstat(fd, &folder) < 0) {
    // unlockable
  } else if (held.fd >= 0 && held.device == folder.st_dev && held.inode == folder.st_ino) {
    outcome = folder_locked; // asked again by a manager that was started again
  } else if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
    if (held.fd >= 0) close(held.fd);
    held.fd = fd, held.device = folder.st_dev, held.inode = folder.st_ino;
    return folder_locked; // the descriptor is the lock
  } else if (errno == EWOULDBLOCK) {
    outcome = folder_busy;
  }
  close(fd);
  return outcome;
}
