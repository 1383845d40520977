/* The time in a box does not pass; neither does it for the native program that it is compared with.
 */
#include <time.h>

#define time(result) ((time_t)1)
#define clock() ((clock_t)0)
