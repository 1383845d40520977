/* Parses a JSON text of some 40 kB into a tree (objects, arrays, strings with escapes, integers,
 * words), walks the tree, frees it; `size` times. */
#include "bench.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum kind { NUL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT };
enum { TEXT_SIZE = 64 << 10, RECORDS = 300, MOST_DEPTH = 50 };

struct value {
    enum kind kind;
    int32_t number;
    uint32_t length;     /* of text */
    char *text;          /* of a STRING */
    char *name;          /* its key in an OBJECT */
    struct value *child; /* first member of an ARRAY or OBJECT */
    struct value *next;
};

static char text[TEXT_SIZE];

struct parser {
    const char *at;
    bool failed;
};

static char *put(char *out, const char *s) {
    size_t length = strlen(s);
    memcpy(out, s, length);
    return out + length;
}

static char *put_number(char *out, uint32_t n) {
    char digits[10];
    int count = 0;
    do {
        digits[count++] = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    while (count > 0)
        *out++ = digits[--count];
    return out;
}

static void make_text(uint32_t *random) {
    static const char *const names[] = {"red", "gr\\u00fcn", "blue\\n", "a \\\"quoted\\\" one", ""};
    char *out = put(text, "{\"records\": [\n");
    for (int i = 0; i < RECORDS; i++) {
        uint32_t r = bench_random(random);
        out = put(out, i ? ",\n  {\"id\": " : "  {\"id\": ");
        out = put_number(out, (uint32_t)i);
        out = put(out, ", \"name\": \"");
        out = put(out, names[r % 5]);
        out = put(out, "\", \"on\": ");
        out = put(out, (r & 64) ? "true" : (r & 128) ? "false" : "null");
        out = put(out, ", \"place\": [");
        for (int k = 0; k < 4; k++) {
            out = put(out, k ? ", -" : "");
            out = put_number(out, (r >> (8 + 2 * k)) & 0xffff);
        }
        out = put(out, "], \"more\": {\"next\": {}, \"list\": [[], [1, [2]]]}}");
    }
    out = put(out, "\n]}\n");
    *out = 0;
}

static void skip_space(struct parser *p) {
    while (*p->at == ' ' || *p->at == '\n' || *p->at == '\t' || *p->at == '\r')
        p->at++;
}

static bool take(struct parser *p, char c) {
    skip_space(p);
    if (*p->at != c)
        return false;
    p->at++;
    return true;
}

static uint32_t take_hex(struct parser *p) {
    uint32_t code = 0;
    for (int i = 0; i < 4; i++) {
        char c = *p->at;
        if (c >= '0' && c <= '9')
            code = code * 16 + (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            code = code * 16 + (uint32_t)(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            code = code * 16 + (uint32_t)(c - 'A') + 10;
        else {
            p->failed = true;
            return 0;
        }
        p->at++;
    }
    return code;
}

static char *put_utf8(char *out, uint32_t code) {
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xc0 | code >> 6);
        *out++ = (char)(0x80 | (code & 63));
    } else {
        *out++ = (char)(0xe0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 63));
        *out++ = (char)(0x80 | (code & 63));
    }
    return out;
}

/* The escapes only get shorter, so the source's length is room enough. */
static char *take_string(struct parser *p, uint32_t *length) {
    if (!take(p, '"')) {
        p->failed = true;
        return NULL;
    }
    const char *end = p->at;
    while (*end != '"' && *end != 0)
        end += *end == '\\' && end[1] != 0 ? 2 : 1;
    char *string = malloc((size_t)(end - p->at) + 1);
    char *out = string;
    if (string == NULL || *end == 0) {
        p->failed = true;
        return string;
    }
    while (*p->at != '"') {
        char c = *p->at++;
        if (c == '\\') {
            c = *p->at++;
            switch (c) {
            case 'n': c = '\n'; break;
            case 't': c = '\t'; break;
            case 'r': c = '\r'; break;
            case 'b': c = '\b'; break;
            case 'f': c = '\f'; break;
            case 'u': out = put_utf8(out, take_hex(p)); continue;
            default: break;
            }
        }
        *out++ = c;
    }
    p->at++;
    *out = 0;
    if (length != NULL)
        *length = (uint32_t)(out - string);
    return string;
}

static struct value *take_value(struct parser *p, int depth);

static void take_members(struct parser *p, struct value *parent, char close, int depth) {
    struct value **tail = &parent->child;
    if (take(p, close))
        return;
    do {
        char *name = NULL;
        if (parent->kind == OBJECT) {
            name = take_string(p, NULL);
            if (!take(p, ':'))
                p->failed = true;
        }
        struct value *member = p->failed ? NULL : take_value(p, depth + 1);
        if (member == NULL) {
            free(name);
            p->failed = true;
            return;
        }
        member->name = name;
        *tail = member;
        tail = &member->next;
    } while (take(p, ','));
    if (!take(p, close))
        p->failed = true;
}

static bool take_word(struct parser *p, const char *word) {
    size_t length = strlen(word);
    if (strncmp(p->at, word, length) != 0)
        return false;
    p->at += length;
    return true;
}

static int32_t take_number(struct parser *p) {
    bool negative = take(p, '-');
    uint32_t n = 0;
    if (*p->at < '0' || *p->at > '9')
        p->failed = true;
    while (*p->at >= '0' && *p->at <= '9')
        n = n * 10 + (uint32_t)(*p->at++ - '0');
    return negative ? -(int32_t)n : (int32_t)n;
}

static struct value *take_value(struct parser *p, int depth) {
    struct value *value = depth > MOST_DEPTH ? NULL : calloc(1, sizeof *value);
    if (value == NULL)
        return NULL;
    skip_space(p);
    if (take(p, '{')) {
        value->kind = OBJECT;
        take_members(p, value, '}', depth);
    } else if (take(p, '[')) {
        value->kind = ARRAY;
        take_members(p, value, ']', depth);
    } else if (*p->at == '"') {
        value->kind = STRING;
        value->text = take_string(p, &value->length);
    } else if (take_word(p, "true")) {
        value->kind = TRUE;
    } else if (take_word(p, "false")) {
        value->kind = FALSE;
    } else if (!take_word(p, "null")) {
        value->kind = NUMBER;
        value->number = take_number(p);
    }
    return value;
}

static uint32_t sum_and_free(struct value *value, uint32_t checksum) {
    while (value != NULL) {
        struct value *next = value->next;
        checksum =
            bench_mix(checksum, (uint32_t)value->kind + (uint32_t)value->number + value->length);
        if (value->name != NULL)
            checksum = bench_mix(checksum, (uint8_t)value->name[0]);
        if (value->text != NULL && value->length > 0)
            checksum = bench_mix(checksum, (uint8_t)value->text[value->length - 1]);
        checksum = sum_and_free(value->child, checksum);
        free(value->name);
        free(value->text);
        free(value);
        value = next;
    }
    return checksum;
}

uint32_t bench(uint32_t size) {
    uint32_t random = BENCH_SEED;
    uint32_t checksum = 0;
    make_text(&random);
    for (uint32_t round = 0; round < size; round++) {
        struct parser parser = {text, false};
        struct value *value = take_value(&parser, 0);
        if (value == NULL || parser.failed)
            return 0;
        checksum = sum_and_free(value, checksum);
    }
    return checksum;
}
