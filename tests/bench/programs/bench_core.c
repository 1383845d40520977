/* The core's native build as an engine: `bench_core ELF SIZE RUNS` runs the guest in fresh boxes
 * and prints the time of each run, and the checksum and the instruction count of the last. */
#define _POSIX_C_SOURCE 199309L
#include "bench_clock.h"
#include "moxbox/box.h"

#include <stdio.h>
#include <stdlib.h>

struct run {
    uint64_t instructions;
    uint32_t checksum;
};

static void die(const char *what) {
    fprintf(stderr, "bench_core: %s\n", what);
    exit(1);
}

static uint8_t *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(1 << 20);
    if (file == NULL || bytes == NULL)
        die("cannot read the ELF file");
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void check(mox_status status) {
    if (status != MOX_OK)
        die(mox_status_text(status));
}

static struct run run_once(const uint8_t *elf, size_t elf_size, uint32_t work,
                           const char *separator) {
    mox_box *box;
    uint8_t *input;
    uint32_t size;
    struct run run;
    check(mox_box_create(NULL, NULL, &box));
    check(mox_box_add_program(box, elf, elf_size));
    check(mox_box_add_data(box, 4, &input));
    for (int i = 0; i < 4; i++)
        input[i] = (uint8_t)(work >> (8 * i));
    check(mox_box_start(box));
    struct bench_time start = bench_now();
    check(mox_box_run(box, UINT64_MAX));
    bench_print_time(start, 1, separator);
    const struct mox_report *report = mox_box_report(box);
    if (report->stop != MOX_STOP_EXIT || report->exit_code != 0 || report->output_size != 4)
        die("the guest did not end well");
    const uint8_t *output = mox_box_window(box, report->output_address, &size);
    if (output == NULL || size < 4)
        die("the output is not mapped");
    run.checksum = (uint32_t)output[0] | (uint32_t)output[1] << 8 | (uint32_t)output[2] << 16 |
                   (uint32_t)output[3] << 24;
    run.instructions = (uint64_t)report->count_high << 32 | report->count_low;
    mox_box_destroy(box);
    return run;
}

int main(int argc, char **argv) {
    if (argc != 4)
        die("usage: bench_core ELF SIZE RUNS");
    size_t elf_size;
    uint8_t *elf = read_file(argv[1], &elf_size);
    struct run run = {0};
    int runs = atoi(argv[3]);
    printf("{\"runs\": [");
    for (int i = 0; i < runs; i++)
        run = run_once(elf, elf_size, (uint32_t)strtoul(argv[2], NULL, 10), i > 0 ? ", " : "");
    printf("], \"checksum\": %lu, \"instructions\": %llu}\n", (unsigned long)run.checksum,
           (unsigned long long)run.instructions);
    free(elf);
    return 0;
}
