#include "moxbox/errno.h"

#include <stddef.h>

const char *mox_errno_text(int32_t error) {
    switch (error) {
#define ERRNO(name, number, sentence)                                                              \
    case number: return sentence;                                                                  \
        #include "base/errno.def"
    default: return NULL;
    }
}

const char *mox_errno_name(int32_t error) {
    switch (error) {
#define ERRNO(name, number, sentence)                                                              \
    case number: return "E" #name;                                                                 \
        #include "base/errno.def"
    default: return NULL;
    }
}
