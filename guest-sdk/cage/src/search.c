/* execvp: newlib's has room for 255 bytes of a path and no way on from a folder that may not be
 * searched. */
#include <errno.h>
#include <limits.h>
#include <paths.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Starts a file; one that is no program is a script of the shell, as POSIX has it. */
static void start(const char *path, char *const argv[]) {
    (void)execve(path, argv, environ);
    if (errno != ENOEXEC) {
        return;
    }
    int count = 0;
    while (argv[count] != NULL) {
        count++;
    }
    const char **const script = malloc(((size_t)count + 3) * sizeof *script);
    if (script == NULL) {
        errno = ENOMEM;
        return;
    }
    script[0] = _PATH_BSHELL;
    script[1] = path;
    script[2] = NULL;
    for (int i = 1; i < count + 1; i++) {
        script[i + 1] = argv[i];
    }
    (void)execve(_PATH_BSHELL, (char *const *)script, environ);
    free(script);
}

int execvp(const char *file, char *const argv[]) {
    const char *path = getenv("PATH");
    const size_t name = strlen(file);
    bool denied = false;
    if (name == 0) {
        errno = ENOENT;
        return -1;
    }
    if (strchr(file, '/') != NULL) {
        start(file, argv);
        return -1;
    }
    path = path != NULL ? path : "/bin:/usr/bin";
    for (;;) {
        char whole[PATH_MAX];
        const size_t folder = strcspn(path, ":");
        if (folder + 1 + name < sizeof whole) {
            memcpy(whole, path, folder);
            whole[folder] = '/';
            memcpy(whole + folder + (folder != 0), file, name + 1);
            start(whole, argv);
            if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
                return -1;
            }
            denied = denied || errno == EACCES;
        }
        if (path[folder] == '\0') {
            break;
        }
        path += folder + 1;
    }
    errno = denied ? EACCES : ENOENT;
    return -1;
}
