// bin/pg-instance-manager: what a container starts. Static, so that it can be copied anywhere and can still say something
// where the Node.js that it comes with cannot run.
#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { usage_error = 64, system_error = 71 }; // sysexits.h

static char home[PATH_MAX]; // the folder that has bin/ and lib/

static int find_home(void) {
  ssize_t length = readlink("/proc/self/exe", home, sizeof home - 1);
  if (length < 0) return -1;
  home[length] = '\0';
  for (int level = 0; level < 2; level++) {
    char *slash = strrchr(home, '/');
    if (slash == NULL) return -1;
    *slash = '\0';
  }
  return 0;
}

int run_program(char *const arguments[]) {
  char node[PATH_MAX + 16], bundle[PATH_MAX + 32], *command[256];
  int count = 0;
  snprintf(node, sizeof node, "%s/lib/node", home);
  snprintf(bundle, sizeof bundle, "%s/lib/pg-instance-manager.cjs", home);
  command[count++] = node;
  command[count++] = "--disable-sigusr1"; // or whoever may signal opens an inspector, and with it the process
  command[count++] = "--max-semi-space-size=2"; // or a look into hundreds of databases leaves 80 MiB behind that V8 keeps
  command[count++] = "--min-semi-space-size=2"; // what a start makes fits, so it does not wait for it to be collected
  command[count++] = bundle;
  for (int i = 0; arguments[i] != NULL; i++) {
    if (count == 255) return fputs("pg-instance-manager: more than 250 arguments.\n", stderr), usage_error;
    command[count++] = arguments[i];
  }
  command[count] = NULL;
  execv(node, command);
  if (errno == ENOENT && access(node, F_OK) == 0) {
    fprintf(stderr, "pg-instance-manager: %s needs the loader of glibc, and this image has none, as images on musl (Alpine) have not; use one that is based on Debian or another glibc distribution.\n", node);
  } else {
    fprintf(stderr, "pg-instance-manager: %s cannot be executed: %s.\n", node, strerror(errno));
  }
  return system_error;
}

int main(int count, char *arguments[]) {
  if (find_home() < 0) {
    fputs("pg-instance-manager: /proc is not mounted; it is needed.\n", stderr);
    return system_error;
  }
  const char *command = count > 1 ? arguments[1] : "";
  if (strcmp(command, "install") == 0) {
    if (count == 3) return install(home, arguments[2]);
    fputs("Usage: pg-instance-manager install FOLDER\n", stderr);
    return usage_error;
  }
  if (strcmp(command, "run") != 0) return run_program(arguments + 1);
  // `docker run IMAGE psql …`: any other command is executed as it was given.
  if (count > 2 && arguments[2][0] != '-' && strcmp(arguments[2], "postgres") != 0) {
    execvp(arguments[2], arguments + 2);
    fprintf(stderr, "pg-instance-manager: %s cannot be executed: %s.\n", arguments[2], strerror(errno));
    return errno == ENOENT ? 127 : 126; // as shells do
  }
  return supervise(arguments + 1);
}
