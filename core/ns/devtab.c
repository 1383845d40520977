/* Which devices there are, in the order of Inferno's configuration; and #*, any of them by its name
 * ("#*cons", "#*boot!spec"). */
#include "ns/dev_rows.h"

#include <string.h>

#include "moxbox/errno.h"

static const struct dev *const devtab[] = {
    &root_device, &cons_device, &env_device,  &pipe_device,  &prog_device,
    &dup_device,  &fs_device,   &boot_device, &indir_device,
};

const struct dev *devtab_at(uint32_t index) {
    return index < sizeof devtab / sizeof *devtab ? devtab[index] : NULL;
}

const struct dev *devtab_letter(uint32_t letter) {
    for (uint32_t i = 0; i < sizeof devtab / sizeof *devtab; i++) {
        if (devtab[i]->letter == letter) {
            return devtab[i];
        }
    }
    return NULL;
}

const struct dev *devtab_name(struct name name) {
    for (uint32_t i = 0; i < sizeof devtab / sizeof *devtab; i++) {
        if (name_is(name, devtab[i]->name)) {
            return devtab[i];
        }
    }
    return NULL;
}

static int32_t indir_attach(struct machine_devices *devices, const struct caller *caller,
                            struct name spec, struct chan **root) {
    if (spec.size == 0) {
        return chan_refuse(caller, MOX_EINVAL, WHY_SPEC);
    }
    struct name rest = {"", 0};
    const char *mark = memchr(spec.bytes, '!', spec.size);
    if (mark) {
        const uint32_t name_size = (uint32_t)(mark - spec.bytes);
        rest = (struct name){mark + 1, spec.size - name_size - 1};
        spec.size = name_size;
    }
    const struct dev *dev = devtab_name(spec);
    if (dev == NULL || dev == &indir_device) {
        return chan_refuse(caller, MOX_ENODEV, WHY_DEVICE);
    }
    return chan_attach(dev, devices, caller, rest, root);
}

const struct dev indir_device = {
    .letter = '*',
    .name = "indir",
    .attach = indir_attach,
};
