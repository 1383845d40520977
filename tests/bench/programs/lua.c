/* Lua runs SCRIPT, a file of this folder in quotes, which returns a function; that is called `size`
 * times and gives an integer each time. No script raises an error, so that Lua needs no longjmp,
 * which WebAssembly lacks (LUAI_THROW in programs.js). */
#include "bench.h"

#include <lauxlib.h>
#include <lualib.h>

static const char script[] =
#include SCRIPT
    ;

uint32_t bench(uint32_t size) {
    static const luaL_Reg libraries[] = {
        {"_G", luaopen_base}, {"table", luaopen_table}, {"string", luaopen_string}};
    uint32_t checksum = 1;
    lua_State *state = luaL_newstate();
    if (state == NULL)
        return 0;
    for (uint32_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        luaL_requiref(state, libraries[i].name, libraries[i].func, 1);
        lua_pop(state, 1);
    }
    if (luaL_loadbufferx(state, script, sizeof script - 1, "script", "t") != LUA_OK)
        return 0;
    lua_call(state, 0, 1);
    for (uint32_t i = 1; i <= size; i++) {
        lua_pushvalue(state, -1);
        lua_pushinteger(state, (lua_Integer)i);
        lua_call(state, 1, 1);
        checksum = bench_mix(checksum, (uint32_t)lua_tointeger(state, -1));
        lua_pop(state, 1);
    }
    lua_close(state);
    return checksum;
}
