// An interpreter of a small stack machine that leaves its loop by longjmp, for n programs: setjmp is
// WebAssembly's exceptions.
#include <setjmp.h>

enum { PUSH, ADD, MUL, XOR, DUP, RAISE, END };

static jmp_buf caught;
static unsigned stack[64];
static int depth;

static unsigned pop(void) {
  if (depth == 0) longjmp(caught, 1);
  return stack[--depth];
}

static void push(unsigned value) {
  if (depth == 64) longjmp(caught, 2);
  stack[depth++] = value;
}

__attribute__((noinline)) static unsigned interpret(const unsigned char *code) {
  for (;;) {
    switch (*code++) {
      case PUSH: push(*code++); break;
      case ADD: push(pop() + pop()); break;
      case MUL: push(pop() * pop()); break;
      case XOR: push(pop() ^ pop()); break;
      case DUP: {
        unsigned value = pop();
        push(value);
        push(value);
        break;
      }
      case RAISE: longjmp(caught, 3 + *code);
      default: return pop();
    }
  }
}

__attribute__((export_name("run"))) long long run(int n) {
  static unsigned char code[33];
  unsigned state = 12345;
  volatile unsigned long long check = 0;
  for (volatile int i = 0; i < n; i++) {
    for (int at = 0; at < 32; at++) {
      state = state * 1664525u + 1013904223u;
      unsigned kind = state >> 27;
      code[at] = at < 8 || kind < 12 ? PUSH : kind < 31 ? ADD + kind % 4 : RAISE;
      if (code[at] == PUSH && at < 31) code[++at] = state >> 16;
    }
    code[32] = END;
    depth = 0;
    int how = setjmp(caught);
    check = check * 31 + (how == 0 ? interpret(code) : how);
  }
  return (long long)check;
}
