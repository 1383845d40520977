#ifndef _SYS_RANDOM_H
#define _SYS_RANDOM_H
#include <sys/types.h>
#define GRND_NONBLOCK 1
#define GRND_RANDOM 2
_BEGIN_STD_C
ssize_t getrandom(void *__to, size_t __size, unsigned __flags);
int getentropy(void *__to, size_t __size);
_END_STD_C
#endif
