/*
 * Calls itself until the stack is used up, so the box must stop it with a fault below the stack.
 *
 * Input:  none.
 */
static volatile unsigned depth;
/* Volatile, or the compiler would see that there is no end. */
static volatile unsigned deepest = 0xffffffffu;

__attribute__((noinline)) static unsigned deeper(unsigned n) {
    volatile unsigned room[8];
    room[0] = n;
    depth = n;
    return n == deepest ? 0 : deeper(n + 1) + room[0];
}

int main(void) {
    return (int)deeper(0);
}
