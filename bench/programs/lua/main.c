// Runs the Lua script on standard input, with its argument as the number `size`: Lua's core and its
// pure libraries, nothing of the system.
#include <stdio.h>
#include <stdlib.h>
#include "lauxlib.h"
#include "lualib.h"

static const luaL_Reg libraries[] = {
    {LUA_GNAME, luaopen_base},        {LUA_COLIBNAME, luaopen_coroutine},
    {LUA_TABLIBNAME, luaopen_table},  {LUA_STRLIBNAME, luaopen_string},
    {LUA_MATHLIBNAME, luaopen_math},  {LUA_UTF8LIBNAME, luaopen_utf8},
};

int main(int count, char **arguments) {
  lua_State *L = luaL_newstate();
  for (unsigned i = 0; i < sizeof libraries / sizeof *libraries; i++) {
    luaL_requiref(L, libraries[i].name, libraries[i].func, 1);
    lua_pop(L, 1);
  }
  lua_pushinteger(L, count > 1 ? atoi(arguments[1]) : 0);
  lua_setglobal(L, "size");
  if (luaL_loadfile(L, NULL) == LUA_OK && lua_pcall(L, 0, 0, 0) == LUA_OK) return 0;
  fprintf(stderr, "%s\n", lua_tostring(L, -1));
  return 1;
}
