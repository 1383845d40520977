/* A box gives a program no arguments. Programs that want some are compiled with -Dmain=program_main
 * and -DARGUMENTS="first","second", natively too. */
#undef main
#ifndef ARGUMENTS
#define ARGUMENTS ""
#endif

int program_main();

int main(void) {
    static char *arguments[] = {"program", ARGUMENTS, 0};
    return program_main((int)(sizeof arguments / sizeof *arguments) - 1, arguments);
}
