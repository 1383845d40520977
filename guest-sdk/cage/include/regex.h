/* newlib's, which forgets a header that it needs. */
#ifndef _CAGE_REGEX_H
#define _CAGE_REGEX_H
#include <sys/types.h>
#include_next <regex.h>
#endif
