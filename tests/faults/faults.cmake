# Tests that stand between the linked code and the C library.
add_executable(test_libelf_memory tests/faults/libelf_memory.c)
target_include_directories(test_libelf_memory PRIVATE tests)
target_link_libraries(test_libelf_memory PRIVATE moxbox_core)
target_link_options(test_libelf_memory PRIVATE -Wl,--wrap=malloc,--wrap=calloc)
add_test(NAME faults.libelf_memory COMMAND test_libelf_memory)
