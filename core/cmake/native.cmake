# Host programs and tests. A file is all it takes: every core/tools/*.c is a program, every tests/unit/*.c
# tests/elf/*.c and tests/fsimage/*.c is a test.

file(GLOB tools CONFIGURE_DEPENDS core/tools/*.c)
foreach(file IN LISTS tools)
    cmake_path(GET file STEM name)
    add_executable(${name} ${file})
    target_link_libraries(${name} PRIVATE moxbox_core)
    # Programs for people may use the operating system; the core may not (core_symbols below).
    target_compile_definitions(${name} PRIVATE _POSIX_C_SOURCE=200809L)
endforeach()

# The naive second interpreter, for tests only.
file(GLOB oracle_sources CONFIGURE_DEPENDS tests/oracle/*.c)
if(oracle_sources)
    add_library(oracle STATIC ${oracle_sources})
    target_include_directories(oracle PUBLIC tests)
    target_link_libraries(oracle PUBLIC moxbox_core)
endif()

enable_testing()
file(GLOB tests CONFIGURE_DEPENDS tests/unit/*.c tests/elf/*.c tests/fsimage/*.c)
foreach(file IN LISTS tests)
    cmake_path(GET file STEM name)
    add_executable(test_${name} ${file})
    target_include_directories(test_${name} PRIVATE tests)
    target_compile_definitions(test_${name} PRIVATE _POSIX_C_SOURCE=200809L)
    target_link_libraries(test_${name} PRIVATE moxbox_core $<TARGET_NAME_IF_EXISTS:oracle>)
    add_test(NAME unit.${name} COMMAND test_${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(unit.${name} PROPERTIES TIMEOUT 300)
endforeach()

# The guests' floating point, for this machine.
file(GLOB soft_float CONFIGURE_DEPENDS guest-sdk/runtime/float/*.c)
target_sources(test_soft_float PRIVATE ${soft_float})
target_link_libraries(test_soft_float PRIVATE m)

# Runs lists of guests in one process, for tests/torture.
add_executable(torture_run tests/torture/run_native.c)
target_compile_definitions(torture_run PRIVATE _POSIX_C_SOURCE=200809L)
target_link_libraries(torture_run PRIVATE moxbox_core)

include(tests/fuzz/fuzz.cmake)
include(tests/faults/faults.cmake)

# Sanitizers add symbols of their own, so this looks at plain builds only.
if(NOT MOXBOX_SANITIZE AND core_sources)
    add_test(NAME core.symbols
        COMMAND ${CMAKE_SOURCE_DIR}/core/cmake/check_symbols.sh ${CMAKE_NM} $<TARGET_FILE:moxbox_core>)
endif()

# Files that are printed from the tables and committed: PRINTER KIND FILE for each. `tables` writes them,
# the tests printed.* compare.
set(printed
    print_tables js web/generated/tables.js
    print_tables isa core/isa/INSTRUCTIONS.md
    print_guest header guest-sdk/cage/include/mox_syscalls.h
    print_guest abi guest-sdk/cage/include/mox_abi.h
    print_guest stubs guest-sdk/cage/src/stubs.S
    print_guest errno guest-sdk/cage/include/sys/errno.h
    print_calls calls-js web/generated/calls.js
    print_calls calls-page core/cage/SYSCALLS.md)
if(TARGET print_tables)
    set(write_commands)
    while(printed)
        list(POP_FRONT printed printer kind file)
        list(APPEND write_commands COMMAND $<TARGET_FILE:${printer}> ${kind} > ${CMAKE_SOURCE_DIR}/${file})
        add_test(NAME printed.${kind}
            COMMAND ${CMAKE_SOURCE_DIR}/core/cmake/check_printed.sh $<TARGET_FILE:${printer}> ${kind} ${file}
            WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    endwhile()
    add_custom_target(tables ${write_commands} VERBATIM COMMENT "printing the tables")
endif()
