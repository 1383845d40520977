/* exec: a file of the name space becomes the program of a cage. The new address space is built
 * beside the old one, so that until all of it is there nothing has changed. */
#include "base/alloc.h"
#include "cage/files.h"
#include "cage/memory.h"
#include "cage/process.h"
#include "cage/signals.h"
#include "cage/timers.h"
#include "cpu/text.h"
#include "load/elf.h"

#include <string.h>

enum {
    SCRIPT_LINE = 256, /* of a #! line, as Linux reads it */
    SCRIPT_DEPTH = 4,  /* interpreters that are scripts themselves */
    SPARE_BELOW = 64,  /* unused bytes above everything, for what main may spill */
    PROGRAM_MAX = 256 << 20,
};

/* Bytes that are to be freed: a file, or strings. */
struct held {
    uint8_t *bytes;
    uint32_t size;
};

static void held_free(struct cage *cage, struct held *held) {
    if (held->bytes != NULL) {
        alloc_give(&cage->machine->allocator, held->bytes, held->size);
        *held = (struct held){NULL, 0};
    }
}

/* What exec makes before anything changes. */
struct program {
    struct held file;
    struct held arguments; /* when scripts have changed them */
    uint32_t mode;         /* set-user-ID and so on */
    uint32_t uid;
    uint32_t gid;
    struct space space;
    uint32_t entry;
    uint32_t sp;
    uint32_t brk;
};

static int32_t read_all(struct cage *cage, struct chan *chan, struct held *file) {
    uint32_t done = 0;
    while (done < file->size) {
        const int32_t got =
            chan_read(chan, &cage->caller, done, file->bytes + done, file->size - done);
        if (got < 0) {
            return got == CALL_WAITS ? -MOX_EAGAIN : got;
        }
        if (got == 0) {
            return -MOX_EIO;
        }
        done += (uint32_t)got;
    }
    return 0;
}

/* Reads the file of a path, with permission to execute it. */
static int32_t read_program(struct cage *cage, struct name path, struct program *program) {
    struct place place = {0};
    struct attributes attributes;
    int32_t error = ns_walk(&cage->view, &cage->caller, NULL, path, 0, &place, NULL);
    if (error < 0) {
        return error;
    }
    error = chan_attributes(place.chan, &cage->caller, &attributes);
    if (error == 0 && (attributes.mode & ABI_S_IFMT) != ABI_S_IFREG) {
        error = -MOX_EACCES;
    }
    if (error == 0) {
        error = ns_open(&place, &cage->caller, OPEN_EXEC);
    }
    if (error == 0 && attributes.size > PROGRAM_MAX) {
        error = -MOX_ENOMEM;
    }
    if (error == 0 && attributes.size == 0) {
        error = -MOX_ENOEXEC;
    }
    if (error == 0) {
        const uint32_t size = (uint32_t)attributes.size;
        program->file = (struct held){alloc_get(&cage->machine->allocator, size), size};
        error =
            program->file.bytes != NULL ? read_all(cage, place.chan, &program->file) : -MOX_ENOMEM;
    }
    program->mode = attributes.mode;
    program->uid = attributes.uid;
    program->gid = attributes.gid;
    place_drop(&place);
    return error == CALL_WAITS ? -MOX_EAGAIN : error;
}

/* The words of a #! line: the interpreter, and perhaps one argument with all that follows. */
struct script {
    struct name interpreter;
    struct name argument;
};

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t';
}

static bool script_parse(const struct held *file, struct script *script) {
    const char *text = (const char *)file->bytes;
    const uint32_t most = file->size < SCRIPT_LINE ? file->size : SCRIPT_LINE;
    if (file->size < 2 || text[0] != '#' || text[1] != '!') {
        return false;
    }
    const char *newline = memchr(text, '\n', most);
    uint32_t end = newline != NULL ? (uint32_t)(newline - text) : most;
    uint32_t at = 2;
    while (end > 2 && (is_blank(text[end - 1]) || text[end - 1] == '\r')) {
        end--;
    }
    while (at < end && is_blank(text[at])) {
        at++;
    }
    const uint32_t first = at;
    while (at < end && !is_blank(text[at])) {
        at++;
    }
    script->interpreter = (struct name){text + first, at - first};
    while (at < end && is_blank(text[at])) {
        at++;
    }
    script->argument = (struct name){text + at, end - at};
    return script->interpreter.size > 0;
}

static uint8_t *put_string(uint8_t *to, struct name string) {
    memcpy(to, string.bytes, string.size);
    to[string.size] = 0;
    return to + string.size + 1;
}

/* interpreter, its argument, the script's path, then the arguments without the first. */
static int32_t script_arguments(struct cage *cage, const struct script *script, struct name path,
                                struct const_span arguments, struct held *made) {
    uint32_t first = 0;
    while (first < arguments.size && arguments.bytes[first] != 0) {
        first++;
    }
    first = first < arguments.size ? first + 1 : first;
    const uint32_t rest = arguments.size - first;
    const uint32_t argument = script->argument.size > 0 ? script->argument.size + 1 : 0;
    const uint32_t size = script->interpreter.size + 1 + argument + path.size + 1 + rest;
    *made = (struct held){alloc_get(&cage->machine->allocator, size), size};
    if (made->bytes == NULL) {
        return -MOX_ENOMEM;
    }
    uint8_t *to = put_string(made->bytes, script->interpreter);
    if (argument > 0) {
        to = put_string(to, script->argument);
    }
    to = put_string(to, path);
    if (rest > 0) {
        memcpy(to, arguments.bytes + first, rest);
    }
    return size > ARGUMENTS_MAX ? -MOX_E2BIG : 0;
}

static uint32_t count_strings(struct const_span strings) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < strings.size; i++) {
        count += strings.bytes[i] == 0 ? 1 : 0;
    }
    return count;
}

/* Pointers to each string, and a NULL; gives the address behind them. */
static uint32_t put_pointers(struct space *space, uint32_t at, struct const_span strings,
                             uint32_t address) {
    bool begins = true;
    for (uint32_t i = 0; i < strings.size; i++) {
        if (begins) {
            (void)space_store(space, at, 4, address + i);
            at += 4;
        }
        begins = strings.bytes[i] == 0;
    }
    (void)space_store(space, at, 4, 0);
    return at + 4;
}

static void put_bytes(struct space *space, uint32_t at, struct const_span bytes) {
    const struct region *region = space_find(space, at);
    if (bytes.size > 0) {
        memcpy(region->bytes + (at - region->base), bytes.bytes, bytes.size);
    }
}

/* Maps the stack and fills its top as abi.h says. */
static int32_t make_stack(struct program *program, uint32_t stack_size, struct const_span arguments,
                          struct const_span environment) {
    struct space *space = &program->space;
    const uint32_t argc = count_strings(arguments);
    const uint32_t words = argc + count_strings(environment) + 3;
    const uint32_t strings = STACK_TOP - SPARE_BELOW - arguments.size - environment.size;
    const uint32_t sp = (strings - 4 * words) & ~15u;
    if (STACK_TOP - sp > stack_size / 2) {
        return -MOX_E2BIG;
    }
    switch (space_map(space, STACK_TOP - stack_size, stack_size, RIGHT_READ | RIGHT_WRITE, NULL,
                      "stack")) {
    case MOX_OK: break;
    case MOX_NO_MEMORY: return -MOX_ENOMEM;
    default: return -MOX_ENOEXEC; /* the program lies there */
    }
    put_bytes(space, strings, arguments);
    put_bytes(space, strings + arguments.size, environment);
    (void)space_store(space, sp, 4, argc);
    const uint32_t behind = put_pointers(space, sp + 4, arguments, strings);
    (void)put_pointers(space, behind, environment, strings + arguments.size);
    program->sp = sp;
    return 0;
}

/* The address space of a program that was read. */
static int32_t make_space(struct cage *cage, struct program *program, struct const_span arguments,
                          struct const_span environment) {
    struct elf_image image;
    struct mox_machine *machine = cage->machine;
    uint32_t end = 0;
    const mox_status status =
        elf_load(&program->space, program->file.bytes, program->file.size, 0, &image);
    if (status != MOX_OK) {
        return status == MOX_NO_MEMORY || status == MOX_MEMORY_LIMIT ? -MOX_ENOMEM : -MOX_ENOEXEC;
    }
    for (uint32_t i = 0; i < program->space.count; i++) {
        const struct region *region = &program->space.regions[i];
        end = region->base + region->size;
    }
    program->entry = image.entry;
    program->brk = (uint32_t)space_whole_pages(end) + SPACE_PAGE;
    if (program->brk > MMAP_BASE) {
        return -MOX_ENOEXEC;
    }
    return make_stack(program, machine->options.stack_size, arguments, environment);
}

/* Nothing can fail any more. */
static void become(struct cage *cage, struct program *program, struct name path) {
    files_cage_exec(cage);
    signals_exec(cage->signals);
    timers_end(cage);
    space_free(&cage->space);
    cage->space = program->space;
    space_forget_windows(&cage->space);
    memory_changed(cage);
    struct cpu *cpu = &cage->cpu;
    struct text_cache *text = cpu->text;
    const uint64_t count = cpu->count;
    const uint64_t effort = cpu->effort;
    memset(cpu, 0, sizeof *cpu);
    cpu->text = text;
    cpu->count = count;
    cpu->effort = effort;
    cpu->pc = program->entry;
    cpu->r[REG_SP] = program->sp;
    cage->brk_start = program->brk;
    cage->brk = program->brk;
    cage->executed = true;
    const uint32_t size = path.size < PATH_MAX_BYTES ? path.size : PATH_MAX_BYTES - 1;
    memcpy(cage->program, path.bytes, size);
    cage->program[size] = '\0';
    if (program->mode & ABI_S_ISUID) {
        cage->caller.uid = program->uid;
    }
    if (program->mode & ABI_S_ISGID) {
        cage->caller.gid = program->gid;
    }
    cage->saved_uid = cage->caller.uid;
    cage->saved_gid = cage->caller.gid;
}

/* Reads the program, through scripts to their interpreters. *arguments becomes what the last gets.
 */
static int32_t find_program(struct cage *cage, struct name path, struct program *program,
                            struct const_span *arguments) {
    char interpreter[SCRIPT_LINE];
    for (uint32_t depth = 0; depth <= SCRIPT_DEPTH; depth++) {
        struct script script;
        struct held made = {NULL, 0};
        int32_t error = read_program(cage, path, program);
        if (error < 0 || !script_parse(&program->file, &script)) {
            return error;
        }
        error = script_arguments(cage, &script, path, *arguments, &made);
        held_free(cage, &program->arguments);
        program->arguments = made;
        if (error < 0) {
            return error;
        }
        *arguments = (struct const_span){made.bytes, made.size};
        memcpy(interpreter, script.interpreter.bytes, script.interpreter.size);
        path = (struct name){interpreter, script.interpreter.size};
        held_free(cage, &program->file);
    }
    return -MOX_ELOOP;
}

int32_t exec_load(struct cage *cage, struct name path, struct const_span arguments,
                  struct const_span environment) {
    struct mox_machine *machine = cage->machine;
    char name[PATH_MAX_BYTES];
    struct program *program = alloc_get(&machine->allocator, sizeof *program);
    if (program == NULL) {
        return -MOX_ENOMEM;
    }
    /* The path may lie in the memory that goes. */
    const uint32_t size = path.size < sizeof name ? path.size : (uint32_t)sizeof name;
    memcpy(name, path.bytes, size);
    space_init(&program->space, &machine->allocator, SPACE_END);
    program->space.blocks = machine->blocks;
    int32_t error = find_program(cage, (struct name){name, size}, program, &arguments);
    if (error == 0) {
        error = make_space(cage, program, arguments, environment);
    }
    if (error == 0) {
        become(cage, program, (struct name){name, size});
    } else {
        space_free(&program->space);
    }
    held_free(cage, &program->file);
    held_free(cage, &program->arguments);
    alloc_give(&machine->allocator, program, sizeof *program);
    return error;
}
