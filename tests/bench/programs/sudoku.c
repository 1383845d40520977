/* Solves four sudokus by backtracking with the cell of fewest candidates first, `size` times. */
#include "bench.h"

enum { CELLS = 81, ALL_DIGITS = 0x1ff };

static const char puzzles[4][CELLS + 1] = {
    "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..",
    "1....7.9..3..2...8..96..5....53..9...1..8...26....4...3......1..4......7..7...3..",
    "..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9",
    "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......",
};

struct board {
    uint16_t row[9]; /* digits still free, as bits */
    uint16_t column[9];
    uint16_t block[9];
    uint8_t digit[CELLS]; /* 0: open */
    uint32_t tries;
};

static uint32_t block_of(uint32_t cell) {
    return cell / 27 * 3 + cell % 9 / 3;
}

static uint32_t candidates(const struct board *board, uint32_t cell) {
    return (uint32_t)board->row[cell / 9] & board->column[cell % 9] & board->block[block_of(cell)];
}

static void flip(struct board *board, uint32_t cell, uint32_t bit) {
    board->row[cell / 9] ^= (uint16_t)bit;
    board->column[cell % 9] ^= (uint16_t)bit;
    board->block[block_of(cell)] ^= (uint16_t)bit;
}

static uint32_t count_bits(uint32_t bits) {
    uint32_t count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/* Returns 1 when solved. Gives up after so many tries that every puzzle ends in bounded time. */
static int solve(struct board *board, uint32_t most_tries) {
    uint32_t best = CELLS;
    uint32_t fewest = 10;
    for (uint32_t cell = 0; cell < CELLS && fewest > 1; cell++) {
        if (board->digit[cell] != 0)
            continue;
        uint32_t count = count_bits(candidates(board, cell));
        if (count < fewest) {
            fewest = count;
            best = cell;
        }
    }
    if (best == CELLS)
        return 1;
    uint32_t open = candidates(board, best);
    for (uint32_t digit = 1; digit <= 9; digit++) {
        uint32_t bit = 1u << (digit - 1);
        if ((open & bit) == 0 || ++board->tries > most_tries)
            continue;
        board->digit[best] = (uint8_t)digit;
        flip(board, best, bit);
        if (solve(board, most_tries))
            return 1;
        flip(board, best, bit);
        board->digit[best] = 0;
    }
    return 0;
}

static uint32_t run_puzzle(const char *puzzle) {
    struct board board = {0};
    uint32_t checksum = 0;
    for (int i = 0; i < 9; i++)
        board.row[i] = board.column[i] = board.block[i] = ALL_DIGITS;
    for (uint32_t cell = 0; cell < CELLS; cell++)
        if (puzzle[cell] != '.') {
            board.digit[cell] = (uint8_t)(puzzle[cell] - '0');
            flip(&board, cell, 1u << (board.digit[cell] - 1));
        }
    checksum = bench_mix(checksum, (uint32_t)solve(&board, 4000));
    for (uint32_t cell = 0; cell < CELLS; cell++)
        checksum = bench_mix(checksum, board.digit[cell]);
    return bench_mix(checksum, board.tries);
}

uint32_t bench(uint32_t size) {
    uint32_t checksum = 0;
    for (uint32_t round = 0; round < size; round++)
        for (int i = 0; i < 4; i++)
            checksum = bench_mix(checksum, run_puzzle(puzzles[i]));
    return checksum;
}
