// PID 1 of the container: keeps the manager alive, and PostgreSQL with it.
//
//  - It reaps every orphan. The postmaster never becomes their parent: one that exits with 2 would look to it like a
//    crashed backend (https://github.com/docker-library/postgres/issues/1349).
//  - It holds signals back until the manager says that it listens, then forwards them.
//  - When the manager ends and had said so, it ends with the same exit code. When the manager dies without having said
//    so, PostgreSQL runs on and the manager is started again. A manager that cannot be kept alive is given up: PostgreSQL
//    is stopped, its budget waited out.
//
// The manager talks through a stream socket, one line each:
//   listening             its signal handlers are in place
//   guard PID SECONDS     this is the postmaster, and how long it may take to stop; 0: there is none
//   lock PATH             lock this folder for as long as the container lives; answered by locked, busy or unlockable
//   end                   the next exit is meant
// and hears, also about an end that came while there was no manager:
//   exited PID code N     or: exited PID signal N
//
// One thread, no heap. Every signal is blocked and read from a descriptor, so nothing here can be interrupted halfway.
#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
  channel_fd = 3, log_read_fd = 4, log_write_fd = 5, // as the manager finds them
  most_restarts = 5, window_ms = 60000,              // more restarts than that within the window: it is given up
  immediate_ms = 10000,                              // what an immediate shutdown gets; PostgreSQL itself kills after 5 s
  software_error = 70,                               // EX_SOFTWARE of sysexits.h
};

static struct { pid_t pid; int channel; bool listens, ends; char line[PATH_MAX + 64]; size_t filled; } manager = {.channel = -1};
static struct { pid_t pid; int budget_s; } postmaster = {.budget_s = 60};
static struct { pid_t pid; int status; } untold;            // an end of the postmaster that no manager has heard of
static uint64_t held_signals, stop_signals;                 // not yet delivered; delivered to a manager that may have died
static int64_t restarts[most_restarts];                     // when, the oldest first
static int64_t start_at;                                    // no sooner
static int signals_fd, log_pipe[2];

static void reap(void);

static int64_t now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static const char *describe(int status, char *text, size_t size) {
  if (WIFSIGNALED(status)) snprintf(text, size, "was killed by signal %d", WTERMSIG(status));
  else snprintf(text, size, "exited with code %d", WEXITSTATUS(status));
  return text;
}

static void tell(const char *format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  // what a manager that has just died does not hear, the next one finds out by itself
  if (send(manager.channel, line, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
}

static void tell_end(pid_t pid, int status) {
  tell("exited %d %s %d\n", (int)pid, WIFSIGNALED(status) ? "signal" : "code", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

// ---- the manager ----

static void become_manager(int channel, char *const arguments[]) {
  // moved out of the way first: one of them may have the number of another
  int moved[] = {fcntl(channel, F_DUPFD, 10), fcntl(log_pipe[0], F_DUPFD, 10), fcntl(log_pipe[1], F_DUPFD, 10)};
  for (int i = 0; i < 3; i++) {
    dup2(moved[i], channel_fd + i);
    close(moved[i]);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  setpgid(0, 0);
  setenv("PGIM_INIT", "1", 1);
  int code = run_program(arguments);
  if (write(channel_fd, "end\n", 4) < 0) code = software_error; // trying again would not help
  _exit(code);
}

static void start_manager(char *const arguments[]) {
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0) {
    start_at = now_ms() + 1000; // out of descriptors or memory; that may pass
    return;
  }
  pid_t pid = fork();
  if (pid == 0) become_manager(sockets[1], arguments);
  close(sockets[1]);
  if (pid < 0) {
    close(sockets[0]);
    start_at = now_ms() + 1000;
    return;
  }
  manager.pid = pid, manager.channel = sockets[0], manager.listens = manager.ends = false, manager.filled = 0;
  held_signals |= stop_signals; // its predecessor was told to stop and can no longer do so
  if (untold.pid != 0) tell_end(untold.pid, untold.status);
  untold.pid = 0;
}

static void deliver_signals(void) {
  for (int number = 1; manager.listens && held_signals != 0 && number < 64; number++) {
    uint64_t bit = UINT64_C(1) << number;
    if ((held_signals & bit) == 0) continue;
    held_signals &= ~bit;
    if (number != SIGHUP) stop_signals |= bit;
    kill(manager.pid, number);
  }
}

static void heard(const char *line) {
  static const char *const lock_answers[] = {[folder_locked] = "locked", [folder_busy] = "busy", [folder_unlockable] = "unlockable"};
  int pid, budget_s;
  if (strcmp(line, "listening") == 0) manager.listens = true;
  else if (strcmp(line, "end") == 0) manager.ends = true;
  else if (strncmp(line, "lock ", 5) == 0) tell("%s\n", lock_answers[lock_folder(line + 5)]);
  else if (sscanf(line, "guard %d %d", &pid, &budget_s) == 2 && pid >= 0) postmaster.pid = pid, postmaster.budget_s = budget_s;
}

static void read_channel(void) {
  for (;;) {
    ssize_t got = recv(manager.channel, manager.line + manager.filled, sizeof manager.line - manager.filled - 1, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
      close(manager.channel);
      manager.channel = -1;
    }
    if (got <= 0) return;
    manager.filled += (size_t)got;
    char *end;
    while ((end = memchr(manager.line, '\n', manager.filled)) != NULL) {
      *end = '\0';
      heard(manager.line);
      manager.filled -= (size_t)(end + 1 - manager.line);
      memmove(manager.line, end + 1, manager.filled);
    }
    if (manager.filled == sizeof manager.line - 1) manager.filled = 0; // no line of ours is that long
  }
}

// ---- the end ----

// While nobody else reads PostgreSQL's log it must not run full: PostgreSQL would wait, and could not be stopped.
static void wait_for_postmaster(int64_t patience_ms) {
  static char text[1 << 16];
  int64_t until = now_ms() + patience_ms;
  struct pollfd sources[] = {{.fd = signals_fd, .events = POLLIN}, {.fd = log_pipe[0], .events = POLLIN}};
  for (int64_t left; postmaster.pid != 0 && (left = until - now_ms()) > 0; reap()) {
    struct signalfd_siginfo info;
    poll(sources, 2, (int)(left < 1000 ? left : 1000));
    if (sources[0].revents != 0 && read(signals_fd, &info, sizeof info) < 0) continue;
    ssize_t got = sources[1].revents != 0 ? read(log_pipe[0], text, sizeof text) : 0;
    if (got > 0) pass_on(text, (size_t)got);
  }
}

static void give_up(void) {
  int status;
  say("fatal", "the manager was started %d times within a minute and cannot be kept alive; PostgreSQL is stopped", most_restarts + 1);
  // an orphan of the manager is our child; another process that has got the pid is not
  if (postmaster.pid == 0 || waitpid(postmaster.pid, &status, WNOHANG) != 0) exit(software_error);
  kill(postmaster.pid, SIGINT);
  kill(postmaster.pid, SIGCONT);
  wait_for_postmaster(postmaster.budget_s * 1000LL);
  if (postmaster.pid != 0) kill(postmaster.pid, SIGQUIT);
  wait_for_postmaster(immediate_ms);
  exit(software_error);
}

static void manager_has_ended(int status) {
  char how[64];
  pid_t group = manager.pid;
  if (manager.channel >= 0) read_channel();
  if (manager.channel >= 0) close(manager.channel);
  manager.channel = -1, manager.pid = 0;
  if (manager.ends) exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
  kill(-group, SIGKILL); // what it ran for its own sake; the postmaster is in a session of its own
  int64_t now = now_ms();
  if (restarts[0] != 0 && now - restarts[0] < window_ms) give_up();
  int recent = 0;
  for (int i = 0; i < most_restarts; i++) recent += restarts[i] != 0 && now - restarts[i] < window_ms;
  memmove(restarts, restarts + 1, sizeof restarts - sizeof restarts[0]);
  restarts[most_restarts - 1] = now;
  start_at = recent == 0 ? now : now + (500LL << recent);
  say("error", "the manager %s; it is started again, and PostgreSQL runs on", describe(status, how, sizeof how));
}

// ---- the loop ----

static void reap(void) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == manager.pid) {
      manager_has_ended(status);
    } else if (pid == postmaster.pid) {
      postmaster.pid = 0;
      if (manager.channel >= 0) tell_end(pid, status);
      else untold.pid = pid, untold.status = status;
    }
  }
}

static void read_signals(void) {
  struct signalfd_siginfo info;
  while (read(signals_fd, &info, sizeof info) == (ssize_t)sizeof info) {
    int number = (int)info.ssi_signo;
    if (number == SIGCHLD) reap();
    if (number != SIGTERM && number != SIGINT && number != SIGQUIT && number != SIGHUP) continue;
    held_signals |= UINT64_C(1) << number;
    if (manager.pid == 0 && number != SIGHUP) start_at = now_ms(); // to stop PostgreSQL takes a manager
  }
}

int supervise(char *const arguments[]) {
  sigset_t all;
  sigfillset(&all);
  for (const int *fault = (const int[]){SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, 0}; *fault != 0; fault++) sigdelset(&all, *fault);
  sigprocmask(SIG_SETMASK, &all, NULL);
  signals_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals_fd < 0 || pipe2(log_pipe, O_CLOEXEC) < 0) {
    perror("pg-instance-manager");
    return software_error;
  }
  fcntl(log_pipe[0], F_SETPIPE_SZ, 1 << 20); // as much as there may be; it is read by the next manager
  if (getpid() != 1) prctl(PR_SET_CHILD_SUBREAPER, 1); // somebody else's init; the orphans of this container part are ours
  for (;;) {
    int64_t wait = start_at - now_ms();
    if (manager.pid == 0 && wait <= 0) start_manager(arguments);
    if (manager.pid != 0) wait = -1;
    struct pollfd sources[] = {{.fd = signals_fd, .events = POLLIN}, {.fd = manager.channel, .events = POLLIN}};
    poll(sources, 2, (int)(wait > 1000 ? 1000 : wait));
    if (sources[1].revents != 0 && manager.channel >= 0) read_channel();
    read_signals();
    deliver_signals();
  }
}
