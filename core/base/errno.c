#include "moxbox/errno.h"

#include <stddef.h>

static const struct {
    int32_t number;
    const char *name;
    const char *text;
} errors[] = {
#define ERRNO(name, number, sentence) {number, "E" #name, sentence},
#include "base/errno.def"
};

enum { ERRORS = sizeof errors / sizeof *errors };

const char *mox_errno_text(int32_t error) {
    for (int32_t i = 0; i < ERRORS; i++) {
        if (errors[i].number == error) {
            return errors[i].text;
        }
    }
    return NULL;
}

const char *mox_errno_name(int32_t error) {
    for (int32_t i = 0; i < ERRORS; i++) {
        if (errors[i].number == error) {
            return errors[i].name;
        }
    }
    return NULL;
}
