/*
 * Floating point and printf, all in software and therefore the same to the last bit on every host.
 *
 * Input:  data file 0: numbers separated by blanks; without a data file, the squares of 1 to 10.
 * Output: text: count, smallest, median, largest, mean, standard deviation; then pi by Gauss and
 * Legendre step by step, and a planet's path around its star, with how well the energy was kept.
 * Exit status 1 when something in the input is not a number.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <moxbox.h>

enum { DEFAULT_COUNT = 10, STEPS = 1000 };

static double *values;
static size_t count;

static void fail(const char *message) {
    printf("%s\n", message);
    exit(1);
}

static void add_value(double value) {
    static size_t room;
    if (count == room) {
        room = room == 0 ? 64 : room * 2;
        values = realloc(values, room * sizeof *values);
        if (values == NULL) {
            fail("out of memory");
        }
    }
    values[count++] = value;
}

static void read_values(void) {
    struct moxbox_bytes input;
    if (moxbox_input(0, &input) != 0) {
        for (int i = 1; i <= DEFAULT_COUNT; i++) {
            add_value((double)i * i);
        }
        return;
    }
    /* strtod wants a text that ends with a zero byte. */
    char *text = malloc(input.size + 1);
    if (text == NULL) {
        fail("out of memory");
    }
    memcpy(text, input.data, input.size);
    text[input.size] = '\0';
    char *at = text;
    while (*(at += strspn(at, " \t\r\n")) != '\0') {
        char *end;
        add_value(strtod(at, &end));
        if (end == at || strcspn(end, " \t\r\n") != 0) {
            fail("the input is not a list of numbers");
        }
        at = end;
    }
    free(text);
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void print_statistics(void) {
    if (count == 0) {
        printf("no numbers\n");
        return;
    }
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    double mean = sum / (double)count;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    qsort(values, count, sizeof *values, ascending);
    double median = (values[(count - 1) / 2] + values[count / 2]) / 2;
    printf("count    %lu\n", (unsigned long)count);
    printf("smallest %.10g\nmedian   %.10g\nlargest  %.10g\n", values[0], median,
           values[count - 1]);
    printf("mean     %.10g\n", mean);
    printf("stddev   %.10g\n", sqrt(squares / (double)count));
}

/* The digits double with each step. */
static void print_pi(void) {
    double a = 1;
    double b = 1 / sqrt(2);
    double t = 0.25;
    double p = 1;
    for (int step = 1; step <= 4; step++) {
        double next = (a + b) / 2;
        b = sqrt(a * b);
        t -= p * (a - next) * (a - next);
        a = next;
        p *= 2;
        printf("pi, step %d  %.15f\n", step, (a + b) * (a + b) / (4 * t));
    }
}

struct body {
    double x, y, vx, vy;
};

static double energy(const struct body *body) {
    return (body->vx * body->vx + body->vy * body->vy) / 2 -
           1 / sqrt(body->x * body->x + body->y * body->y);
}

/* Half a kick, a move, half a kick: the energy's error stays bounded over any number of turns. */
static void print_orbit(void) {
    struct body body = {.x = 1, .y = 0, .vx = 0, .vy = 1.2};
    double start = energy(&body);
    double dt = 0.01;
    for (int step = 1; step <= STEPS; step++) {
        for (int half = 0; half < 2; half++) {
            double r2 = body.x * body.x + body.y * body.y;
            double pull = dt / 2 / (r2 * sqrt(r2));
            body.vx -= body.x * pull;
            body.vy -= body.y * pull;
            if (half == 0) {
                body.x += body.vx * dt;
                body.y += body.vy * dt;
            }
        }
        if (step % (STEPS / 5) == 0) {
            printf("t %5.2f  x %9.6f  y %9.6f  angle %8.4f\n", step * dt, body.x, body.y,
                   atan2(body.y, body.x));
        }
    }
    printf("energy %.9f, changed by %.2e\n", energy(&body), fabs(energy(&body) - start));
}

int main(void) {
    read_values();
    print_statistics();
    print_pi();
    print_orbit();
    return 0;
}
