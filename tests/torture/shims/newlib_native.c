/* What newlib's libm takes from newlib's C library, for a native program that has only its libm. */
#include <reent.h>

static struct _reent only;
struct _reent *_impure_ptr = &only;

int *__errno(void);

int *__errno(void) {
    return &only._errno;
}
