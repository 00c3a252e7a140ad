// Calls of Embedded Swift's runtime that musl does not have or has in a slow form, and two that Swift
// 6.3.1 has wrong.
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
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

// A string holds a pointer whose highest bits tell what kind of string it is. Swift's own calls return
// the pointer without these bits, and code for arm64 goes on with what is returned instead of what was
// passed (swiftlang/swift, pull request 91151). These take the place of the weak symbols.
void *swift_retain_n(void *object, uint32_t count);
void *swift_bridgeObjectRetain_n(void *reference, uint32_t count);
void *swift_bridgeObjectRetain_n(void *reference, uint32_t count) {
  swift_retain_n((void *)((uintptr_t)reference & 0x8ffffffffffffff8), count);
  return reference;
}

void *swift_bridgeObjectRetain(void *reference);
void *swift_bridgeObjectRetain(void *reference) { return swift_bridgeObjectRetain_n(reference, 1); }
#endif
