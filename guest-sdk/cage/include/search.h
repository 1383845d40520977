/* newlib's, with linear search. */
#ifndef _CAGE_SEARCH_H
#define _CAGE_SEARCH_H
#include_next <search.h>
_BEGIN_STD_C
void *lfind(const void *__key, const void *__base, size_t *__count, size_t __size,
            int (*__compare)(const void *, const void *));
void *lsearch(const void *__key, void *__base, size_t *__count, size_t __size,
              int (*__compare)(const void *, const void *));
_END_STD_C
#endif
