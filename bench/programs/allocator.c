// n rounds of malloc, realloc and free over 1024 places, as programs with many small objects do.
#include <stdlib.h>
#include <string.h>

enum { PLACES = 1024 };

static unsigned *places[PLACES];

__attribute__((export_name("run"))) long long run(int n) {
  unsigned state = 12345;
  unsigned long long check = 0;
  for (int i = 0; i < n; i++) {
    state = state * 1664525u + 1013904223u;
    unsigned **place = &places[state >> 22];
    unsigned words = 2 + (state >> 8) % (state & 0x70000 ? 30 : 1000);
    if (*place == NULL) {
      *place = malloc(words * sizeof **place);
    } else if (state & 0x80000) {
      *place = realloc(*place, words * sizeof **place);
    } else {
      check = check * 31 + **place;
      free(*place);
      *place = NULL;
      continue;
    }
    if (*place == NULL) __builtin_trap();
    (*place)[0] = state;
    (*place)[words - 1] = words;
  }
  for (int i = 0; i < PLACES; i++) {
    if (places[i] != NULL) check = check * 31 + *places[i];
    free(places[i]);
    places[i] = NULL;
  }
  return (long long)check;
}
