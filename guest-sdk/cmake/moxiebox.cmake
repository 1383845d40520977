# CMake toolchain file for guest programs:
#
#   cmake -S . -B build -DCMAKE_TOOLCHAIN_FILE=.../guest-sdk/cmake/moxiebox.cmake
#
# The compiler is built on first use. MOXBOX_SDK_BIN names a folder that already holds it.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR moxie)

if(NOT MOXBOX_SDK_BIN)
  if(DEFINED ENV{MOXBOX_SDK_BIN})
    set(MOXBOX_SDK_BIN "$ENV{MOXBOX_SDK_BIN}")
  else()
    execute_process(
      COMMAND "${CMAKE_CURRENT_LIST_DIR}/../toolchain.sh"
      OUTPUT_VARIABLE MOXBOX_SDK_BIN
      OUTPUT_STRIP_TRAILING_WHITESPACE
      RESULT_VARIABLE moxbox_status)
    if(NOT moxbox_status EQUAL 0)
      message(FATAL_ERROR "guest-sdk/toolchain.sh failed (status ${moxbox_status}); its messages are above")
    endif()
  endif()
  set(MOXBOX_SDK_BIN "${MOXBOX_SDK_BIN}" CACHE PATH "Folder of the moxiebox compiler")
endif()
# CMake reads this file again for its test programs, in a scope of its own.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MOXBOX_SDK_BIN)

set(CMAKE_C_COMPILER "${MOXBOX_SDK_BIN}/moxiebox-gcc")
set(CMAKE_ASM_COMPILER "${MOXBOX_SDK_BIN}/moxiebox-gcc")
set(CMAKE_EXECUTABLE_SUFFIX_C ".elf")

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
