#include "moxbox/status.h"

const char *mox_status_text(mox_status status) {
    static const char *const texts[MOX_STATUS_COUNT] = {
#define STATUS(name, sentence) [MOX_##name] = sentence,
#include "base/status.def"
    };
    if ((unsigned)status >= MOX_STATUS_COUNT) {
        return "not a status";
    }
    return texts[status];
}
