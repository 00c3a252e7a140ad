// Calls of Embedded Swift's runtime that musl does not have, or has in a slow form.
#include <errno.h>
#include <stddef.h>
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

// Swift allocates everything by this call, and almost never needs more alignment than malloc gives.
// musl's own allocates a larger piece each time and splits it.
int posix_memalign(void **memory, size_t alignment, size_t size) {
  *memory = alignment <= _Alignof(max_align_t) ? malloc(size) : aligned_alloc(alignment, size);
  return *memory ? 0 : ENOMEM;
}
#endif
