/* Counts the positions that a chess game can reach in a number of half-moves (without castling, en
 * passant and promotion to anything but a queen), from `size` positions that moves of earlier
 * counts lead to. */
#include "bench.h"

#include <stdbool.h>
#include <string.h>

/* Squares are 0x88: a rank is 16 apart, and a square off the board has bit 3 or 7. */
enum { BOARD = 128, OFF = 0x88, DEPTH = 3, MOVES = 256 };
enum { EMPTY, PAWN, KNIGHT, BISHOP, ROOK, QUEEN, KING, KIND = 7, BLACK = 8 };

struct move {
    uint8_t from;
    uint8_t to;
    uint8_t taken;
    uint8_t before; /* the piece that moved */
};

static uint8_t board[BOARD];
static const int8_t steps[] = {-17, -15, 15, 17, -16, -1, 1, 16};
static const int8_t jumps[] = {-33, -31, -18, -14, 14, 18, 31, 33};

static void set_up(void) {
    static const uint8_t rank[] = {ROOK, KNIGHT, BISHOP, QUEEN, KING, BISHOP, KNIGHT, ROOK};
    memset(board, EMPTY, sizeof board);
    for (uint32_t i = 0; i < 8; i++) {
        board[i] = rank[i];
        board[0x10 + i] = PAWN;
        board[0x60 + i] = PAWN | BLACK;
        board[0x70 + i] = rank[i] | BLACK;
    }
}

static uint32_t add(struct move *moves, uint32_t count, uint32_t from, uint32_t to) {
    moves[count] = (struct move){(uint8_t)from, (uint8_t)to, board[to], board[from]};
    return count + 1;
}

/* Whether a side's piece may go to a square. */
static bool may_enter(uint32_t to, uint32_t side) {
    return !(to & OFF) && (board[to] == EMPTY || (board[to] & BLACK) != side);
}

static uint32_t pawn_moves(struct move *moves, uint32_t count, uint32_t from, uint32_t side) {
    const int32_t ahead = side == 0 ? 16 : -16;
    const uint32_t one = (uint32_t)((int32_t)from + ahead);
    const uint32_t start = side == 0 ? 1 : 6;
    if (!(one & OFF) && board[one] == EMPTY) {
        count = add(moves, count, from, one);
        const uint32_t two = (uint32_t)((int32_t)one + ahead);
        if (from >> 4 == start && board[two] == EMPTY)
            count = add(moves, count, from, two);
    }
    for (int32_t aside = -1; aside <= 1; aside += 2) {
        const uint32_t to = (uint32_t)((int32_t)one + aside);
        if (!(to & OFF) && board[to] != EMPTY && (board[to] & BLACK) != side)
            count = add(moves, count, from, to);
    }
    return count;
}

static uint32_t piece_moves(struct move *moves, uint32_t count, uint32_t from, uint32_t side) {
    const uint32_t kind = board[from] & KIND;
    const int8_t *deltas = kind == KNIGHT ? jumps : steps;
    const uint32_t first = kind == ROOK ? 4 : 0;
    const uint32_t last = kind == BISHOP ? 4 : 8;
    for (uint32_t i = first; i < last; i++) {
        uint32_t to = (uint32_t)((int32_t)from + deltas[i]);
        while (may_enter(to, side)) {
            count = add(moves, count, from, to);
            if (board[to] != EMPTY || kind == KNIGHT || kind == KING)
                break;
            to = (uint32_t)((int32_t)to + deltas[i]);
        }
    }
    return count;
}

static uint32_t all_moves(struct move *moves, uint32_t side) {
    uint32_t count = 0;
    for (uint32_t from = 0; from < BOARD; from++) {
        if (from & OFF || board[from] == EMPTY || (board[from] & BLACK) != side)
            continue;
        count = (board[from] & KIND) == PAWN ? pawn_moves(moves, count, from, side)
                                             : piece_moves(moves, count, from, side);
    }
    return count;
}

static void make(const struct move *move) {
    const bool last_rank = move->to >> 4 == 0 || move->to >> 4 == 7;
    const bool promoted = (move->before & KIND) == PAWN && last_rank;
    board[move->from] = EMPTY;
    board[move->to] = promoted ? (uint8_t)(QUEEN | (move->before & BLACK)) : move->before;
}

static void take_back(const struct move *move) {
    board[move->from] = move->before;
    board[move->to] = move->taken;
}

/* A side whose king was taken has lost: nothing follows. */
static uint32_t count_positions(uint32_t side, uint32_t depth) {
    struct move moves[MOVES];
    const uint32_t count = all_moves(moves, side);
    uint32_t positions = 0;
    if (depth == 1)
        return count;
    for (uint32_t i = 0; i < count; i++) {
        if ((moves[i].taken & KIND) == KING)
            continue;
        make(&moves[i]);
        positions += count_positions(side ^ BLACK, depth - 1);
        take_back(&moves[i]);
    }
    return positions;
}

uint32_t bench(uint32_t size) {
    uint32_t random = BENCH_SEED;
    uint32_t checksum = 1;
    uint32_t side = 0;
    set_up();
    for (uint32_t i = 0; i < size; i++) {
        struct move moves[MOVES];
        checksum = bench_mix(checksum, count_positions(side, DEPTH));
        const uint32_t count = all_moves(moves, side);
        const struct move *move = &moves[(bench_random(&random) >> 8) % (count + (count == 0))];
        if (count == 0 || (move->taken & KIND) == KING || i % 40 == 39) {
            set_up();
            side = 0;
        } else {
            make(move);
            side ^= BLACK;
        }
    }
    return checksum;
}
