/* The table of mounts, which is empty here. */
#include <mntent.h>

FILE *setmntent(const char *path, const char *mode) {
    (void)path;
    return fopen("/dev/null", mode);
}

struct mntent *getmntent(FILE *file) {
    (void)file;
    return NULL;
}

int endmntent(FILE *file) {
    (void)fclose(file);
    return 1;
}
