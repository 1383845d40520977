/*
 * The system call mmap: what it takes, what it refuses, and what it gives.
 *
 * Input:  none.
 * Exit status: 0, or the number of the check that failed.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

enum { PAGE = 4096, ALL = PROT_EXEC | PROT_READ | PROT_WRITE, ANON = MAP_PRIVATE | MAP_ANONYMOUS };

static int refused(void *addr, size_t length, int prot, int flags, int expected) {
    errno = 0;
    return mmap(addr, length, prot, flags, -1, 0) == MAP_FAILED && errno == expected;
}

static int gives_zeroed(size_t length) {
    uint8_t *p = mmap(NULL, length, ALL, ANON, -1, 0);
    if (p == MAP_FAILED || ((uintptr_t)p & (PAGE - 1)) != 0) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        if (p[i] != 0) {
            return 0;
        }
        p[i] = (uint8_t)(i * 7);
    }
    for (size_t i = 0; i < length; i++) {
        if (p[i] != (uint8_t)(i * 7)) {
            return 0;
        }
    }
    return 1;
}

/* Code that was written at run time runs: `ldi.l $r0, 42` and `ret`. */
static int runs_code(void) {
    uint8_t *p = mmap(NULL, PAGE, ALL, ANON, -1, 0);
    static const uint8_t code[] = {0x20, 0x01, 42, 0, 0, 0, 0x00, 0x04};
    if (p == MAP_FAILED) {
        return 0;
    }
    for (unsigned i = 0; i < sizeof code; i++) {
        p[i] = code[i];
    }
    return ((int (*)(void))(uintptr_t)p)() == 42;
}

int main(void) {
    if (!gives_zeroed(PAGE) || !gives_zeroed(3 * PAGE)) {
        return 1;
    }
    uint8_t *a = mmap(NULL, PAGE, ALL, ANON, -1, 0);
    uint8_t *b = mmap(NULL, PAGE, ALL, ANON, -1, 0);
    if (b < a + 2 * PAGE) {
        return 2; /* an unmapped page lies between two regions */
    }
    if (!refused(NULL, 0, ALL, ANON, EINVAL) || !refused(NULL, 1, ALL, ANON, EINVAL) ||
        !refused(NULL, PAGE + 1, ALL, ANON, EINVAL)) {
        return 3;
    }
    if (!refused(a, PAGE, ALL, ANON, EINVAL)) {
        return 4;
    }
    if (!refused(NULL, PAGE, PROT_READ | PROT_WRITE, ANON, EINVAL) ||
        !refused(NULL, PAGE, ALL, MAP_SHARED, EINVAL) ||
        !refused(NULL, PAGE, ALL, MAP_PRIVATE, EINVAL)) {
        return 5;
    }
    if (!refused(NULL, 0xfffff000u, ALL, ANON, ENOMEM)) {
        return 6;
    }
    return runs_code() ? 0 : 7;
}
