// What happens before main. The standard library would read /proc for it, and fail without it.
#include "CPosix.h"

#include <stdint.h>

static int count;
static char **words;

// Swift's CommandLine finds its arguments by the stack's address in /proc/self/maps. It is empty if
// that cannot be read.
#ifdef __GLIBC__
// glibc gives constructors the arguments of main.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
  count = argc;
  words = argv;
}
#else
// musl does not, but its constructors run before the environment can have moved. The kernel puts the
// words right before it, and their count before them.
__attribute__((constructor)) static void find_arguments(void) {
  words = cposix_environment() - 1;
  while ((intptr_t)words[-1] != count) words--, count++;
}
#endif

int cposix_argument_count(void) { return count; }
char **cposix_arguments(void) { return words; }

// Swift's runtime looks for its crash reporter before main, and ends the process if it cannot read
// /proc/self/exe. A static executable has no crash reporter.
const char *swift_copyAuxiliaryExecutablePath(const char *name);
const char *swift_copyAuxiliaryExecutablePath(const char *name) {
  (void)name;
  return 0;
}
