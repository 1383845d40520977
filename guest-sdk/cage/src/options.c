/* getopt with GNU's rules and messages: newlib's takes a lone "-" for an option, which programs use
 * for standard input, and does not start again when a program sets optind. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *optarg;
int optind = 1;
int opterr = 1;
int optopt = '?';
int optreset;

static struct {
    char *next;  /* rest of an argument with several short options */
    int left_at; /* optind as it was left, to see that a program has changed it */
    int first;   /* operands that were passed over lie in [first, last) */
    int last;
} state;

enum order { PERMUTE, REQUIRE, IN_ORDER };

struct call {
    int argc;
    char **argv;
    const char *letters;
    const struct option *names; /* NULL: short options only */
    int *index;
    bool only;  /* names may follow a single dash */
    bool quiet; /* no messages */
};

/* Moves the operands in [first, last) behind the options in [last, optind). */
static void exchange(char **argv) {
    while (state.last < optind) {
        char *const option = argv[state.last];
        memmove(&argv[state.first + 1], &argv[state.first],
                (size_t)(state.last - state.first) * sizeof *argv);
        argv[state.first++] = option;
        state.last++;
    }
}

static bool is_operand(const char *argument) {
    return argument[0] != '-' || argument[1] == '\0';
}

static void start(void) {
    if (optind == 0 || optreset != 0) {
        optind = optind == 0 ? 1 : optind;
        optreset = 0;
    } else if (optind == state.left_at) {
        return;
    }
    state.next = NULL;
    state.first = state.last = optind;
}

/* Where a name may have an argument and for what is missing: "?", or ":" when the letters begin
 * with it. */
static int complain(const struct call *call, int letter) {
    optopt = letter;
    return call->letters[0] == ':' ? ':' : '?';
}

/* The one name that begins with text[0..size), or is it; -1: none, -2: several that differ. */
static int find_name(const struct option *names, const char *text, size_t size) {
    int found = -1;
    for (int i = 0; names[i].name != NULL; i++) {
        if (strncmp(names[i].name, text, size) != 0) {
            continue;
        }
        if (names[i].name[size] == '\0') {
            return i;
        }
        if (found >= 0 &&
            (names[found].has_arg != names[i].has_arg || names[found].flag != names[i].flag ||
             names[found].val != names[i].val)) {
            return -2;
        }
        found = found == -1 ? i : found;
    }
    return found;
}

/* What follows the name of an option in its argument: "=value" or nothing. */
static int take_name(const struct call *call, const struct option *option, char *end,
                     const char *dashes) {
    const char *const program = call->argv[0];
    if (*end == '=' && option->has_arg == no_argument) {
        if (!call->quiet) {
            fprintf(stderr, "%s: option '%s%s' doesn't allow an argument\n", program, dashes,
                    option->name);
        }
        optopt = option->val;
        return '?';
    }
    if (*end == '=') {
        optarg = end + 1;
    } else if (option->has_arg == required_argument) {
        if (optind >= call->argc) {
            if (!call->quiet) {
                fprintf(stderr, "%s: option '%s%s' requires an argument\n", program, dashes,
                        option->name);
            }
            return complain(call, option->val);
        }
        optarg = call->argv[optind++];
    }
    if (call->index != NULL) {
        *call->index = (int)(option - call->names);
    }
    if (option->flag != NULL) {
        *option->flag = option->val;
        return 0;
    }
    return option->val;
}

/* An option by name, which stands behind its dashes in argv[optind]; -1: it is one of letters. */
static int long_option(const struct call *call, char *text, const char *dashes) {
    const size_t size = strcspn(text, "=");
    const int found = find_name(call->names, text, size);
    if (found == -1 && dashes[1] == '\0' && strchr(call->letters, *text) != NULL) {
        return -1;
    }
    optind++;
    if (found >= 0) {
        return take_name(call, &call->names[found], text + size, dashes);
    }
    if (!call->quiet && found == -1) {
        fprintf(stderr, "%s: unrecognized option '%s%s'\n", call->argv[0], dashes, text);
    } else if (!call->quiet) {
        fprintf(stderr, "%s: option '%s%s' is ambiguous; possibilities:", call->argv[0], dashes,
                text);
        for (const struct option *name = call->names; name->name != NULL; name++) {
            if (strncmp(name->name, text, size) == 0) {
                fprintf(stderr, " '%s%s'", dashes, name->name);
            }
        }
        fputc('\n', stderr);
    }
    optopt = 0;
    return '?';
}

static int short_option(const struct call *call) {
    const char letter = *state.next++;
    const char *const found = letter == ':' || letter == ';' ? NULL : strchr(call->letters, letter);
    if (*state.next == '\0') {
        state.next = NULL;
        optind++;
    }
    if (found == NULL) {
        if (!call->quiet) {
            fprintf(stderr, "%s: invalid option -- '%c'\n", call->argv[0], letter);
        }
        optopt = letter;
        return '?';
    }
    if (found[1] != ':') {
        return letter;
    }
    if (state.next != NULL) {
        optarg = state.next;
        state.next = NULL;
        optind++;
    } else if (found[2] != ':') {
        if (optind >= call->argc) {
            if (!call->quiet) {
                fprintf(stderr, "%s: option requires an argument -- '%c'\n", call->argv[0], letter);
            }
            return complain(call, letter);
        }
        optarg = call->argv[optind++];
    }
    return letter;
}

/* Sets optind to the next option, or gives -1 at the end and 1 for an operand that is handed out.
 */
static int next_argument(const struct call *call, enum order order) {
    char **const argv = call->argv;
    if (order == PERMUTE) {
        if (state.first != state.last && state.last != optind) {
            exchange(argv);
        } else if (state.last != optind) {
            state.first = optind;
        }
        while (optind < call->argc && is_operand(argv[optind])) {
            optind++;
        }
        state.last = optind;
    }
    if (optind < call->argc && strcmp(argv[optind], "--") == 0) {
        optind++;
        if (state.first != state.last) {
            exchange(argv);
        } else {
            state.first = optind;
        }
        optind = state.first != state.last ? state.first : optind;
        return -1;
    }
    if (optind >= call->argc) {
        optind = state.first != state.last ? state.first : optind;
        return -1;
    }
    if (is_operand(argv[optind])) {
        if (order == REQUIRE) {
            return -1;
        }
        optarg = argv[optind++];
        return 1;
    }
    return 0;
}

static int next_option(struct call *call) {
    enum order order = getenv("POSIXLY_CORRECT") != NULL ? REQUIRE : PERMUTE;
    if (*call->letters == '-' || *call->letters == '+') {
        order = *call->letters++ == '-' ? IN_ORDER : REQUIRE;
    }
    call->quiet = opterr == 0 || *call->letters == ':';
    optarg = NULL;
    start();
    if (state.next == NULL) {
        const int end = next_argument(call, order);
        if (end != 0) {
            return end;
        }
        char *const argument = call->argv[optind];
        if (call->names != NULL && argument[1] == '-') {
            return long_option(call, argument + 2, "--");
        }
        if (call->names != NULL && call->only &&
            (argument[2] != '\0' || strchr(call->letters, argument[1]) == NULL)) {
            const int result = long_option(call, argument + 1, "-");
            if (result != -1) {
                return result;
            }
        }
        state.next = argument + 1;
    }
    return short_option(call);
}

static int finish(struct call call) {
    const int result = call.argc > 0 ? next_option(&call) : -1;
    state.left_at = optind;
    return result;
}

int getopt(int argc, char *const argv[], const char *letters) {
    return finish((struct call){.argc = argc, .argv = (char **)argv, .letters = letters});
}

int getopt_long(int argc, char *const argv[], const char *letters, const struct option *names,
                int *index) {
    return finish((struct call){
        .argc = argc, .argv = (char **)argv, .letters = letters, .names = names, .index = index});
}

int getopt_long_only(int argc, char *const argv[], const char *letters, const struct option *names,
                     int *index) {
    return finish((struct call){.argc = argc,
                                .argv = (char **)argv,
                                .letters = letters,
                                .names = names,
                                .index = index,
                                .only = true});
}
