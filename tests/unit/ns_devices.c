/* The devices: what their files say, take and refuse. */
#include "base/sha256.h"
#include "unit/ns_world.h"

static void start(struct world *world) {
    const struct mox_allocator allocator = alloc_default(NULL);
    CHECK_EQ(world_start(world, &allocator), 0);
}

static int32_t read_some(struct world *world, struct place *place, char *to, uint32_t size) {
    const int32_t count = chan_read(place->chan, &world->caller, 0, (uint8_t *)to, size);
    to[count > 0 ? count : 0] = 0;
    return count;
}

static int32_t write_some(struct world *world, struct place *place, const char *text) {
    uint64_t offset = 0;
    return chan_write(place->chan, &world->caller, &offset, (const uint8_t *)text,
                      (uint32_t)strlen(text));
}

static void input(struct world *world, const char *text) {
    CHECK_EQ(console_input(&world->devices, (const uint8_t *)text, (uint32_t)strlen(text)),
             strlen(text));
}

static const char *output(struct world *world, uint32_t stream, char text[4096]) {
    struct byte_queue *queue = &world->devices.console.output[stream - 1];
    text[byte_queue_take(queue, (uint8_t *)text, 4000)] = 0;
    return text;
}

static void small_files(void) {
    struct world world;
    char text[4096];
    start(&world);
    CHECK(world_read(&world, "/dev/drivers", text) > 0);
    CHECK_TEXT(text, "#/ root\n#c cons\n#e env\n#| pipe\n#p prog\n#d dup\n#U fs\n#B boot\n"
                     "#* indir\n");
    CHECK(world_read(&world, "/dev/msec", text) > 0);
    CHECK_TEXT(text, "       3000 ");
    CHECK(world_read(&world, "/dev/time", text) > 0);
    CHECK_TEXT(text, "5000000");
    CHECK_EQ(world_read(&world, "/dev/user", text), 1);
    CHECK_TEXT(text, "0");
    CHECK_EQ(world_read(&world, "/dev/null", text), 0);
    CHECK_EQ(world_write(&world, "/dev/null", "gone"), 4);
    CHECK_EQ(world_write(&world, "/dev/full", "x"), -MOX_ENOSPC);
    CHECK_EQ(world_read(&world, "/dev/zero", text), 4000);
    CHECK(text[0] == 0 && memcmp(text, text + 1, 3998) == 0);
    CHECK_EQ(world_write(&world, "/dev/sysname", "other\n"), 6);
    CHECK_EQ(world_read(&world, "/dev/sysname", text), 5);
    CHECK_TEXT(text, "other");
    CHECK_EQ(world_write(&world, "/dev/sysname", "\n"), -MOX_EINVAL);
    CHECK_EQ(world_read(&world, "/dev/memory", text), 0); /* no hooks here */
    struct place place;
    CHECK_EQ(world_open(&world, "/dev/drivers", OPEN_WRITE, &place), 0); /* root may */
    CHECK_EQ(write_some(&world, &place, "x"), -MOX_EPERM);
    place_drop(&place);
    world.caller.uid = 5;
    CHECK_EQ(world_open(&world, "/dev/drivers", OPEN_WRITE, &place), -MOX_EACCES);
    CHECK_EQ(world_open(&world, "/dev/sysname", OPEN_WRITE, &place), -MOX_EACCES);
    CHECK_EQ(world_open(&world, "/dev/consctl", OPEN_READ, &place), -MOX_EACCES);
    world_end(&world);
}

static void all_names(void) {
    struct world world;
    char text[4096];
    start(&world);
    CHECK_TEXT(
        world_list(&world, "/dev", text),
        "cons consctl drivers fd full hostowner hoststderr hoststdin hoststdout memory msec "
        "notquiterandom null random stderr stdin stdout sysctl sysname time tty urandom user "
        "zero ");
    /* Every name can be walked to, has attributes of its own, and names are in order. */
    char name[256];
    char path[300];
    for (const char *at = text; sscanf(at, "%255s", name) == 1; at += strlen(name) + 1) {
        struct attributes attributes;
        struct place place;
        snprintf(path, sizeof path, "/dev/%s", name);
        CHECK_EQ(world_walk(&world, path, WALK_NO_FOLLOW, &place, NULL), 0);
        CHECK_EQ(chan_attributes(place.chan, &world.caller, &attributes), 0);
        CHECK((attributes.mode & MODE_TYPE) != 0 && attributes.inode != 0);
        CHECK_EQ(attributes.device, (uint32_t)'c' << 16);
        CHECK_EQ(world_make(&world, path, MODE_FILE | 0644, NULL), -MOX_EEXIST);
        place_drop(&place);
    }
    CHECK_EQ(world_make(&world, "/dev/new", MODE_FILE | 0644, NULL), -MOX_EROFS);
    CHECK_EQ(world_make(&world, "#c/new", MODE_FILE | 0644, NULL), -MOX_EPERM);
    CHECK_EQ(world_remove(&world, "/dev/null", false), -MOX_EPERM);
    CHECK_EQ(world_make(&world, "#//new", MODE_FILE | 0644, NULL), -MOX_EACCES);
    CHECK_EQ(world_remove(&world, "#//chan", true), -MOX_EACCES);
    world_end(&world);
}

static void chance(void) {
    struct world world;
    struct world twin;
    char one[4096];
    char two[4096];
    uint8_t expected[32];
    static const uint8_t block[40] = {1, 2, 3};
    start(&world);
    start(&twin);
    CHECK_EQ(world_read(&world, "/dev/urandom", one), 4000);
    CHECK_EQ(world_read(&twin, "/dev/random", two), 4000);
    CHECK(memcmp(one, two, 4000) == 0);       /* the same seed */
    sha256_of(block, sizeof block, expected); /* seed and counter 0 */
    CHECK(memcmp(one, expected, 32) == 0);
    CHECK_EQ(world_read(&twin, "/dev/notquiterandom", two), 4000);
    CHECK(memcmp(one, two, 4000) != 0);
    CHECK_EQ(world_write(&world, "/dev/random", "more"), 4);
    world_end(&world);
    world_end(&twin);
}

static void cooked(void) {
    struct world world;
    struct place cons;
    struct place control;
    char text[4096];
    start(&world);
    CHECK_EQ(world_open(&world, "/dev/cons", OPEN_READ | OPEN_WRITE, &cons), 0);
    CHECK_EQ(read_some(&world, &cons, text, 100), CALL_WAITS);
    input(&world, "he");
    CHECK_EQ(world.woken, 1);
    CHECK_EQ(read_some(&world, &cons, text, 100), CALL_WAITS); /* no line yet */
    CHECK_EQ(chan_poll(cons.chan, NULL), READY_OUT);
    input(&world, "x\bllo\nnext");
    CHECK_EQ(world.woken, 2);
    CHECK_EQ(chan_poll(cons.chan, NULL), READY_OUT | READY_IN);
    CHECK_EQ(read_some(&world, &cons, text, 4), 4);
    CHECK_EQ(read_some(&world, &cons, text + 4, 100), 2);
    CHECK_TEXT(text, "hello\n");
    input(&world, "\x15 again\x7f\x7f\x04");
    CHECK_EQ(read_some(&world, &cons, text, 100), 4);
    CHECK_TEXT(text, " aga");
    input(&world, "\x04");
    CHECK_EQ(read_some(&world, &cons, text, 100), 0); /* the end, once */
    CHECK_EQ(read_some(&world, &cons, text, 100), CALL_WAITS);
    wait_leave(&world.waiter);
    input(&world, "\b\b\x15");
    CHECK_EQ(world_open(&world, "/dev/consctl", OPEN_WRITE, &control), 0);
    CHECK_EQ(write_some(&world, &control, "rawon\n"), 6);
    CHECK_EQ(write_some(&world, &control, "rawon"), 5);
    CHECK_EQ(write_some(&world, &control, "rawish"), -MOX_EINVAL);
    CHECK_TEXT(reason_text(world.why), "unknown control request");
    CHECK_EQ(read_some(&world, &cons, text, 100), 3);
    CHECK_TEXT(text, "\b\b\x15");
    CHECK_EQ(write_some(&world, &control, "rawoff"), 6);
    CHECK_EQ(write_some(&world, &control, "rawon"), 5);
    place_drop(&control); /* closing it is rawoff too */
    CHECK_EQ(world.devices.console.raw, 0);
    /* A line longer than there is room for comes in pieces; the end of the input ends a line. */
    for (uint32_t i = 0; i < 110; i++) {
        input(&world, "0123456789");
    }
    CHECK_EQ(read_some(&world, &cons, text, 4000), CONSOLE_LINE);
    CHECK_EQ(read_some(&world, &cons, text, 4000), CALL_WAITS);
    console_input_end(&world.devices);
    CHECK_EQ(read_some(&world, &cons, text, 4000), 1100 - CONSOLE_LINE);
    CHECK_EQ(read_some(&world, &cons, text, 4000), 0);
    CHECK_EQ(console_input(&world.devices, (const uint8_t *)"x", 1), -MOX_EPIPE);
    CHECK_EQ(write_some(&world, &cons, "out"), 3);
    CHECK_EQ(world_write(&world, "/dev/hoststderr", "err"), 3);
    CHECK_TEXT(output(&world, CONSOLE_OUT, text), "out");
    CHECK_TEXT(output(&world, CONSOLE_ERROR, text), "err");
    place_drop(&cons);
    world_end(&world);
}

static void streams(void) {
    struct world world;
    uint8_t bytes[100];
    start(&world);
    CHECK_EQ(console_read(&world.devices, &world.caller, bytes, 0), 0);
    CHECK_EQ(console_poll(&world.devices, CONSOLE_IN, &world.waiter), 0);
    input(&world, "a\bb");
    CHECK_EQ(world.woken, 1);
    CHECK_EQ(console_poll(&world.devices, CONSOLE_IN, NULL), READY_IN);
    CHECK_EQ(console_read(&world.devices, &world.caller, bytes, 100), 3);
    world.caller.waiter = NULL; /* a host cannot wait */
    CHECK_EQ(console_read(&world.devices, &world.caller, bytes, 100), -MOX_EAGAIN);
    world.caller.waiter = &world.waiter;
    console_input_end(&world.devices);
    CHECK_EQ(console_poll(&world.devices, CONSOLE_IN, NULL), READY_IN | READY_HUP);
    CHECK_EQ(console_read(&world.devices, &world.caller, bytes, 100), 0);
    /* The limit holds for both streams together, whatever the host has taken. */
    uint32_t left = 1 << 20;
    static uint8_t many[1 << 16];
    while (left > 0) {
        CHECK_EQ(console_write(&world.devices, 1 + (left >> 16) % 2, many, sizeof many),
                 sizeof many);
        left -= (uint32_t)sizeof many;
    }
    CHECK_EQ(console_write(&world.devices, 1, many, 1), -MOX_ENOSPC);
    CHECK_EQ(console_write(&world.devices, 2, many, 0), 0);
    byte_queue_drop(&world.devices.console.output[0], UINT32_MAX);
    CHECK_EQ(console_write(&world.devices, 1, many, 1), -MOX_ENOSPC);
    world_end(&world);
}

static void environment(void) {
    struct world world;
    struct environment *mine;
    char text[4096];
    char name[32];
    start(&world);
    mine = world.caller.environment;
    CHECK_EQ(world_file(&world, "/env/b"), 0);
    CHECK_EQ(world_file(&world, "/env/a"), 0);
    CHECK_EQ(world_file(&world, "/env/a"), -MOX_EEXIST);
    CHECK_EQ(world_dir(&world, "/env/d"), -MOX_EPERM);
    CHECK_EQ(world_write(&world, "/env/a", "value"), 5);
    CHECK_EQ(world_write(&world, "/env/a", "V"), 1);
    CHECK_EQ(world_read(&world, "/env/a", text), 5);
    CHECK_TEXT(text, "Value");
    CHECK_TEXT(world_list(&world, "/env", text), "a b ");
    CHECK_EQ(environment_copy(&world.devices, mine, &world.caller.environment), 0);
    CHECK_EQ(world_remove(&world, "/env/a", true), -MOX_ENOTDIR);
    CHECK_EQ(world_remove(&world, "/env/a", false), 0);
    CHECK_EQ(world_remove(&world, "/env/a", false), -MOX_ENOENT);
    CHECK_TEXT(world_list(&world, "/env", text), "b ");
    environment_drop(world.caller.environment);
    world.caller.environment = mine;
    CHECK_TEXT(world_list(&world, "/env", text), "a b ");
    /* A file that is open while its variable goes. */
    struct place place;
    CHECK_EQ(world_open(&world, "/env/a", OPEN_READ | OPEN_WRITE, &place), 0);
    CHECK_EQ(world_remove(&world, "/env/a", false), 0);
    CHECK_EQ(read_some(&world, &place, text, 10), -MOX_ENOENT);
    CHECK_EQ(write_some(&world, &place, "x"), -MOX_ENOENT);
    place_drop(&place);
    /* Limits. */
    static char big[ENVIRONMENT_VALUE + 2];
    memset(big, 'x', sizeof big - 1);
    CHECK_EQ(world_write(&world, "/env/b", big), -MOX_EFBIG);
    big[ENVIRONMENT_VALUE] = 0;
    CHECK_EQ(world_write(&world, "/env/b", big), ENVIRONMENT_VALUE);
    for (uint32_t i = 1; i < ENVIRONMENT_VARIABLES; i++) {
        snprintf(name, sizeof name, "/env/v%u", i);
        CHECK_EQ(world_file(&world, name), 0);
    }
    CHECK_EQ(world_file(&world, "/env/last"), -MOX_ENOSPC);
    CHECK_EQ(world_open(&world, "/env/b", OPEN_WRITE | OPEN_TRUNCATE, &place), 0);
    place_drop(&place);
    CHECK_EQ(world_read(&world, "/env/b", text), 0);
    world_end(&world);
}

static void pipes(void) {
    struct world world;
    struct place dir;
    struct place ends[2];
    char text[4096];
    start(&world);
    CHECK_EQ(world_walk(&world, "#|", 0, &dir, NULL), 0);
    CHECK(!world_same(&world, "#|", "#|")); /* each attach is a new one */
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_EQ(ns_walk(&world.view, &world.caller, &dir, name_of_text(i ? "data1" : "data"), 0,
                         &ends[i], NULL),
                 0);
        CHECK_EQ(ns_open(&ends[i], &world.caller, OPEN_READ | OPEN_WRITE), 0);
    }
    place_drop(&dir);
    CHECK_EQ(read_some(&world, &ends[1], text, 100), CALL_WAITS);
    CHECK_EQ(write_some(&world, &ends[0], "one"), 3);
    CHECK_EQ(world.woken, 1);
    CHECK_EQ(write_some(&world, &ends[0], "two"), 3);
    CHECK_EQ(write_some(&world, &ends[1], "back"), 4);
    CHECK_EQ(read_some(&world, &ends[1], text, 2), 2);
    CHECK_TEXT(text, "on");
    CHECK_EQ(read_some(&world, &ends[1], text, 100), 1); /* writes stay apart */
    CHECK_TEXT(text, "e");
    CHECK_EQ(read_some(&world, &ends[0], text, 100), 4);
    CHECK_TEXT(text, "back");
    CHECK_EQ(chan_poll(ends[1].chan, NULL), READY_IN | READY_OUT);
    /* Full, and room again. */
    static uint8_t many[200 << 10];
    uint64_t offset = 0;
    CHECK_EQ(chan_write(ends[0].chan, &world.caller, &offset, many, sizeof many), 128 << 10);
    CHECK_EQ(chan_write(ends[0].chan, &world.caller, &offset, many, 1), CALL_WAITS);
    CHECK_EQ(chan_poll(ends[0].chan, NULL), 0);
    CHECK_EQ(chan_read(ends[1].chan, &world.caller, 0, many, 10), 3); /* "two" is first */
    CHECK_EQ(chan_read(ends[1].chan, &world.caller, 0, many, 100 << 10), 100 << 10);
    CHECK_EQ(world.woken, 2);
    CHECK_EQ(chan_write(ends[0].chan, &world.caller, &offset, many, 1), 1);
    /* One side goes: the other reads what is left, then the end, and cannot write. */
    place_drop(&ends[0]);
    CHECK_EQ(chan_read(ends[1].chan, &world.caller, 0, many, 100 << 10), 28 << 10);
    CHECK_EQ(chan_read(ends[1].chan, &world.caller, 0, many, 100), 1);
    CHECK_EQ(chan_read(ends[1].chan, &world.caller, 0, many, 100), 0);
    CHECK_EQ(write_some(&world, &ends[1], "x"), -MOX_EPIPE);
    CHECK_EQ(chan_poll(ends[1].chan, NULL), READY_IN | READY_OUT | READY_HUP | READY_ERR);
    place_drop(&ends[1]);
    world_end(&world);
}

static void inputs(void) {
    struct world world;
    uint8_t *bytes;
    char text[4096];
    start(&world);
    CHECK_EQ(boot_add(&world.devices, name_of_text("data0"), 5, &bytes), 0);
    memcpy(bytes, "input", 5);
    CHECK_EQ(boot_add(&world.devices, name_of_text("-x"), 0, &bytes), 0);
    CHECK_EQ(boot_add(&world.devices, name_of_text("data0"), 5, &bytes), -MOX_EEXIST);
    CHECK_EQ(boot_add(&world.devices, name_of_text(".hidden"), 5, &bytes), -MOX_EINVAL);
    CHECK_EQ(boot_add(&world.devices, name_of_text("a/b"), 5, &bytes), -MOX_EINVAL);
    CHECK_EQ(boot_add(&world.devices, name_of_text(""), 5, &bytes), -MOX_EINVAL);
    CHECK_TEXT(world_list(&world, "/boot", text), "-x .sha256 data0 ");
    CHECK_EQ(world_read(&world, "/boot/data0", text), 5);
    CHECK_TEXT(text, "input");
    CHECK_EQ(world_read(&world, "/boot/-x", text), 0);
    CHECK(world_read(&world, "/boot/.sha256", text) > 0);
    /* As sha256sum prints it. */
    CHECK_TEXT(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  -x\n"
                     "c96c6d5be8d08a12e7b5cdc1b207fa6b2430974c86803d8891675e76fd992c20  data0\n");
    struct place place;
    CHECK_EQ(world_open(&world, "/boot/data0", OPEN_WRITE, &place), -MOX_EROFS);
    CHECK_EQ(world_file(&world, "/boot/new"), -MOX_EROFS);
    CHECK_EQ(world_remove(&world, "/boot/data0", false), -MOX_EROFS);
    world_end(&world);
}

int main(void) {
    small_files();
    all_names();
    chance();
    cooked();
    streams();
    environment();
    pipes();
    inputs();
    return check_report("devices");
}
