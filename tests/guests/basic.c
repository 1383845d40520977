/*
 * Walks the memory map as a program without any library help would, and hands the first data file
 * back.
 *
 * Input:  data file 0.
 * Output: the same bytes.
 * Exit status: 0; 2 when the map has no end, 3 when there is no data file, 4 when the map does not
 * list program, stack and itself.
 */
#include <sandboxrt.h>
#include <string.h>

enum { MORE_THAN_ANY_MAP = 10000 };

static const struct moxie_memory_map_ent *find(const char *tag) {
    const struct moxie_memory_map_ent *entry = moxie_memmap;
    for (unsigned i = 0; i < MORE_THAN_ANY_MAP; i++, entry++) {
        if (entry->addr == 0 && entry->length == 0) {
            return NULL;
        }
        if (strstr(entry->tags, tag) != NULL) {
            return entry;
        }
    }
    return NULL;
}

int main(void) {
    unsigned count = 0;
    while (moxie_memmap[count].addr != 0) {
        if (++count == MORE_THAN_ANY_MAP) {
            return 2;
        }
    }
    const struct moxie_memory_map_ent *data = find("data0,");
    if (data == NULL) {
        return 3;
    }
    const struct moxie_memory_map_ent *map = find("mapdesc,");
    if (find("elf0,") == NULL || find("stack,") == NULL || map == NULL ||
        map->addr != (uint32_t)moxie_memmap || map->length != (count + 1) * sizeof *map) {
        return 4;
    }
    setreturn((const void *)data->addr, data->length);
    return 0;
}
