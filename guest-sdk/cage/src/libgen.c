/* The parts of a path. Both may change what they are given, as POSIX allows. */
#include <libgen.h>
#include <string.h>

static char dot[] = ".";
static char slash[] = "/";

/* Cuts slashes off the end of path[0..size), but not the first byte. */
static size_t trim(const char *path, size_t size) {
    while (size > 1 && path[size - 1] == '/') {
        size--;
    }
    return size;
}

/* <libgen.h> makes basename another name of this one, so that <string.h> can have GNU's. */
char *__xpg_basename(char *path) {
    if (path == NULL || *path == '\0') {
        return dot;
    }
    path[trim(path, strlen(path))] = '\0';
    char *last = strrchr(path, '/');
    return last == NULL || last[1] == '\0' ? path : last + 1;
}

char *dirname(char *path) {
    if (path == NULL || *path == '\0') {
        return dot;
    }
    size_t size = trim(path, strlen(path));
    while (size > 0 && path[size - 1] != '/') {
        size--;
    }
    if (size == 0) {
        return dot;
    }
    size = trim(path, size);
    if (size == 1 && *path == '/') {
        return slash;
    }
    path[size] = '\0';
    return path;
}
