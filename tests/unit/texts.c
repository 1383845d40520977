/* Every status and every error has a text of its own, and nothing else has one. */
#include <string.h>

#include "moxbox/errno.h"
#include "moxbox/status.h"
#include "unit/check.h"

enum { ERRNO_END = 200 };

static void statuses(void) {
    for (unsigned i = 0; i < MOX_STATUS_COUNT; i++) {
        const char *text = mox_status_text((mox_status)i);
        CHECK(strlen(text) > 5);
        for (unsigned j = 0; j < i; j++) {
            CHECK(strcmp(text, mox_status_text((mox_status)j)) != 0);
        }
    }
    CHECK_TEXT(mox_status_text(MOX_STATUS_COUNT), "not a status");
}

static void errors(void) {
    int known = 0;
    for (int32_t i = -1; i < ERRNO_END; i++) {
        const char *name = mox_errno_name(i);
        CHECK((name == NULL) == (mox_errno_text(i) == NULL));
        if (name != NULL) {
            CHECK(name[0] == 'E' && strlen(mox_errno_text(i)) > 3);
            known++;
        }
    }
    CHECK(known > 80);
    CHECK_TEXT(mox_errno_name(MOX_ENOENT), "ENOENT");
    CHECK(mox_errno_name(0) == NULL);
}

int main(void) {
    statuses();
    errors();
    return check_report("texts");
}
