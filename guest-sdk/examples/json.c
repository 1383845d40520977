/*
 * Checks a JSON text (RFC 8259) and lays it out: one member or element a line, two blanks a level.
 *
 * Input:  data file 0.
 * Output: the same value laid out; strings and numbers keep their spelling. For a text that is not
 * JSON, one line "line L, column C: what is wrong" (columns count bytes from 1) and exit status 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <moxbox.h>

/* Each level costs a stack frame of value() and one of members(); 64 KiB hold this many with room.
 */
enum { DEEPEST = 200 };

static struct {
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    unsigned depth;
} text;

/* What has been laid out so far. */
static struct {
    char *bytes;
    size_t size;
    size_t room;
} out;

static void fail(const char *message) {
    unsigned long line = 1;
    const uint8_t *line_start = text.start;
    for (const uint8_t *p = text.start; p < text.at; p++) {
        if (*p == '\n') {
            line++;
            line_start = p + 1;
        }
    }
    printf("line %lu, column %lu: %s\n", line, (unsigned long)(text.at - line_start) + 1, message);
    exit(1);
}

static void put(const void *bytes, size_t length) {
    if (length > out.room - out.size) {
        size_t room = (out.room + length) * 2;
        char *larger = realloc(out.bytes, room);
        if (larger == NULL) {
            fail("out of memory");
        }
        out.bytes = larger;
        out.room = room;
    }
    memcpy(out.bytes + out.size, bytes, length);
    out.size += length;
}

static void put_line_start(void) {
    static const char blanks[] = "                                ";
    put("\n", 1);
    size_t width = 2 * (size_t)text.depth;
    while (width != 0) {
        size_t part = width < sizeof blanks - 1 ? width : sizeof blanks - 1;
        put(blanks, part);
        width -= part;
    }
}

/* The next byte, or -1 at the end. */
static int peek(void) {
    return text.at < text.end ? *text.at : -1;
}

static int skip_blanks(void) {
    while (text.at < text.end &&
           (*text.at == ' ' || *text.at == '\t' || *text.at == '\n' || *text.at == '\r')) {
        text.at++;
    }
    return peek();
}

static unsigned digits(void) {
    unsigned count = 0;
    while (text.at < text.end && *text.at >= '0' && *text.at <= '9') {
        text.at++;
        count++;
    }
    return count;
}

static void number(void) {
    const uint8_t *start = text.at;
    if (peek() == '-') {
        text.at++;
    }
    if (peek() == '0') {
        text.at++;
    } else if (digits() == 0) {
        fail("a number needs a digit here");
    }
    if (peek() == '.') {
        text.at++;
        if (digits() == 0) {
            fail("a fraction needs a digit here");
        }
    }
    if (peek() == 'e' || peek() == 'E') {
        text.at++;
        if (peek() == '+' || peek() == '-') {
            text.at++;
        }
        if (digits() == 0) {
            fail("an exponent needs a digit here");
        }
    }
    put(start, (size_t)(text.at - start));
}

/* After a backslash. */
static void escape(void) {
    int c = peek();
    if (c < 0 || strchr("\"\\/bfnrtu", c) == NULL || c == '\0') {
        fail("this is not an escape");
    }
    text.at++;
    if (c != 'u') {
        return;
    }
    for (unsigned i = 0; i < 4; i++) {
        c = peek();
        if (c < 0 || strchr("0123456789abcdefABCDEF", c) == NULL || c == '\0') {
            fail("\\u needs four hexadecimal digits");
        }
        text.at++;
    }
}

static void string(void) {
    const uint8_t *start = text.at++;
    for (;;) {
        int c = peek();
        if (c < 0) {
            fail("the string does not end");
        }
        if (c < ' ') {
            fail("a control character in a string must be escaped");
        }
        text.at++;
        if (c == '"') {
            break;
        }
        if (c == '\\') {
            escape();
        }
    }
    put(start, (size_t)(text.at - start));
}

static void literal(const char *word) {
    size_t length = strlen(word);
    if ((size_t)(text.end - text.at) < length || memcmp(text.at, word, length) != 0) {
        fail("a value is expected here");
    }
    text.at += length;
    put(word, length);
}

static void value(void);

/* An object ('}') or an array (']'), with text.at on its opening bracket. */
static void members(char closing) {
    if (text.depth == DEEPEST) {
        fail("nested too deeply");
    }
    put(text.at++, 1);
    if (skip_blanks() == closing) {
        put(text.at++, 1);
        return;
    }
    text.depth++;
    for (;;) {
        put_line_start();
        if (closing == '}') {
            if (skip_blanks() != '"') {
                fail("a member's name is expected here");
            }
            string();
            if (skip_blanks() != ':') {
                fail("':' is expected here");
            }
            text.at++;
            put(": ", 2);
        }
        value();
        int c = skip_blanks();
        if (c == closing) {
            break;
        }
        if (c != ',') {
            fail(closing == '}' ? "',' or '}' is expected here" : "',' or ']' is expected here");
        }
        put(text.at++, 1);
    }
    text.depth--;
    put_line_start();
    put(text.at++, 1);
}

static void value(void) {
    int c = skip_blanks();
    switch (c) {
    case '{': members('}'); break;
    case '[': members(']'); break;
    case '"': string(); break;
    case 't': literal("true"); break;
    case 'f': literal("false"); break;
    case 'n': literal("null"); break;
    default:
        if (c != '-' && (c < '0' || c > '9')) {
            fail(c < 0 ? "the text ends where a value is expected" : "a value is expected here");
        }
        number();
    }
}

int main(void) {
    struct moxbox_bytes input = {NULL, 0};
    (void)moxbox_input(0, &input);
    text.start = text.at = input.data;
    text.end = input.data + input.size;
    value();
    if (skip_blanks() >= 0) {
        fail("the text goes on after its value");
    }
    put("\n", 1);
    setreturn(out.bytes, out.size);
    return 0;
}
