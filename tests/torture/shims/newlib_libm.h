/* For newlib's libm/test, which is older than prototypes: what it calls without a declaration
 * although the type of an argument depends on it, and two functions that newlib has as macros only.
 */
#include <ctype.h>

char *ecvt(double value, int digits, int *point, int *sign);
char *ecvtf(float value, int digits, int *point, int *sign);
char *ecvtbuf(double value, int digits, int *point, int *sign, char *text);
char *fcvt(double value, int digits, int *point, int *sign);
char *fcvtf(float value, int digits, int *point, int *sign);
char *fcvtbuf(double value, int digits, int *point, int *sign, char *text);
char *gcvt(double value, int digits, char *text);
char *gcvtf(float value, int digits, char *text);

static int(_tolower)(int c) {
    return _tolower(c);
}
static int(_toupper)(int c) {
    return _toupper(c);
}
