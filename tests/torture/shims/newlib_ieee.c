/* In place of newlib's libm/test/test_ieee.c, which changes rounding modes and trap masks: software
 * floating point has neither. */
void test_ieee(void);

void test_ieee(void) {}
