/* Runs a fuzz target once over each file named, or over each file in a folder named: the regression
 * test of everything that the fuzzers ever found, in builds that have no fuzzer. */
#include "bytes_in.h"

#include <dirent.h>

static unsigned replayed;

static void replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    long size = 0;
    MUST(file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0);
    rewind(file);
    /* Exactly as large as the file, so that the sanitizers see an access behind its end. */
    uint8_t *bytes = malloc(size == 0 ? 1 : (size_t)size);
    MUST(bytes != NULL && fread(bytes, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    printf("%s\n", path);
    fflush(stdout); /* the last line names the culprit when the process ends */
    (void)LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    replayed++;
}

static void replay(const char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) {
        replay_file(path);
        return;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char name[4096];
        MUST(snprintf(name, sizeof name, "%s/%s", path, entry->d_name) < (int)sizeof name);
        if (entry->d_name[0] != '.') {
            replay_file(name);
        }
    }
    closedir(folder);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        replay(argv[i]);
    }
    printf("%u inputs replayed\n", replayed);
    return replayed == 0;
}
