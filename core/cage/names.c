#include "cage/names.h"

#include <string.h>

#include "cage/fdtable.h"

int32_t names_failed(struct cage *cage, struct name path, int32_t result) {
    if (result >= 0 || result == CALL_WAITS) {
        return result;
    }
    struct name_failure *failure = &cage->failure;
    failure->error = -result;
    failure->name_size = path.size < sizeof failure->name ? path.size : sizeof failure->name;
    if (failure->name_size > 0) {
        memcpy(failure->name, path.bytes, failure->name_size);
    }
    return result;
}

int32_t names_walk(struct cage *cage, struct file *at, struct name path, uint32_t flags,
                   struct place *to, struct entry *last) {
    *to = (struct place){NULL, NULL, false};
    cage->failure.why = WHY_NONE;
    cage->caller.why = &cage->failure.why;
    if (at != NULL && at->place.chan == NULL && path.size > 0) {
        return names_failed(cage, path, -MOX_ENOTDIR);
    }
    return names_failed(
        cage, path,
        ns_walk(&cage->view, &cage->caller, at ? &at->place : NULL, path, flags, to, last));
}

struct caller names_super(const struct cage *cage) {
    struct caller super = cage->caller;
    super.uid = 0;
    return super;
}

int32_t names_entry(struct cage *cage, struct file *at, struct name path, struct place *dir,
                    struct entry *last) {
    return names_walk(cage, at, path, WALK_PARENT | WALK_NO_FOLLOW, dir, last);
}

bool names_is_special(const struct entry *last) {
    const struct name name = names_last(last);
    return name.size == 0 || name_is(name, ".") || name_is(name, "..");
}

int32_t names_file_attributes(struct cage *cage, struct file *file, struct attributes *attributes) {
    if (file->place.chan) {
        return chan_attributes(file->place.chan, &cage->caller, attributes);
    }
    *attributes = (struct attributes){0};
    return file->ops->attributes ? file->ops->attributes(file, cage, attributes) : -MOX_EOPNOTSUPP;
}

bool names_check(const struct cage *cage) {
    return (cage->view.ns == NULL || view_check(&cage->view)) &&
           (cage->caller.environment == NULL || environment_check(cage->caller.environment));
}
