// The C library's calls for Swift. Macros and variadic functions are wrapped: Swift does not import
// them.
#pragma once

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define SWIFT(name) __attribute__((swift_name(name)))

SWIFT("getter:errno()") static inline int cposix_get_errno(void) { return errno; }
SWIFT("setter:errno(_:)") static inline void cposix_set_errno(int code) { errno = code; }

typedef void (*cposix_handler)(int);
SWIFT("getter:SIG_IGN()") static inline cposix_handler cposix_ignore(void) { return SIG_IGN; }
SWIFT("getter:SIG_DFL()") static inline cposix_handler cposix_default(void) { return SIG_DFL; }

static inline int cposix_open(const char *path, int flags) SWIFT("open(_:_:)");
static inline int cposix_open(const char *path, int flags) { return open(path, flags); }
static inline int cposix_create(const char *path, int flags, mode_t mode) SWIFT("open(_:_:_:)");
static inline int cposix_create(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int cposix_fcntl(int fd, int command) SWIFT("fcntl(_:_:)");
static inline int cposix_fcntl(int fd, int command) { return fcntl(fd, command); }
static inline int cposix_fcntl_with(int fd, int command, int value) SWIFT("fcntl(_:_:_:)");
static inline int cposix_fcntl_with(int fd, int command, int value) { return fcntl(fd, command, value); }
