/* Quicksort (median of three, insertion sort for short ranges) of 20000 numbers, `size` times. */
#include "bench.h"

enum { COUNT = 20000, SHORT_RANGE = 12 };

static int32_t numbers[COUNT];

static void swap(int32_t *x, int32_t *y) {
    int32_t t = *x;
    *x = *y;
    *y = t;
}

static void insertion_sort(int32_t *first, int32_t *last) {
    for (int32_t *p = first + 1; p <= last; p++) {
        int32_t value = *p;
        int32_t *hole = p;
        while (hole > first && hole[-1] > value) {
            *hole = hole[-1];
            hole--;
        }
        *hole = value;
    }
}

static void sort(int32_t *first, int32_t *last) {
    while (last - first >= SHORT_RANGE) {
        int32_t *middle = first + (last - first) / 2;
        if (*middle < *first)
            swap(middle, first);
        if (*last < *first)
            swap(last, first);
        if (*last < *middle)
            swap(last, middle);
        int32_t pivot = *middle;
        int32_t *low = first;
        int32_t *high = last;
        while (low <= high) {
            while (*low < pivot)
                low++;
            while (*high > pivot)
                high--;
            if (low <= high)
                swap(low++, high--);
        }
        if (high - first < last - low) {
            sort(first, high);
            first = low;
        } else {
            sort(low, last);
            last = high;
        }
    }
    insertion_sort(first, last);
}

uint32_t bench(uint32_t size) {
    uint32_t random = BENCH_SEED;
    uint32_t checksum = 0;
    for (uint32_t round = 0; round < size; round++) {
        for (int i = 0; i < COUNT; i++)
            numbers[i] = (int32_t)bench_random(&random);
        sort(numbers, numbers + COUNT - 1);
        for (int i = 1; i < COUNT; i++)
            if (numbers[i - 1] > numbers[i])
                return 0;
        for (int i = 0; i < COUNT; i += 97)
            checksum = bench_mix(checksum, (uint32_t)numbers[i]);
    }
    return checksum;
}
