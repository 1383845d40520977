/*
 * Looking up inputs by number and by tag, and the size of the stack.
 *
 * Input:  any data files.
 * Output: text: the number of files and each one's size and first byte, whether the stack is as
 * large as the map says, and what lies at tag "elf0".
 */
#include <stdio.h>

#include <moxbox.h>

int main(void) {
    struct moxbox_bytes bytes;
    unsigned count = moxbox_input_count();

    printf("%u files\n", count);
    for (unsigned i = 0; i < count; i++) {
        (void)moxbox_input(i, &bytes);
        printf("data%u %lu %d\n", i, (unsigned long)bytes.size,
               bytes.size == 0 ? -1 : bytes.data[0]);
    }
    printf("beyond %d, unknown %d\n", moxbox_input(count, &bytes), moxbox_find("nothing", &bytes));
    printf("stack %lu, left %d\n", (unsigned long)moxbox_stack_size(),
           moxbox_stack_left() > moxbox_stack_size() / 2 &&
               moxbox_stack_left() < moxbox_stack_size());
    printf("elf0 %d\n", moxbox_find("elf0", &bytes) == 0 &&
                            (uintptr_t)bytes.data <= (uintptr_t)main &&
                            (uintptr_t)main < (uintptr_t)bytes.data + bytes.size);
    return 0;
}
