/* Counts primes, reads a name from its arguments and writes a file, by way of the C library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int count_primes(int limit) {
  char *composite = calloc(limit, 1);
  int count = 0;
  for (int i = 2; i < limit; i++) {
    if (composite[i]) continue;
    count++;
    for (long long at = (long long)i * i; at < limit; at += i) composite[at] = 1;
  }
  free(composite);
  return count;
}

int main(int argc, char **argv) {
  int limit = argc > 1 ? atoi(argv[1]) : 100000;
  if (limit < 2) {
    fprintf(stderr, "usage: primes [LIMIT] [FILE]\n");
    return 2;
  }
  char line[80];
  snprintf(line, sizeof line, "%d primes below %d\n", count_primes(limit), limit);
  fputs(line, stdout);
  if (argc > 2) {
    FILE *file = fopen(argv[2], "w");
    if (file == NULL) {
      perror(argv[2]);
      return 1;
    }
    fputs(line, file);
    fclose(file);
  }
  return strlen(line) > 0 ? 0 : 1;
}
