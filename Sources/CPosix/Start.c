// What happens before main, where the standard library would look into /proc and fail without it.
#include "CPosix.h"

#include <stdint.h>

static int count;
static char **words;

// Swift's CommandLine finds its arguments by the stack's place in /proc/self/maps, and has none
// where that cannot be read.
#ifdef __GLIBC__
// glibc calls constructors with what main gets.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
  count = argc;
  words = argv;
}
#else
// musl does not, but its constructors run before the environment can have moved: right before it
// the kernel puts the words, and before these their count.
__attribute__((constructor)) static void find_arguments(void) {
  words = cposix_environment() - 1;
  while ((intptr_t)words[-1] != count) words--, count++;
}
#endif

int cposix_argument_count(void) { return count; }
char **cposix_arguments(void) { return words; }

// Swift's runtime asks for its crash reporter before main, and ends the process where it cannot read
// /proc/self/exe. A static executable has none beside it.
const char *swift_copyAuxiliaryExecutablePath(const char *name);
const char *swift_copyAuxiliaryExecutablePath(const char *name) {
  (void)name;
  return 0;
}
