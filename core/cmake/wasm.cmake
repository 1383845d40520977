# The module web/core.wasm: a reactor without JavaScript glue; our own loader instantiates it.
file(GLOB wasm_sources CONFIGURE_DEPENDS core/wasm/*.c)
add_executable(core_wasm ${wasm_sources})
set_target_properties(core_wasm PROPERTIES OUTPUT_NAME core SUFFIX .wasm)
target_link_libraries(core_wasm PRIVATE moxbox_core)
# Copies as one instruction, which every engine since 2020 has: 64 KiB take a seventh of the time of a loop.
target_compile_options(moxbox_core PRIVATE -mbulk-memory)
target_compile_options(core_wasm PRIVATE -mbulk-memory)
# All but what runs for each instruction of a guest, or byte of its data, is compiled for size: less to load, and to
# compile before the first instruction. What writes translations is in between.
foreach(layer load fs ns cage box proof machine)
    file(GLOB files CONFIGURE_DEPENDS core/${layer}/*.c)
    set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS -Os)
endforeach()
file(GLOB files CONFIGURE_DEPENDS core/xlate/*.c)
set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS -O2)
set_source_files_properties(core/xlate/made.c core/xlate/learned.c core/xlate/hints.c core/xlate/notes.c PROPERTIES COMPILE_OPTIONS -Os)
target_link_options(core_wasm PRIVATE
    --no-entry
    -sSTANDALONE_WASM
    -sWASM_BIGINT
    -sALLOW_MEMORY_GROWTH
    -sINITIAL_MEMORY=1MB
    -sMAXIMUM_MEMORY=4GB
    -sTOTAL_STACK=256KB
    # Translated functions become entries of the module's table.
    -sALLOW_TABLE_GROWTH
    -Wl,--export-table
    -Wl,--growable-table
    -sABORTING_MALLOC=0)
