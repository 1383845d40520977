#include "oracle.h"

#include "moxbox/status.h"

enum { EQ = 4, LT = 2, GT = 1, LTU = 16, GTU = 8 };

static uint8_t *byte_at(struct oracle *o, uint32_t address, bool read, bool write) {
    for (uint32_t i = 0; i < o->region_count; i++) {
        struct oracle_region *region = &o->regions[i];
        const uint64_t end = (uint64_t)region->base + region->size;
        if (address >= region->base && address < end) {
            const bool allowed = (!read || region->readable) && (!write || region->writable);
            return allowed ? &region->bytes[address - region->base] : 0;
        }
    }
    return 0;
}

static enum oracle_stop fault(struct oracle *o, uint32_t kind, uint32_t address, uint32_t size) {
    o->fault_kind = kind;
    o->fault_address = address;
    o->fault_size = size;
    return ORACLE_FAULT;
}

static bool readable(struct oracle *o, uint32_t address, uint32_t size) {
    for (uint32_t i = 0; i < size; i++) {
        if (!byte_at(o, address + i, true, false)) {
            return false;
        }
    }
    return true;
}

static bool writable(struct oracle *o, uint32_t address, uint32_t size) {
    for (uint32_t i = 0; i < size; i++) {
        if (!byte_at(o, address + i, false, true)) {
            return false;
        }
    }
    return true;
}

static uint32_t get(struct oracle *o, uint32_t address, uint32_t size) {
    uint32_t value = 0;
    for (uint32_t i = 0; i < size; i++) {
        value += (uint32_t)*byte_at(o, address + i, false, false) << (8 * i);
    }
    return value;
}

static void set(struct oracle *o, uint32_t address, uint32_t size, uint32_t value) {
    for (uint32_t i = 0; i < size; i++) {
        *byte_at(o, address + i, false, false) = (uint8_t)(value >> (8 * i));
    }
}

static enum oracle_stop done(struct oracle *o, uint32_t length) {
    o->pc += length;
    o->count++;
    return ORACLE_RUNS;
}

static enum oracle_stop load(struct oracle *o, uint32_t to, uint32_t address, uint32_t size,
                             uint32_t length) {
    if (!readable(o, address, size)) {
        return fault(o, MOX_FAULT_READ, address, size);
    }
    o->r[to] = get(o, address, size);
    return done(o, length);
}

static enum oracle_stop store(struct oracle *o, uint32_t address, uint32_t value, uint32_t size,
                              uint32_t length) {
    if (!writable(o, address, size)) {
        return fault(o, MOX_FAULT_WRITE, address, size);
    }
    set(o, address, size, value);
    return done(o, length);
}

/* jsr and jsra: frame of three words, of which two are written. */
static enum oracle_stop call(struct oracle *o, uint32_t target, uint32_t length) {
    const uint32_t frame = o->r[1] - 12;
    if (!writable(o, frame, 4)) {
        return fault(o, MOX_FAULT_WRITE, frame, 4);
    }
    if (!writable(o, frame + 4, 4)) {
        return fault(o, MOX_FAULT_WRITE, frame + 4, 4);
    }
    set(o, frame, 4, o->r[0]);
    set(o, frame + 4, 4, o->pc + length);
    o->r[0] = o->r[1] = frame;
    o->count++;
    o->pc = target;
    return ORACLE_RUNS;
}

static enum oracle_stop ret(struct oracle *o) {
    const uint32_t frame = o->r[0];
    if (!readable(o, frame, 4)) {
        return fault(o, MOX_FAULT_READ, frame, 4);
    }
    if (!readable(o, frame + 4, 4)) {
        return fault(o, MOX_FAULT_READ, frame + 4, 4);
    }
    o->r[0] = get(o, frame, 4);
    o->pc = get(o, frame + 4, 4);
    o->r[1] = frame + 12;
    o->count++;
    return ORACLE_RUNS;
}

static enum oracle_stop divide(struct oracle *o, uint32_t op, uint32_t a, uint32_t b) {
    const uint32_t y = o->r[b];
    if (y == 0) {
        return fault(o, MOX_FAULT_DIVIDE, 0, 0);
    }
    const int64_t sx = (int32_t)o->r[a];
    const int64_t sy = (int32_t)y;
    switch (op) {
    case 0x31: o->r[a] = (uint32_t)(sx / sy); break;
    case 0x32: o->r[a] /= y; break;
    case 0x33: o->r[a] = (uint32_t)(sx % sy); break;
    default: o->r[a] %= y; break;
    }
    return done(o, 2);
}

static enum oracle_stop compare(struct oracle *o, uint32_t x, uint32_t y) {
    if (x == y) {
        o->cc = EQ;
    } else {
        o->cc = (uint32_t)((int32_t)x < (int32_t)y ? LT : GT) + (uint32_t)(x < y ? LTU : GTU);
    }
    return done(o, 2);
}

static enum oracle_stop special(struct oracle *o, uint32_t n, uint32_t value) {
    if ((n == 6 || n == 8) && !readable(o, value, 1)) {
        return fault(o, MOX_FAULT_BUFFER, value, 1);
    }
    if (n == 7 || n == 9) {
        uint64_t left = value;
        uint32_t at = o->sr[n - 1];
        while (left > 0 && readable(o, at, 1)) {
            at++;
            left--;
        }
        if (left > 0) {
            return fault(o, MOX_FAULT_BUFFER, o->sr[n - 1], value);
        }
    }
    o->sr[n] = value;
    return done(o, 2);
}

static enum oracle_stop form2(struct oracle *o, uint32_t h) {
    const uint32_t a = h >> 8 & 15;
    const uint32_t v = h & 255;
    switch (h >> 12 & 3) {
    case 0: o->r[a] += v; break;
    case 1: o->r[a] -= v; break;
    case 2: o->r[a] = o->sr[v]; break;
    default: return special(o, v, o->r[a]);
    }
    return done(o, 2);
}

static enum oracle_stop form3(struct oracle *o, uint32_t h) {
    static const uint32_t mask[10] = {EQ,  0,       LT,      GT,       LTU,
                                      GTU, GT | EQ, LT | EQ, GTU | EQ, LTU | EQ};
    const uint32_t which = h >> 10 & 15;
    if (which > 9) {
        return fault(o, MOX_FAULT_ILLEGAL, 0, 0);
    }
    const bool taken = which == 1 ? !(o->cc & EQ) : (o->cc & mask[which]) != 0;
    int32_t offset = (int32_t)(h & 0x3ff);
    if (offset >= 512) {
        offset -= 1024;
    }
    return done(o, taken ? 2 + 2 * (uint32_t)offset : 2);
}

static uint32_t shift_right_copying_sign(uint32_t value, uint32_t count) {
    for (uint32_t i = 0; i < (count & 31); i++) {
        value = value / 2 + (value & 0x80000000u);
    }
    return value;
}

/* Two-byte instructions on registers only. */
static enum oracle_stop arithmetic(struct oracle *o, uint32_t op, uint32_t *a, uint32_t b) {
    switch (op) {
    case 0x02: *a = b; break;
    case 0x05: *a += b; break;
    case 0x0f: break;
    case 0x10: *a = (uint32_t)(int32_t)(int8_t)b; break;
    case 0x11: *a = (uint32_t)(int32_t)(int16_t)b; break;
    case 0x12: *a = (uint8_t)b; break;
    case 0x13: *a = (uint16_t)b; break;
    case 0x14: *a = (uint32_t)(((uint64_t)*a * b) >> 32); break;
    case 0x15: {
        const int64_t product = (int64_t)(int32_t)*a * (int32_t)b;
        *a = (uint32_t)((uint64_t)product >> 32);
        break;
    }
    case 0x26: *a &= b; break;
    case 0x27: *a >>= b % 32; break;
    case 0x28: *a <<= b % 32; break;
    case 0x29: *a -= b; break;
    case 0x2a: *a = 0u - b; break;
    case 0x2b: *a |= b; break;
    case 0x2c: *a = 0xffffffffu - b; break;
    case 0x2d: *a = shift_right_copying_sign(*a, b); break;
    case 0x2e: *a ^= b; break;
    case 0x2f: *a = (uint32_t)((uint64_t)*a * b); break;
    default: return fault(o, MOX_FAULT_ILLEGAL, 0, 0);
    }
    return done(o, 2);
}

static enum oracle_stop push_or_pop(struct oracle *o, uint32_t op, uint32_t a, uint32_t b) {
    const uint32_t top = op == 0x06 ? o->r[a] - 4 : o->r[a];
    if (op == 0x06) {
        if (!writable(o, top, 4)) {
            return fault(o, MOX_FAULT_WRITE, top, 4);
        }
        set(o, top, 4, o->r[b]);
        o->r[a] = top;
    } else {
        if (!readable(o, top, 4)) {
            return fault(o, MOX_FAULT_READ, top, 4);
        }
        o->r[b] = get(o, top, 4);
        o->r[a] = top + 4;
    }
    return done(o, 2);
}

/* Size of the memory access of the load and store opcodes, 0 for others. */
static uint32_t access_size(uint32_t op) {
    switch (op) {
    case 0x08:
    case 0x09:
    case 0x0a:
    case 0x0b:
    case 0x0c:
    case 0x0d: return 4;
    case 0x1c:
    case 0x1d:
    case 0x1e:
    case 0x1f:
    case 0x36:
    case 0x37: return 1;
    case 0x21:
    case 0x22:
    case 0x23:
    case 0x24:
    case 0x38:
    case 0x39: return 2;
    default: return 0;
    }
}

static enum oracle_stop access(struct oracle *o, uint32_t op, uint32_t a, uint32_t b,
                               uint32_t imm) {
    const uint32_t n = access_size(op);
    switch (op) {
    case 0x08:
    case 0x1d:
    case 0x22: return load(o, a, imm, n, 6);
    case 0x09:
    case 0x1f:
    case 0x24: return store(o, imm, o->r[a], n, 6);
    case 0x0a:
    case 0x1c:
    case 0x21: return load(o, a, o->r[b], n, 2);
    case 0x0b:
    case 0x1e:
    case 0x23: return store(o, o->r[a], o->r[b], n, 2);
    case 0x0c:
    case 0x36:
    case 0x38: return load(o, a, o->r[b] + imm, n, 4);
    default: return store(o, o->r[a] + imm, o->r[b], n, 4);
    }
}

static uint32_t immediate_bytes(uint32_t op) {
    switch (op) {
    case 0x01:
    case 0x03:
    case 0x08:
    case 0x09:
    case 0x1a:
    case 0x1b:
    case 0x1d:
    case 0x1f:
    case 0x20:
    case 0x22:
    case 0x24:
    case 0x30: return 4;
    case 0x0c:
    case 0x0d:
    case 0x36:
    case 0x37:
    case 0x38:
    case 0x39: return 2;
    default: return 0;
    }
}

static enum oracle_stop form1(struct oracle *o, uint32_t h, uint32_t imm) {
    const uint32_t op = h >> 8;
    const uint32_t a = h >> 4 & 15;
    const uint32_t b = h & 15;
    if (access_size(op) != 0) {
        return access(o, op, a, b, imm);
    }
    switch (op) {
    case 0x01:
    case 0x1b:
    case 0x20: o->r[a] = imm; return done(o, 6);
    case 0x03: return call(o, imm, 6);
    case 0x04: return ret(o);
    case 0x06:
    case 0x07: return push_or_pop(o, op, a, b);
    case 0x0e: return compare(o, o->r[a], o->r[b]);
    case 0x19: return call(o, o->r[a], 2);
    case 0x1a:
        o->pc = imm;
        o->count++;
        return ORACLE_RUNS;
    case 0x25:
        o->pc = o->r[a];
        o->count++;
        return ORACLE_RUNS;
    case 0x30:
        o->sr[2] = 3;
        o->sr[3] = imm;
        done(o, 6);
        return ORACLE_SWI;
    case 0x31:
    case 0x32:
    case 0x33:
    case 0x34: return divide(o, op, a, b);
    case 0x35: return ORACLE_BREAK;
    default: return arithmetic(o, op, &o->r[a], o->r[b]);
    }
}

enum oracle_stop oracle_step(struct oracle *o) {
    if (o->pc % 2 != 0) {
        return fault(o, MOX_FAULT_ALIGN_PC, o->pc, 2);
    }
    for (uint32_t i = 0; i < 2; i++) {
        if (!byte_at(o, o->pc + i, false, false)) {
            return fault(o, MOX_FAULT_FETCH, o->pc + i, 2);
        }
    }
    const uint32_t h = get(o, o->pc, 2);
    if (h >= 0xc000) {
        return form3(o, h);
    }
    if (h >= 0x8000) {
        return form2(o, h);
    }
    const uint32_t more = immediate_bytes(h >> 8);
    for (uint32_t i = 0; i < more; i++) {
        if (!byte_at(o, o->pc + 2 + i, false, false)) {
            return fault(o, MOX_FAULT_FETCH, o->pc + 2 + i, more);
        }
    }
    uint32_t imm = get(o, o->pc + 2, more);
    if (more == 2 && imm >= 0x8000) {
        imm += 0xffff0000u;
    }
    return form1(o, h, imm);
}
