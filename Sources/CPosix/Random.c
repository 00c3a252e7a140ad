// Embedded Swift's source of random numbers, which glibc has since 2.36 and musl has not.
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#ifndef __GLIBC__

void arc4random_buf(void *buffer, size_t count);
void arc4random_buf(void *buffer, size_t count) {
  char *next = buffer;
  while (count > 0) {
    ssize_t got = getrandom(next, count, 0);
    if (got < 0 && errno != EINTR) abort();
    if (got > 0) next += got, count -= (size_t)got;
  }
}
#endif
