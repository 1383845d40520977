/* The engines of cages, as far as a native build can test them: every translated function leaves
 * again at once, and the programs do what they do without. Modules go to the engine that they were
 * written for, or nowhere. */
#include "unit/cages.h"

enum { CHILDREN = 40, SLICE = 3000 };
static const char *const arguments[] = {"40", "5000"};

/* A function that has no fuel for its first block. */
static int32_t leave_at_once(void *context, uint32_t function, int32_t fuel, int32_t depth) {
    CHECK(function >= 1 && depth > 0 && fuel > 0);
    ++*(uint64_t *)context;
    return -1 - fuel;
}

static void put_program(mox_machine *machine) {
    uint8_t bytes[16384];
    uint8_t *room = NULL;
    FILE *file = fopen("tests/guests-cage/brief.elf", "rb");
    CHECK(file != NULL);
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    CHECK(size > 0 && size < sizeof bytes);
    fclose(file);
    CHECK_EQ(mox_machine_put(machine, "/bin/brief", 0755, (uint32_t)size, &room), MOX_OK);
    memcpy(room, bytes, size);
}

static mox_machine *started(uint64_t *calls) {
    const struct mox_translator translator = {
        .context = calls, .call = leave_at_once, .eager = true};
    char text[64];
    uint32_t cage = 0;
    int32_t error = 0;
    mox_machine *machine = machine_new(NULL);
    const int size = snprintf(text, sizeof text, "brief%c%s%c%s", 0, arguments[0], 0, arguments[1]);
    put_program(machine);
    CHECK_EQ(mox_machine_translate(machine, calls != NULL ? &translator : NULL), MOX_OK);
    CHECK_EQ(mox_machine_spawn(machine, "/bin/brief", text, (uint32_t)size + 1, NULL, 0, "/", &cage,
                               &error),
             MOX_OK);
    CHECK(cage != 0);
    return machine;
}

static void hash_of(mox_machine *machine, uint8_t hash[MOX_HASH_SIZE]) {
    bool done = false;
    while (!done) {
        CHECK_EQ(mox_machine_state_hash(machine, UINT32_MAX, hash, &done), MOX_OK);
    }
}

/* Installs what waits, every other module twice and some with a token that is not theirs. */
static uint32_t install(mox_machine *machine, uint32_t *next) {
    struct mox_module_token token = {0};
    uint32_t size;
    uint32_t count;
    if (mox_machine_module(machine, &size, &count, &token) == NULL) {
        CHECK_EQ(size + count, 0);
        return 0;
    }
    CHECK(size > 0 && count > 0 && mox_machine_engine_lives(machine, token.engine));
    const struct mox_module_token no_engine = {token.engine + 1, token.module};
    const struct mox_module_token no_module = {token.engine, token.module + 1};
    CHECK(!mox_machine_install(machine, no_engine, *next));
    CHECK(!mox_machine_install(machine, no_module, *next));
    CHECK(mox_machine_install(machine, token, *next));
    CHECK(!mox_machine_install(machine, token, *next));
    *next += count;
    return token.engine;
}

static void the_same_with_engines(void) {
    uint8_t plain[MOX_HASH_SIZE];
    uint8_t translated[MOX_HASH_SIZE];
    uint64_t calls = 0;
    uint32_t next = 1;
    uint32_t last = 0;
    mox_machine *machine = started(NULL);
    CHECK_EQ(mox_machine_run(machine, UINT64_MAX), MOX_OK);
    CHECK_EQ(mox_machine_report(machine)->stop, MOX_STOP_EXIT);
    hash_of(machine, plain);
    mox_machine_destroy(machine);
    machine = started(&calls);
    uint32_t engines = 0;
    while (mox_machine_report(machine)->stop != MOX_STOP_EXIT) {
        CHECK_EQ(mox_machine_run(machine, SLICE), MOX_OK);
        const uint32_t engine = install(machine, &next);
        engines += engine > last ? 1 : 0;
        last = engine > last ? engine : last;
    }
    CHECK(calls > CHILDREN && engines > CHILDREN / 2);
    CHECK(!mox_machine_engine_lives(machine, last));
    hash_of(machine, translated);
    CHECK(memcmp(plain, translated, sizeof plain) == 0);
    machine_sound(machine);
    mox_machine_destroy(machine);
}

/* The module of a cage that ends while it waits. */
static void a_stale_module(void) {
    uint64_t calls = 0;
    struct mox_module_token token = {0};
    uint32_t size;
    uint32_t count;
    mox_machine *machine = started(&calls);
    for (int i = 0; i < 1000 && mox_machine_module(machine, &size, &count, &token) == NULL; i++) {
        CHECK_EQ(mox_machine_run(machine, SLICE), MOX_OK);
    }
    CHECK(mox_machine_engine_lives(machine, token.engine));
    CHECK_EQ(mox_machine_signal(machine, -1, ABI_SIGKILL), 0);
    CHECK_EQ(mox_machine_run(machine, SLICE), MOX_OK);
    CHECK(mox_machine_module(machine, &size, &count, &token) == NULL);
    CHECK(!mox_machine_engine_lives(machine, token.engine));
    CHECK(!mox_machine_install(machine, token, 1));
    CHECK_EQ(calls, 0);
    machine_sound(machine);
    mox_machine_destroy(machine);
}

/* Without a translator from one moment on, engines go. */
static void no_more_translator(void) {
    uint64_t calls = 0;
    uint32_t next = 1;
    uint32_t engine = 0;
    mox_machine *machine = started(&calls);
    for (int i = 0; i < 1000 && engine == 0; i++) {
        CHECK_EQ(mox_machine_run(machine, SLICE), MOX_OK);
        engine = install(machine, &next);
    }
    CHECK(mox_machine_engine_lives(machine, engine));
    CHECK_EQ(mox_machine_translate(machine, NULL), MOX_OK);
    CHECK(!mox_machine_engine_lives(machine, engine));
    calls = 0;
    CHECK_EQ(mox_machine_run(machine, UINT64_MAX), MOX_OK);
    CHECK_EQ(calls, 0);
    CHECK_EQ(mox_machine_report(machine)->stop, MOX_STOP_EXIT);
    mox_machine_destroy(machine);
}

int main(void) {
    the_same_with_engines();
    a_stale_module();
    no_more_translator();
    return check_report("engines of cages");
}
