// What keeps a process's memory and environment from others of its user, and its file as it is.
#define _GNU_SOURCE
#include "CPosix.h"

#include <sys/prctl.h>

void cposix_set_dumpable(bool is_dumpable) { prctl(PR_SET_DUMPABLE, is_dumpable, 0, 0, 0); }

int cposix_open_program(const char *path) {
  // Without O_NONBLOCK a pipe would wait for its writer.
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  return file < 0 && errno == EACCES ? open(path, O_PATH | O_CLOEXEC) : file;
}

int cposix_take_lease(int descriptor) {
  // A broken lease sends a signal. SIGIO would end this process, or reach the app. SIGCHLD is one that
  // whoever starts agents expects at any time.
  if (fcntl(descriptor, F_SETSIG, SIGCHLD) < 0) return -1;
  return fcntl(descriptor, F_SETLEASE, F_RDLCK);
}

void cposix_return_lease(int descriptor) { fcntl(descriptor, F_SETLEASE, F_UNLCK); }
