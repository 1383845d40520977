/* A small stack machine that interprets bytecode: the longest Collatz chain below `size`. */
#include "bench.h"

enum op {
    PUSH,
    LOAD,
    STORE,
    ADD,
    SUB,
    MUL,
    DIV,
    MOD,
    LESS,
    EQUAL,
    JUMP,
    JUMP_IF_ZERO,
    DUP,
    DROP,
    CALL,
    RETURN,
    HALT
};
enum { STACK_SIZE = 64, VARIABLES = 8, CALLS = 16 };
enum variable { LIMIT, START, N, STEPS, BEST, BEST_START };

/* Labels are numbers of instructions; see the comments at the right. */
struct insn {
    enum op op;
    int32_t operand;
};

static const struct insn program[] = {
    {PUSH, 1},          {STORE, START},      /*  0: start = 1 */
    {LOAD, START},      {LOAD, LIMIT},       /*  2: while (start < limit) */
    {LESS, 0},          {JUMP_IF_ZERO, 21},  /*  4 */
    {LOAD, START},      {STORE, N},          /*  6: n = start */
    {CALL, 24},         {DUP, 0},            /*  8: steps = chain(n) */
    {STORE, STEPS},     {LOAD, BEST},        /* 10 */
    {LESS, 0},          {JUMP_IF_ZERO, 40},  /* 12: if (!(steps < best)) remember */
    {LOAD, START},      {PUSH, 1},           /* 14: start = start + 1 */
    {ADD, 0},           {STORE, START},      /* 16 */
    {JUMP, 2},          {HALT, 0},           /* 18 */
    {HALT, 0},          {LOAD, BEST},        /* 20, 21: end: best and best_start remain */
    {LOAD, BEST_START}, {HALT, 0},           /* 22 */
    {PUSH, 0},          {LOAD, N},           /* 24: chain: steps on the stack */
    {PUSH, 1},          {EQUAL, 0},          /* 26: while (n != 1) */
    {JUMP_IF_ZERO, 30}, {RETURN, 0},         /* 28 */
    {LOAD, N},          {PUSH, 2},           /* 30: if (n % 2 == 0) */
    {MOD, 0},           {JUMP_IF_ZERO, 46},  /* 32 */
    {LOAD, N},          {PUSH, 3},           /* 34: n = 3 * n + 1 */
    {MUL, 0},           {PUSH, 1},           /* 36 */
    {ADD, 0},           {JUMP, 49},          /* 38 */
    {LOAD, STEPS},      {STORE, BEST},       /* 40: remember */
    {LOAD, START},      {STORE, BEST_START}, /* 42 */
    {JUMP, 14},         {HALT, 0},           /* 44 */
    {LOAD, N},          {PUSH, 2},           /* 46: n = n / 2 */
    {DIV, 0},           {STORE, N},          /* 48, 49 */
    {PUSH, 1},          {ADD, 0},            /* 50: steps + 1 */
    {JUMP, 25},         {HALT, 0},           /* 52 */
};

static uint32_t interpret(int32_t *variables) {
    int32_t stack[STACK_SIZE];
    const struct insn *calls[CALLS];
    const struct insn **call = calls;
    const struct insn *at = program;
    int32_t *top = stack;
    for (;;) {
        const struct insn *insn = at++;
        switch (insn->op) {
        case PUSH: *++top = insn->operand; break;
        case LOAD: *++top = variables[insn->operand]; break;
        case STORE: variables[insn->operand] = *top--; break;
        case ADD:
            top--;
            top[0] += top[1];
            break;
        case SUB:
            top--;
            top[0] -= top[1];
            break;
        case MUL:
            top--;
            top[0] *= top[1];
            break;
        case DIV:
            top--;
            top[0] /= top[1];
            break;
        case MOD:
            top--;
            top[0] %= top[1];
            break;
        case LESS:
            top--;
            top[0] = top[0] < top[1];
            break;
        case EQUAL:
            top--;
            top[0] = top[0] == top[1];
            break;
        case JUMP: at = program + insn->operand; break;
        case JUMP_IF_ZERO:
            if (*top-- == 0)
                at = program + insn->operand;
            break;
        case DUP:
            top++;
            top[0] = top[-1];
            break;
        case DROP: top--; break;
        case CALL:
            *call++ = at;
            at = program + insn->operand;
            break;
        case RETURN: at = *--call; break;
        case HALT: return bench_mix(bench_mix(0, (uint32_t)top[0]), (uint32_t)top[-1]);
        }
    }
}

uint32_t bench(uint32_t size) {
    int32_t variables[VARIABLES] = {0};
    variables[LIMIT] = (int32_t)size;
    return interpret(variables);
}
