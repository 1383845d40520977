/* Pieces: every way to cut what is written and what is read gives the same bytes and blocks;
 * pages of zeros are nowhere; every other order, every change and every end is refused. */
#include "base/pieces.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "unit/check.h"

enum { BLOCK = 5 * PIECES_PAGE + 100, TEXT = 9, SMALL = PIECES_ITEM_MAX, WHOLE = 1 << 16 };

struct content {
    uint8_t block[BLOCK];
    uint8_t empty[2 * PIECES_PAGE];
};

static struct content content_new(void) {
    struct content content = {0};
    content.block[0] = 1;
    content.block[PIECES_PAGE - 1] = 2;
    content.block[3 * PIECES_PAGE + 17] = 3; /* pages 1, 2 and 4 are zero */
    content.block[BLOCK - 1] = 4;
    return content;
}

/* Puts item after item; each step is one that pieces_fits was asked for. */
struct writer {
    struct pieces_out out;
    const struct content *content;
    uint32_t step;
    uint32_t at;
};

static bool write_step(struct writer *writer, uint32_t *max_bytes) {
    struct pieces_out *out = &writer->out;
    switch (writer->step) {
    case 0:
        if (!pieces_fits(out, 12)) {
            return false;
        }
        pieces_put_word(out, 0x04030201);
        pieces_put_wide(out, 0x0102030405060708);
        return true;
    case 1:
        if (!pieces_fits(out, TEXT)) {
            return false;
        }
        pieces_put_bytes(out, (const uint8_t *)"some text", TEXT);
        return true;
    case 2: return pieces_put_pages(out, writer->content->block, BLOCK, &writer->at, max_bytes);
    case 3:
        return pieces_put_pages(out, writer->content->empty, sizeof writer->content->empty,
                                &writer->at, max_bytes);
    default:
        if (!pieces_fits(out, PIECES_DIGEST)) {
            return false;
        }
        pieces_put_digest(out);
        return true;
    }
}

/* Writes all, in pieces of `room` bytes at most and looking at max_bytes for each; the size. */
static uint32_t write_all(const struct content *content, uint8_t to[WHOLE], uint32_t room,
                          uint32_t max_bytes) {
    struct writer writer = {.content = content};
    uint32_t size = 0;
    pieces_out_start(&writer.out);
    CHECK(!pieces_fits(&writer.out, 1));
    for (uint32_t pieces = 0; writer.step < 5 && pieces < 1000; pieces++) {
        uint32_t left = max_bytes;
        pieces_out_into(&writer.out, to + size, room);
        while (writer.step < 5 && write_step(&writer, &left)) {
            writer.step++;
        }
        size += pieces_out_cut(&writer.out);
        CHECK(!pieces_fits(&writer.out, 1));
    }
    CHECK_EQ(writer.step, 5);
    return size;
}

/* Reads item after item. */
struct reader {
    struct pieces_in in;
    struct content content;
    struct pieces_pages pages;
    uint8_t text[TEXT];
    uint32_t text_at;
    uint32_t step;
    bool bad;
};

static enum pieces_taken numbers(struct reader *reader) {
    const uint8_t *bytes = pieces_take(&reader->in, 12);
    if (bytes == NULL) {
        return PIECES_MORE;
    }
    const bool same = bytes_load32(bytes) == 0x04030201 && bytes_load32(bytes + 4) == 0x05060708 &&
                      bytes_load32(bytes + 8) == 0x01020304;
    return same ? PIECES_DONE : PIECES_BAD;
}

static enum pieces_taken read_step(struct reader *reader) {
    struct content *content = &reader->content;
    switch (reader->step) {
    case 0: return numbers(reader);
    case 1:
        if (!pieces_take_all(&reader->in, reader->text, TEXT, &reader->text_at)) {
            return PIECES_MORE;
        }
        return memcmp(reader->text, "some text", TEXT) == 0 ? PIECES_DONE : PIECES_BAD;
    case 2: return pieces_take_pages(&reader->in, content->block, BLOCK, &reader->pages);
    case 3:
        return pieces_take_pages(&reader->in, content->empty, sizeof content->empty,
                                 &reader->pages);
    case 4: return pieces_take_digest(&reader->in);
    default: return reader->in.left > 0 ? PIECES_BAD : PIECES_MORE;
    }
}

/* Feeds in pieces of `piece` bytes, each of them a block of its own. */
static void read_all(struct reader *reader, const uint8_t *bytes, uint32_t size, uint32_t piece) {
    memset(reader, 0, sizeof *reader);
    pieces_in_start(&reader->in);
    for (uint32_t at = 0; at < size && !reader->bad; at += piece) {
        const uint32_t here = size - at < piece ? size - at : piece;
        uint8_t *copy = malloc(here);
        if (copy == NULL) {
            abort();
        }
        memcpy(copy, bytes + at, here);
        pieces_in_feed(&reader->in, copy, here);
        enum pieces_taken taken = PIECES_DONE;
        while (taken == PIECES_DONE) {
            taken = read_step(reader);
            reader->step += taken == PIECES_DONE;
        }
        reader->bad = taken == PIECES_BAD;
        CHECK(reader->bad || reader->in.left == 0);
        free(copy);
    }
}

static void check_cuts(const struct content *content, const uint8_t *whole, uint32_t size) {
    static const uint32_t rooms[] = {SMALL, SMALL + 1, SMALL + 11, 2 * SMALL, 10000, WHOLE};
    static const uint32_t looks[] = {1, PIECES_PAGE, 3 * PIECES_PAGE, UINT32_MAX};
    static const uint32_t pieces[] = {1, 2, 3, 7, 100, 4095, 4096, 4097, 4100, WHOLE};
    static uint8_t again[WHOLE];
    static struct reader reader;
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        for (size_t j = 0; j < sizeof looks / sizeof *looks; j++) {
            memset(again, 0xee, sizeof again);
            CHECK_EQ(write_all(content, again, rooms[i], looks[j]), size);
            CHECK(memcmp(again, whole, size) == 0);
        }
    }
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        read_all(&reader, whole, size, pieces[i]);
        CHECK(!reader.bad && reader.step == 5);
        CHECK(memcmp(&reader.content, content, sizeof *content) == 0);
    }
}

/* Short, long, and with any byte changed. */
static void check_damage(const uint8_t *whole, uint32_t size) {
    static uint8_t changed[WHOLE];
    static struct reader reader;
    for (uint32_t end = 0; end < size; end += end < 100 || end + 100 > size ? 1 : 97) {
        read_all(&reader, whole, end, WHOLE);
        CHECK(!reader.bad && reader.step < 5);
    }
    memcpy(changed, whole, size + 1);
    read_all(&reader, changed, size + 1, WHOLE);
    CHECK(reader.bad && reader.step == 5);
    for (uint32_t at = 0; at < size; at++) {
        changed[at] ^= (uint8_t)(1 << at % 8);
        read_all(&reader, changed, size, WHOLE);
        CHECK(reader.bad || reader.step < 5); /* a page's number can make it wait for more */
        changed[at] = whole[at];
    }
}

/* One block of two pages and a bit, from words: numbers and END; each page is the byte given. */
static enum pieces_taken pages_of(const uint32_t *numbers, uint32_t count, uint8_t fill) {
    static uint8_t bytes[8 * SMALL];
    static uint8_t block[2 * PIECES_PAGE + 1];
    struct pieces_in in;
    struct pieces_pages pages = {0};
    uint32_t size = 0;
    for (uint32_t i = 0; i < count; i++) {
        bytes_store32(bytes + size, numbers[i]);
        size += 4;
        if (numbers[i] < 3) {
            const uint32_t here = numbers[i] < 2 ? PIECES_PAGE : 1;
            memset(bytes + size, fill, here);
            size += here;
        }
    }
    memset(block, 0, sizeof block);
    pieces_in_start(&in);
    pieces_in_feed(&in, bytes, size);
    return pieces_take_pages(&in, block, sizeof block, &pages);
}

static void check_order(void) {
    static const uint32_t good[] = {0, 1, 2, PIECES_PAGES_END};
    static const uint32_t twice[] = {1, 1, PIECES_PAGES_END};
    static const uint32_t back[] = {2, 0, PIECES_PAGES_END};
    static const uint32_t outside[] = {0, 3, PIECES_PAGES_END};
    static const uint32_t far[] = {0xfffffffe, PIECES_PAGES_END};
    CHECK_EQ(pages_of(good, 4, 1), PIECES_DONE);
    CHECK_EQ(pages_of(good + 3, 1, 1), PIECES_DONE);
    CHECK_EQ(pages_of(good, 3, 1), PIECES_MORE);
    CHECK_EQ(pages_of(good, 4, 0), PIECES_BAD);
    CHECK_EQ(pages_of(good + 2, 2, 0), PIECES_BAD);
    CHECK_EQ(pages_of(twice, 3, 1), PIECES_BAD);
    CHECK_EQ(pages_of(back, 3, 1), PIECES_BAD);
    CHECK_EQ(pages_of(outside, 3, 1), PIECES_BAD);
    CHECK_EQ(pages_of(far, 2, 1), PIECES_BAD);
}

static void check_zero(void) {
    uint8_t bytes[200] = {0};
    for (uint32_t size = 0; size < sizeof bytes - 1; size++) {
        CHECK(bytes_are_zero(bytes, size));
        bytes[size] = 1; /* behind it */
        CHECK(bytes_are_zero(bytes, size));
        bytes[size] = 0;
        for (uint32_t at = 0; at < size; at++) {
            bytes[at] = 0x80;
            CHECK(!bytes_are_zero(bytes, size));
            bytes[at] = 0;
        }
    }
}

int main(void) {
    static uint8_t whole[WHOLE];
    static struct content content;
    content = content_new();
    const uint32_t size = write_all(&content, whole, WHOLE, UINT32_MAX);
    /* Three pages of the block, its last one short; numbers and ends; nothing of the empty one. */
    CHECK_EQ(size, 12 + TEXT + 3 * 4 + 2 * PIECES_PAGE + 100 + 4 + 4 + PIECES_DIGEST);
    check_cuts(&content, whole, size);
    check_damage(whole, size);
    check_order();
    check_zero();
    return check_report("pieces");
}
