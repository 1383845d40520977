/* lfind and lsearch. */
#include <search.h>
#include <string.h>

typedef int comparison(const void *a, const void *b);

void *lfind(const void *key, const void *base, size_t *count, size_t size, comparison *compare) {
    const char *element = base;
    for (size_t i = 0; i < *count; i++, element += size) {
        if (compare(key, element) == 0) {
            return (void *)element;
        }
    }
    return NULL;
}

void *lsearch(const void *key, void *base, size_t *count, size_t size, comparison *compare) {
    void *found = lfind(key, base, count, size, compare);
    if (found == NULL) {
        found = memcpy((char *)base + *count * size, key, size);
        ++*count;
    }
    return found;
}
