/* #e: the variables of the caller's environment group, one file each. A group is shared by the
 * cages that fork made until one of them asks for its own (pctl). */
#include "ns/dev_rows.h"

#include <string.h>

#include "base/alloc.h"
#include "base/codec.h"
#include "moxbox/errno.h"

enum { ENV_DIR_MODE = MODE_DIR | 0777, VARIABLE_MODE = MODE_FILE | 0666 };

struct variable {
    struct variable *next; /* in the order of names */
    uint64_t path;
    uint8_t *value; /* NULL: empty */
    uint32_t size;
    uint32_t name_size;
    char name[];
};

struct environment {
    uint32_t refs;
    uint32_t id;
    uint64_t paths; /* variables made so far */
    uint32_t count;
    struct machine_devices *devices;
    struct variable *first;
};

int32_t environment_new(struct machine_devices *devices, struct environment **environment) {
    *environment = alloc_get(&devices->allocator, sizeof **environment);
    if (*environment == NULL) {
        return -MOX_ENOMEM;
    }
    (*environment)->refs = 1;
    (*environment)->id = ++devices->groups;
    (*environment)->devices = devices;
    return 0;
}

static void variable_free(struct machine_devices *devices, struct variable *variable) {
    alloc_give(&devices->blocks, variable->value, variable->size);
    alloc_give(&devices->allocator, variable, sizeof *variable + variable->name_size);
}

void environment_hold(struct environment *environment) {
    if (environment) {
        environment->refs++;
    }
}

void environment_drop(struct environment *environment) {
    if (environment == NULL || --environment->refs > 0) {
        return;
    }
    for (struct variable *variable = environment->first, *next; variable; variable = next) {
        next = variable->next;
        variable_free(environment->devices, variable);
    }
    alloc_give(&environment->devices->allocator, environment, sizeof *environment);
}

/* Where a variable of this name is, or would be. */
static struct variable **find(struct environment *environment, struct name name) {
    struct variable **at = &environment->first;
    while (*at && name_before((*at)->name, (*at)->name_size, name.bytes, name.size)) {
        at = &(*at)->next;
    }
    return at;
}

static bool is_named(const struct variable *variable, struct name name) {
    return variable && variable->name_size == name.size &&
           memcmp(variable->name, name.bytes, name.size) == 0;
}

static int32_t add(struct environment *environment, struct name name, struct variable **made) {
    struct variable **at = find(environment, name);
    if (is_named(*at, name)) {
        return -MOX_EEXIST;
    }
    if (environment->count == ENVIRONMENT_VARIABLES) {
        return -MOX_ENOSPC;
    }
    struct variable *variable =
        alloc_get(&environment->devices->allocator, sizeof *variable + name.size);
    if (variable == NULL) {
        return -MOX_ENOMEM;
    }
    variable->path = ++environment->paths;
    variable->name_size = name.size;
    memcpy(variable->name, name.bytes, name.size);
    variable->next = *at;
    *at = variable;
    environment->count++;
    *made = variable;
    return 0;
}

/* Bytes that are new are zero. */
static int32_t resize(struct machine_devices *devices, struct variable *variable, uint32_t size) {
    uint8_t *value = NULL;
    if (size > 0) {
        value = alloc_get(&devices->blocks, size);
        if (value == NULL) {
            return -MOX_ENOMEM;
        }
        if (variable->size > 0) {
            memcpy(value, variable->value, variable->size < size ? variable->size : size);
        }
    }
    alloc_give(&devices->blocks, variable->value, variable->size);
    variable->value = value;
    variable->size = size;
    return 0;
}

int32_t environment_copy(struct machine_devices *devices, const struct environment *from,
                         struct environment **environment) {
    struct environment *copy;
    if (environment_new(devices, &copy) < 0) {
        return -MOX_ENOMEM;
    }
    for (const struct variable *one = from->first; one; one = one->next) {
        struct variable *variable;
        if (add(copy, (struct name){one->name, one->name_size}, &variable) < 0 ||
            resize(devices, variable, one->size) < 0) {
            environment_drop(copy);
            return -MOX_ENOMEM;
        }
        if (one->size > 0) {
            memcpy(variable->value, one->value, one->size);
        }
    }
    *environment = copy;
    return 0;
}

const uint8_t *environment_get(const struct environment *environment, struct name name,
                               uint32_t *size) {
    for (const struct variable *one = environment->first; one; one = one->next) {
        if (is_named(one, name)) {
            *size = one->size;
            return one->value ? one->value : (const uint8_t *)"";
        }
    }
    return NULL;
}

bool environment_check(const struct environment *environment) {
    uint32_t count = 0;
    for (const struct variable *one = environment->first; one; one = one->next) {
        if ((one->size > 0) != (one->value != NULL) || one->size > ENVIRONMENT_VALUE ||
            one->path > environment->paths ||
            (one->next &&
             !name_before(one->name, one->name_size, one->next->name, one->next->name_size))) {
            return false;
        }
        count++;
    }
    return environment->refs > 0 && count == environment->count && count <= ENVIRONMENT_VARIABLES;
}

static void variable_codec(struct codec *codec, struct machine_devices *devices,
                           struct variable **at) {
    const uint32_t name_size =
        codec_most(codec, codec->loads ? 0 : (*at)->name_size, NAME_MAX_BYTES);
    if (codec->loads) {
        *at = codec_get(codec, &devices->allocator, sizeof **at + name_size);
    }
    struct variable *variable = *at;
    if (variable == NULL) {
        return;
    }
    variable->name_size = name_size;
    codec_bytes(codec, variable->name, name_size);
    codec_wide(codec, &variable->path);
    variable->size = codec_most(codec, variable->size, ENVIRONMENT_VALUE);
    if (codec->loads) {
        variable->value = codec_get(codec, &devices->blocks, variable->size);
    }
    if (codec_good(codec)) {
        codec_bytes(codec, variable->value, variable->size);
    }
}

static void environment_body(struct codec *codec, void *object) {
    struct environment *environment = object;
    struct variable **at = &environment->first;
    environment->devices = codec->devices;
    codec_word(codec, &environment->id);
    codec_wide(codec, &environment->paths);
    environment->count = codec_most(codec, environment->count, ENVIRONMENT_VARIABLES);
    for (uint32_t i = 0; i < environment->count && codec_good(codec); i++) {
        variable_codec(codec, codec->devices, at);
        at = *at != NULL ? &(*at)->next : at;
    }
}

static bool environment_end(struct codec *codec, void *object) {
    (void)codec;
    return environment_check(object);
}

void environment_codec(struct codec *codec, struct environment **environment) {
    static const struct codec_kind kind = {
        .size = sizeof **environment, .body = environment_body, .end = environment_end};
    *environment = codec_reference(codec, &kind, *environment);
    if (codec->loads) {
        environment_hold(*environment);
    }
}

static struct environment *group_of(const struct chan *chan, const struct caller *caller) {
    return chan->node ? chan->node : caller->environment;
}

/* Of a file: it may be gone. */
static struct variable *variable_of(const struct chan *chan) {
    const struct environment *environment = chan->node;
    struct variable *one = environment->first;
    while (one && one->path != chan->qid.path) {
        one = one->next;
    }
    return one;
}

static int32_t env_attach(struct machine_devices *devices, const struct caller *caller,
                          struct name spec, struct chan **root) {
    return attach_plain(&env_device, devices, caller, spec, root);
}

static int32_t file_chan(struct chan *dir, struct environment *environment,
                         const struct variable *variable, struct chan **to) {
    *to = chan_new(dir->devices, &env_device, environment->id, qid_of(variable->path, MODE_FILE),
                   environment);
    if (*to == NULL) {
        return -MOX_ENOMEM;
    }
    environment_hold(environment);
    return 0;
}

static int32_t env_walk(struct chan *dir, const struct caller *caller, struct name name,
                        struct chan **to) {
    struct environment *environment = caller->environment;
    if (name_is(name, "..")) {
        return chan_beside(dir, 0, MODE_DIR, NULL, to);
    }
    if (environment == NULL) {
        return -MOX_ENOENT;
    }
    struct variable *variable = *find(environment, name);
    return is_named(variable, name) ? file_chan(dir, environment, variable, to) : -MOX_ENOENT;
}

static int32_t env_get_attributes(struct chan *chan, const struct caller *caller,
                                  struct attributes *attributes) {
    (void)caller;
    attributes_set(attributes, chan_is_dir(chan) ? ENV_DIR_MODE : VARIABLE_MODE, 0, 0,
                   chan->devices->start_time);
    if (!chan_is_dir(chan)) {
        const struct variable *variable = variable_of(chan);
        attributes->links = variable != NULL;
        attributes->size = variable ? variable->size : 0;
        attributes->blocks = (attributes->size + 511) / 512;
    }
    return 0;
}

static int32_t env_set_attributes(struct chan *chan, const struct caller *caller,
                                  const struct attribute_change *change) {
    (void)caller;
    if (chan_is_dir(chan) || (change->set & ~(uint32_t)(SET_SIZE | SET_ATIME | SET_MTIME)) != 0) {
        return -MOX_EPERM;
    }
    if ((change->set & SET_SIZE) == 0) {
        return 0; /* variables have no times of their own */
    }
    struct variable *variable = variable_of(chan);
    if (variable == NULL) {
        return -MOX_ENOENT;
    }
    if (change->size > ENVIRONMENT_VALUE) {
        return -MOX_EFBIG;
    }
    return resize(chan->devices, variable, (uint32_t)change->size);
}

static int32_t env_open(struct chan **chan, struct caller *caller, uint32_t mode) {
    const int32_t result =
        may_open(caller, 0, 0, chan_is_dir(*chan) ? ENV_DIR_MODE : VARIABLE_MODE, mode);
    if (result == 0 && (mode & OPEN_TRUNCATE) != 0) {
        return env_set_attributes(*chan, caller, &(struct attribute_change){.set = SET_SIZE});
    }
    return result;
}

static int32_t env_create(struct chan *dir, const struct caller *caller, struct name name,
                          const struct creation *creation, struct chan **made) {
    struct environment *environment = caller->environment;
    struct variable *variable;
    if ((creation->mode & MODE_TYPE) != MODE_FILE || environment == NULL) {
        return -MOX_EPERM;
    }
    int32_t result = add(environment, name, &variable);
    if (result == 0) {
        result = file_chan(dir, environment, variable, made);
        if (result < 0) {
            struct variable **at = find(environment, name);
            *at = variable->next;
            environment->count--;
            variable_free(environment->devices, variable);
        }
    }
    return result;
}

static int32_t env_read(struct chan *chan, struct caller *caller, uint64_t offset, uint8_t *to,
                        uint32_t size) {
    (void)caller;
    const struct variable *variable = variable_of(chan);
    return variable ? read_bytes(variable->value, variable->size, offset, to, size) : -MOX_ENOENT;
}

static int32_t env_write(struct chan *chan, struct caller *caller, uint64_t *offset,
                         const uint8_t *from, uint32_t size) {
    (void)caller;
    struct variable *variable = variable_of(chan);
    if (variable == NULL) {
        return -MOX_ENOENT;
    }
    if (chan->mode & OPEN_APPEND) {
        *offset = variable->size;
    }
    if (size > ENVIRONMENT_VALUE || *offset > ENVIRONMENT_VALUE - size) {
        return -MOX_EFBIG;
    }
    const uint32_t end = (uint32_t)*offset + size;
    if (end > variable->size && size > 0 && resize(chan->devices, variable, end) < 0) {
        return -MOX_ENOMEM;
    }
    if (size > 0) {
        memcpy(variable->value + *offset, from, size);
    }
    return (int32_t)size;
}

static int32_t env_next(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                        struct entry *entry) {
    const struct environment *environment = group_of(dir, caller);
    const struct variable *one = environment ? environment->first : NULL;
    while (one && !name_before(behind->name, behind->name_size, one->name, one->name_size)) {
        one = one->next;
    }
    if (one == NULL) {
        return 0;
    }
    entry_set(entry, (struct name){one->name, one->name_size}, one->path, VARIABLE_MODE);
    return 1;
}

static int32_t env_remove(struct chan *dir, const struct caller *caller, struct name name,
                          bool directory) {
    struct environment *environment = group_of(dir, caller);
    struct variable **at = environment ? find(environment, name) : NULL;
    if (at == NULL || !is_named(*at, name)) {
        return -MOX_ENOENT;
    }
    if (directory) {
        return -MOX_ENOTDIR;
    }
    struct variable *variable = *at;
    *at = variable->next;
    environment->count--;
    variable_free(environment->devices, variable);
    return 0;
}

static void env_copied(struct chan *copy) {
    environment_hold(copy->node);
}

static void env_close(struct chan *chan) {
    environment_drop(chan->node);
}

static void env_codec(struct codec *codec, struct chan *chan) {
    struct environment *environment = chan->node;
    environment_codec(codec, &environment);
    chan->node = environment;
}

static bool env_joined(struct chan *chan) {
    const struct environment *environment = chan->node;
    return chan_is_dir(chan) ? !environment : environment && environment->id == chan->instance;
}

const struct dev env_device = {
    .letter = 'e',
    .name = "env",
    .attach = env_attach,
    .walk = env_walk,
    .get_attributes = env_get_attributes,
    .set_attributes = env_set_attributes,
    .open = env_open,
    .create = env_create,
    .read = env_read,
    .write = env_write,
    .next = env_next,
    .remove = env_remove,
    .copied = env_copied,
    .close = env_close,
    .codec = env_codec,
    .joined = env_joined,
};
