// What debug sections are tested with: see debug-sample.ts. Tests name its lines by their text.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum color { RED, GREEN = 5, BLUE };
typedef struct point {
  int x;
  double y;
} point;
struct node {
  const char *name;
  point at;
  struct node *next;
  uint8_t tags[4];
  enum color color;
};

int counter = 7;

static int add(int a, int b) {
  int sum = a + b;
  counter += sum; // the sum is made
  return sum;
}

__attribute__((noinline)) int total_of(const struct node *list) {
  int total = 0;
  for (const struct node *at = list; at; at = at->next) { // each node
    long long wide = at->at.x * 2ll;
    total = add(total, (int)wide); // the call
  }
  return total;
}

int main(int argc, char **argv) {
  struct node last = {"last", {3, 2.5}, 0, {1, 2, 3, 4}, BLUE};
  struct node first = {"first", {-1, 0.5}, &last, {9, 8, 7, 6}, GREEN};
  _Bool many = argc > 1;
  float ratio = 1.5f;
  int total = total_of(&first);
  printf("%s %d %f\n", argv[0], total, ratio); // all is known
  if (many) abort(); // the end
  return 0;
}
