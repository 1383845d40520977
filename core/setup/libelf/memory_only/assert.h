/* libelf's assertions stop the module instead of printing, which would need imports. */
#undef assert
#define assert(condition) ((condition) ? (void)0 : __builtin_trap())
