/* Stands before the system's calls and makes the k-th that touches a path under a given folder fail.
 *
 * Only calls that change something are counted: opening for writing, write, fsync, rename, mkdir, unlink, rmdir.
 * fault_arm(kind, k, prefix, sticky): kind 'N' nothing (count only), 'E' an errno in `number`, 'S' a short write,
 * 'K' SIGKILL, 'G' another signal in `number`, raised before the call is made. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char prefix[4096];
static char kind = 'N';
static int number, sticky;
static long wanted = -1, seen, made;
static unsigned char ours[4096]; /* descriptors open for writing under the prefix */

void fault_arm(char what, int value, long k, int stays, const char *under) {
    kind = what, number = value, wanted = k, sticky = stays, seen = made = 0;
    strncpy(prefix, under, sizeof prefix - 1);
}
long fault_seen(void) { return seen; }
long fault_made(void) { return made; }

static int under(const char *path) { return prefix[0] && path && !strncmp(path, prefix, strlen(prefix)); }

/* 0: go on; otherwise an errno, or -1 for a short write. */
static int strike(int writes) {
    long now = ++seen;
    if (kind == 'N' || (sticky ? now < wanted : now != wanted)) return 0;
    made++;
    if (kind == 'K') kill(getpid(), SIGKILL);
    if (kind == 'G') { raise(number); return 0; }
    if (kind == 'S') { if (writes) return -1; return 0; }
    return number;
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAILING(path_is_ours) if (path_is_ours) { int e = strike(0); if (e > 0) { errno = e; return -1; } }

static int opened(int fd, int is_ours) {
    if (fd >= 0 && fd < (int)sizeof ours) ours[fd] = is_ours;
    return fd;
}
#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, mode_t); va_end(a); } \
        int is_ours = under(path) && (flags & (O_WRONLY | O_RDWR | O_CREAT)); \
        FAILING(is_ours) \
        return opened(REAL(name)(path, flags, mode), is_ours); \
    }
OPENING(open)
OPENING(open64)
int close(int fd) { opened(fd, 0); return REAL(close)(fd); }

ssize_t write(int fd, const void *from, size_t count) {
    if (fd >= 0 && fd < (int)sizeof ours && ours[fd]) {
        int e = strike(1);
        if (e > 0) { errno = e; return -1; }
        if (e < 0 && count > 1) count /= 2;
    }
    return REAL(write)(fd, from, count);
}
int fsync(int fd) {
    FAILING(fd >= 0 && fd < (int)sizeof ours && ours[fd])
    return REAL(fsync)(fd);
}
int rename(const char *from, const char *to) { FAILING(under(from)) return REAL(rename)(from, to); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    FAILING(under(from))
    return REAL(renameat2)(a, from, b, to, flags);
}
int mkdir(const char *path, mode_t mode) { FAILING(under(path)) return REAL(mkdir)(path, mode); }
int unlink(const char *path) { FAILING(under(path)) return REAL(unlink)(path); }
int rmdir(const char *path) { FAILING(under(path)) return REAL(rmdir)(path); }
