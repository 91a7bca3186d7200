// What C programs do with files, through wasi-libc. It prints a line for each thing that is not as POSIX
// has it, the names of a listing, and at last whether all was well.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#define CHECK(x) do { if (!(x)) { printf("FAIL line %d: %s errno %d %s\n", __LINE__, #x, errno, strerror(errno)); bad++; } } while (0)
static int bad = 0;
int main(int argc, char **argv) {
  struct stat a, b;
  CHECK(mkdir("d", 0777) == 0);
  CHECK(mkdir("d", 0777) == -1 && errno == EEXIST);
  FILE *f = fopen("d/file", "w+");
  CHECK(f != NULL);
  CHECK(fprintf(f, "hello %d\n", 42) == 9);
  CHECK(fseek(f, 6, SEEK_SET) == 0);
  char buf[64];
  CHECK(fgets(buf, 64, f) && !strcmp(buf, "42\n"));
  CHECK(ftell(f) == 9);
  CHECK(ftruncate(fileno(f), 5) == 0);
  CHECK(fstat(fileno(f), &a) == 0 && a.st_size == 5 && S_ISREG(a.st_mode));
  fclose(f);
  f = fopen("d/file", "a");
  fputs("!!", f);
  fclose(f);
  CHECK(stat("d/file", &b) == 0 && b.st_size == 7 && b.st_ino == a.st_ino && b.st_nlink == 1);
  CHECK(link("d/file", "d/hard") == 0);
  CHECK(stat("d/hard", &b) == 0 && b.st_nlink == 2);
  CHECK(symlink("file", "d/soft") == 0);
  CHECK(lstat("d/soft", &b) == 0 && S_ISLNK(b.st_mode));
  CHECK(readlink("d/soft", buf, 64) == 4);
  CHECK(stat("d/soft", &b) == 0 && S_ISREG(b.st_mode));
  CHECK(rename("d/hard", "d/renamed") == 0);
  CHECK(access("d/hard", F_OK) == -1 && errno == ENOENT);
  struct timespec t[2] = {{1000, 5}, {2000, 7}};
  CHECK(utimensat(AT_FDCWD, "d/renamed", t, 0) == 0);
  CHECK(stat("d/renamed", &b) == 0 && b.st_mtim.tv_sec == 2000 && b.st_atim.tv_nsec == 5);
  DIR *dir = opendir("d");
  struct dirent *e;
  while ((e = readdir(dir))) printf("%s %d\n", e->d_name, e->d_type);
  rewinddir(dir);
  int n = 0;
  while ((e = readdir(dir))) n++;
  CHECK(n == 5);
  closedir(dir);
  for (int i = 0; i < 500; i++) { sprintf(buf, "d/many-%d", i); f = fopen(buf, "w"); CHECK(f); fclose(f); }
  dir = opendir("d"); n = 0;
  while ((e = readdir(dir))) if (!strncmp(e->d_name, "many", 4)) { n++; CHECK(unlinkat(dirfd(dir), e->d_name, 0) == 0); }
  CHECK(n == 500);
  closedir(dir);
  CHECK(rmdir("d") == -1 && errno == ENOTEMPTY);
  CHECK(unlink("d") == -1 && errno == EISDIR);
  CHECK(open("d/file/x", O_RDONLY) == -1 && errno == ENOTDIR);
  CHECK(open("d", O_RDWR) == -1 && errno == EISDIR);
  CHECK(unlink("d/soft") == 0 && unlink("d/file") == 0 && unlink("d/renamed") == 0 && rmdir("d") == 0);
  int fd = open("big", O_CREAT | O_RDWR | O_EXCL);
  CHECK(fd > 2);
  char *block = malloc(3 << 20); memset(block, 7, 3 << 20);
  long total = 0; while (total < 3 << 20) { long k = write(fd, block + total, (3 << 20) - total); CHECK(k > 0); total += k; }
  CHECK(lseek(fd, 0, SEEK_END) == 3 << 20);
  CHECK(posix_fallocate(fd, 0, 4 << 20) == 0);
  CHECK(lseek(fd, 0, SEEK_END) == 4 << 20);
  CHECK(lseek(fd, -1, SEEK_SET) == -1 && errno == EINVAL);
  CHECK(pread(fd, buf, 4, (3 << 20) - 2) == 4 && buf[0] == 7 && buf[3] == 0);
  CHECK(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL) == 0 && fsync(fd) == 0 && fdatasync(fd) == 0);
  CHECK((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
  CHECK(fcntl(fd, F_SETFL, O_APPEND) == 0);
  CHECK(!isatty(fd));
  struct pollfd p = {fd, POLLIN | POLLOUT, 0};
  CHECK(poll(&p, 1, 10) == 1 && (p.revents & POLLIN) && (p.revents & POLLOUT));
  close(fd);
  CHECK(unlink("big") == 0);
  CHECK(open("/etc/passwd", O_RDONLY) == -1);
  struct timespec t0, t1, w = {0, 5000000};
  clock_gettime(CLOCK_MONOTONIC, &t0); nanosleep(&w, 0); clock_gettime(CLOCK_MONOTONIC, &t1);
  CHECK((t1.tv_sec - t0.tv_sec) * 1000000000L + t1.tv_nsec - t0.tv_nsec >= 5000000);
  f = fopen("data/pread.txt", "r"); CHECK(f && fread(buf, 1, 64, f) == 16); if (f) fclose(f);
  printf("%s\n", bad ? "bad" : "all good");
  return bad;
}
