// PID 1 of the container: keeps the manager alive, and PostgreSQL with it.
//
//  - It reaps every orphan. The postmaster never becomes their parent: one that exits with 2 would look to it like a
//    crashed backend (https://github.com/docker-library/postgres/issues/1349).
//  - It holds signals back until the manager says that it listens, then forwards them.
//  - When the manager ends and had said so, it ends with the same exit code. When the manager dies without having said
//    so, PostgreSQL runs on and the manager is started again. A manager that cannot be kept alive is given up.
//  - In whatever way it comes to the end, a PostgreSQL that still runs is stopped first, its budget waited out.
//
// The manager talks through a stream socket, one line each:
//   listening             its signal handlers are in place
//   guard PID SECONDS     this is the postmaster, and how long it may take to stop; 0: there is none
//   lock PATH             lock this folder for as long as the container lives; answered by locked, busy or unlockable
//   end                   the next exit is meant
// and hears about a postmaster that it is not (any more) the parent of, until it says guard about another or none:
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
static struct { pid_t pid; int status; } ended;             // a postmaster, told to every manager until one has understood
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

static void tell(const char *format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  // a manager that has just died does not hear it; the next one is told again
  if (send(manager.channel, line, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
}

static int end_number(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status); }

static void tell_end(void) {
  if (ended.pid != 0) tell("exited %d %s %d\n", (int)ended.pid, WIFSIGNALED(ended.status) ? "signal" : "code", end_number(ended.status));
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
  setsid(); // a group of its own to be killed by, and no job control where there is a terminal
  setenv("PGIM_INIT", "1", 1);
  int code = run_program(arguments);
  if (write(channel_fd, "end\n", 4) < 0) code = software_error; // trying again would not help
  _exit(code);
}

static void start_manager(char *const arguments[]) {
  int sockets[2] = {-1, -1};
  pid_t pid = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0 ? -1 : fork();
  if (pid == 0) become_manager(sockets[1], arguments);
  if (pid < 0) {
    say("error", "the manager cannot be started (%s); it is tried again", strerror(errno));
    start_at = now_ms() + 1000;
    close(sockets[0]);
    close(sockets[1]);
    return;
  }
  close(sockets[1]);
  manager.pid = pid, manager.channel = sockets[0], manager.listens = manager.ends = false, manager.filled = 0;
  held_signals |= stop_signals; // its predecessor was told to stop and can no longer do so
  tell_end();
}

static void deliver_signals(void) {
  for (int number = 1; manager.listens && held_signals != 0 && number < 64; number++) {
    uint64_t bit = UINT64_C(1) << number;
    if ((held_signals & bit) == 0) continue;
    held_signals &= ~bit;
    if (number != SIGHUP) stop_signals |= bit;
    send_signal(manager.pid, number);
  }
}

static void heard(const char *line) {
  static const char *const lock_answers[] = {[folder_locked] = "locked", [folder_busy] = "busy", [folder_unlockable] = "unlockable"};
  int pid, budget_s;
  if (strcmp(line, "listening") == 0) manager.listens = true;
  else if (strcmp(line, "end") == 0) manager.ends = true;
  else if (strncmp(line, "lock ", 5) == 0) tell("%s\n", lock_answers[lock_folder(line + 5)]);
  else if (sscanf(line, "guard %d %d", &pid, &budget_s) == 2 && pid >= 0) {
    postmaster.pid = pid, postmaster.budget_s = budget_s;
    if (pid != ended.pid) ended.pid = 0;
  }
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
    // no line of ours is that long; neither is its rest a line
    if (manager.filled == sizeof manager.line - 1) manager.line[0] = '\0', manager.filled = 1;
  }
}

// ---- the end ----

// While nobody else reads PostgreSQL's log it must not run full: PostgreSQL would wait, and could not be stopped.
static void wait_for_postmaster(int64_t patience_ms) {
  int64_t until = now_ms() + patience_ms;
  struct pollfd sources[] = {{.fd = signals_fd, .events = POLLIN}, {.fd = log_pipe[0], .events = POLLIN}};
  for (int64_t left; postmaster.pid != 0 && (left = until - now_ms()) > 0; reap()) {
    struct signalfd_siginfo info;
    poll(sources, 2, (int)(left < 1000 ? left : 1000));
    while (read(signals_fd, &info, sizeof info) > 0) continue; // it cannot be stopped more than that
    pass_on_from(log_pipe[0]);
  }
}

static _Noreturn void end(int code) {
  // an orphan of the manager is our child; another process that has got the pid is not
  if (postmaster.pid != 0 && waitpid(postmaster.pid, NULL, WNOHANG) != 0) postmaster.pid = 0;
  if (postmaster.pid != 0) {
    send_signal(postmaster.pid, SIGINT);
    send_signal(postmaster.pid, SIGCONT);
    wait_for_postmaster(postmaster.budget_s * 1000LL);
    if (postmaster.pid != 0) send_signal(postmaster.pid, SIGQUIT);
    wait_for_postmaster(immediate_ms);
  }
  for (int i = 0; i < 16 && pass_on_from(log_pipe[0]); i++) continue; // its last words; orphans could go on for ever
  exit(code);
}

static void manager_has_ended(int status) {
  if (manager.channel >= 0) read_channel(); // what it said last
  if (manager.channel >= 0) close(manager.channel);
  manager.channel = -1, manager.pid = 0, manager.listens = false;
  if (manager.ends) end((WIFSIGNALED(status) ? 128 : 0) + end_number(status));
  int64_t now = now_ms();
  int recent = 0;
  for (int i = 0; i < most_restarts; i++) recent += restarts[i] != 0 && now - restarts[i] < window_ms;
  const char *how = WIFSIGNALED(status) ? "was killed by signal" : "exited with code";
  if (recent == most_restarts) {
    say("fatal", "the manager %s %d; it was started %d times within a minute and cannot be kept alive, so PostgreSQL is stopped", how, end_number(status), recent + 1);
    end(software_error);
  }
  memmove(restarts, restarts + 1, sizeof restarts - sizeof restarts[0]);
  restarts[most_restarts - 1] = now;
  start_at = recent == 0 ? now : now + (500LL << recent);
  say("error", "the manager %s %d; it is started again, and PostgreSQL runs on", how, end_number(status));
}

// ---- the loop ----

static void reap(void) {
  for (siginfo_t dead = {0}; waitid(P_ALL, 0, &dead, WEXITED | WNOHANG | WNOWAIT) == 0 && dead.si_pid != 0; dead.si_pid = 0) {
    int status;
    // What it ran for its own sake, before the number may become another's. The postmaster is in a session of its own.
    if (dead.si_pid == manager.pid) send_signal(-manager.pid, SIGKILL);
    waitpid(dead.si_pid, &status, 0);
    if (dead.si_pid == manager.pid) {
      manager_has_ended(status);
    } else if (dead.si_pid == postmaster.pid) {
      ended.pid = postmaster.pid, ended.status = status, postmaster.pid = 0;
      tell_end();
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
    if (manager.pid == 0 && start_at <= now_ms()) start_manager(arguments);
    int64_t wait = start_at - now_ms();
    int timeout_ms = manager.pid != 0 ? -1 : wait < 0 ? 0 : wait > 1000 ? 1000 : (int)wait;
    struct pollfd sources[] = {{.fd = signals_fd, .events = POLLIN}, {.fd = manager.channel, .events = POLLIN}};
    poll(sources, 2, timeout_ms);
    if (sources[1].revents != 0 && manager.channel >= 0) read_channel();
    read_signals();
    deliver_signals();
  }
}
