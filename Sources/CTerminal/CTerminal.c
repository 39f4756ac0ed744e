#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#include <termios.h>
#include <time.h>
#include <unistd.h>

static const int fatal_signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
static const int noted_signals[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT};
enum { FATAL_COUNT = sizeof fatal_signals / sizeof *fatal_signals };
enum { NOTED_COUNT = sizeof noted_signals / sizeof *noted_signals };

static int terminal = -1;
static struct termios modes;
static char restore_bytes[512];
static atomic_int restore_count;
static atomic_int taken;
static atomic_int ending;
static atomic_int stopping;
static int pipe_ends[2] = {-1, -1};
static pid_t parent;
static pthread_t owner;
static atomic_int crashing;
static atomic_int held;
static int installed;
static struct sigaction old_fatal[FATAL_COUNT];
static struct sigaction old_noted[NOTED_COUNT];
// A stack overflow leaves no stack to run a handler on.
static char spare_stack[64 * 1024];

static void give_back(void) {
    if (!atomic_exchange(&taken, 0)) return;
    const char *at = restore_bytes;
    size_t left = (size_t)atomic_load(&restore_count);
    while (left > 0) {
        ssize_t written = write(terminal, at, left);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        at += written;
        left -= (size_t)written;
    }
    tcsetattr(terminal, TCSANOW, &modes);
}

// What is kept to be shown of what was caught; a library in trouble can write without end.
enum { SHOWN_BYTES = 32 * 1024 };
static int caught = -1;
static atomic_int saved_stderr = -1;
// Named before there is need of it: a handler of a fatal signal can do little.
static char report_path[1024];

/// Writes what was caught, its controls made harmless: it may quote what came over the network.
static void write_caught(int to, off_t from) {
    char bytes[512];
    ssize_t count;
    int after_c2 = 0;
    while ((count = pread(caught, bytes, sizeof bytes, from)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            unsigned char byte = (unsigned char)bytes[i];
            int is_c1 = after_c2 && byte >= 0x80 && byte < 0xA0;
            if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F || is_c1) bytes[i] = '?';
            if (is_c1 && i > 0) bytes[i - 1] = '?';
            after_c2 = byte == 0xC2;
        }
        if (write(to, bytes, (size_t)count) < 0 && errno != EINTR) return;
        from += count;
    }
}

void ct_release_stderr(void) {
    int saved = atomic_exchange(&saved_stderr, -1);
    if (saved < 0) return;
    dup2(saved, STDERR_FILENO);
    close(saved);
    off_t end = lseek(caught, 0, SEEK_END);
    off_t from = end > SHOWN_BYTES ? end - SHOWN_BYTES : 0;
    if (from > 0) (void)!write(STDERR_FILENO, "[...]\n", 6);
    write_caught(STDERR_FILENO, from);
    close(caught);
    caught = -1;
}

int ct_catch_stderr(void) {
    if (atomic_load(&saved_stderr) >= 0 || !isatty(STDERR_FILENO)) return 0;
    const char *folder = getenv("TMPDIR");
    char path[1024];
    if (!folder || !*folder) folder = "/tmp";
    int length = snprintf(path, sizeof path, "%s/joblog-stderr.XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof path) return ENAMETOOLONG;
    length = snprintf(
        report_path, sizeof report_path, "%s/joblog-crash-%d-%lld.txt", folder, (int)getpid(), (long long)time(NULL));
    if (length < 0 || (size_t)length >= sizeof report_path) return ENAMETOOLONG;
    caught = mkstemp(path);
    if (caught < 0) return errno;
    // Nobody else needs its name, and it goes with the process however that ends.
    unlink(path);
    fcntl(caught, F_SETFD, FD_CLOEXEC);
    fcntl(caught, F_SETFL, fcntl(caught, F_GETFL) | O_APPEND);
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (saved < 0 || dup2(caught, STDERR_FILENO) < 0) {
        int failure = errno;
        if (saved >= 0) close(saved);
        close(caught);
        return failure;
    }
    atomic_store(&saved_stderr, saved);
    return 0;
}

static void give_back_at_exit(void) {
    // Another thread says why the process ends, and ends it.
    while (atomic_load(&crashing)) pause();
    // In the background, setting modes would stop the process before it can end.
    sigset_t background, before;
    sigemptyset(&background);
    sigaddset(&background, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &background, &before);
    give_back();
    ct_release_stderr();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void say(int fd, const char *text) { (void)!write(fd, text, strlen(text)); }

/// Makes the report of a crash, with all that was caught; returns its descriptor, or -1.
static int begin_report(int signal) {
    if (atomic_load(&saved_stderr) < 0) return -1;
    int report = open(report_path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (report < 0) return -1;
    // A handler of a signal may not print by a format.
    char number[] = {(char)('0' + signal / 10), (char)('0' + signal % 10), '.', '\n', 0};
    say(report, "joblog was ended by signal ");
    say(report, number + (signal < 10));
    write_caught(report, 0);
    return report;
}

/// Says where the report is, and has what comes next, such as Swift's backtrace, write to it and read nothing: asked
/// whether anybody is there, it would hold the terminal for half a minute.
static void go_on_in_report(int report) {
    say(STDERR_FILENO, "joblog has crashed. What is known of it is in ");
    say(STDERR_FILENO, report_path);
    say(STDERR_FILENO, "\n");
    dup2(report, STDOUT_FILENO);
    dup2(report, STDERR_FILENO);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0) dup2(nothing, STDIN_FILENO);
}

static void hold(int signal) {
    (void)signal;
    atomic_store(&held, 1);
    for (;;) pause();
}

/// Keeps the thread that has the terminal from drawing, or from ending the process, while another one reports its crash.
static void hold_owner(void) {
    atomic_store(&crashing, 1);
    if (pthread_equal(pthread_self(), owner)) return;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = hold;
    // One of those that the threads of Dispatch let through.
    sigaction(SIGSYS, &action, NULL);
    if (pthread_kill(owner, SIGSYS) != 0) return;
    struct timespec moment = {.tv_nsec = 1000 * 1000};
    for (int i = 0; i < 200 && !atomic_load(&held); i++) nanosleep(&moment, NULL);
}

static void on_fatal(int signal, siginfo_t *info, void *context) {
    int saved = errno;
    hold_owner();
    give_back();
    int report = begin_report(signal);
    // The reason is in what was caught.
    ct_release_stderr();
    if (report >= 0) go_on_in_report(report);
    errno = saved;
    for (int i = 0; i < FATAL_COUNT; i++) {
        if (fatal_signals[i] != signal) continue;
        const struct sigaction *old = &old_fatal[i];
        sigaction(signal, old, NULL);
        if (old->sa_flags & SA_SIGINFO) {
            old->sa_sigaction(signal, info, context);
        } else if (old->sa_handler != SIG_DFL && old->sa_handler != SIG_IGN) {
            old->sa_handler(signal);
        }
        // Swift's handler leaves the end to the fault that comes again, which a signal that somebody sent does not.
        // Blocked until this handler returns; then the default action ends the process with the right status.
        struct sigaction standard;
        memset(&standard, 0, sizeof standard);
        standard.sa_handler = SIG_DFL;
        sigaction(signal, &standard, NULL);
        raise(signal);
    }
}

void ct_note(int signal) {
    unsigned char byte = (unsigned char)signal;
    // A full pipe holds signals enough to wake the reader.
    while (write(pipe_ends[1], &byte, 1) < 0 && errno == EINTR) {
    }
}

static void on_noted(int signal) {
    int saved = errno;
    if (signal == SIGTERM || signal == SIGHUP || signal == SIGINT || signal == SIGQUIT) atomic_store(&ending, 1);
    if (!(signal == SIGCONT && atomic_load(&stopping))) ct_note(signal);
    errno = saved;
}

static int open_pipe(void) {
    if (pipe_ends[0] >= 0) return 0;
    if (pipe(pipe_ends) != 0) return errno;
    for (int i = 0; i < 2; i++) {
        fcntl(pipe_ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(pipe_ends[i], F_SETFL, fcntl(pipe_ends[i], F_GETFL) | O_NONBLOCK);
    }
    atexit(give_back_at_exit);
    return 0;
}

int ct_save(int fd) {
    if (tcgetattr(fd, &modes) != 0) return errno;
    terminal = fd;
    parent = getppid();
    owner = pthread_self();
    int failure = open_pipe();
    if (failure != 0) return failure;
    if (installed) return 0;
    installed = 1;
    atomic_store(&ending, 0);

    stack_t stack;
    if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
        stack_t spare = {.ss_sp = spare_stack, .ss_size = sizeof spare_stack};
        sigaltstack(&spare, NULL);
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGTTOU);
    action.sa_sigaction = on_fatal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (int i = 0; i < FATAL_COUNT; i++) sigaction(fatal_signals[i], &action, &old_fatal[i]);

    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    action.sa_handler = on_noted;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    for (int i = 0; i < NOTED_COUNT; i++) {
        int signal = noted_signals[i];
        sigaction(signal, NULL, &old_noted[i]);
        // nohup and shells without job control mean what they ignore.
        int ignored = !(old_noted[i].sa_flags & SA_SIGINFO) && old_noted[i].sa_handler == SIG_IGN;
        if (!ignored || signal == SIGWINCH || signal == SIGCONT) sigaction(signal, &action, NULL);
    }
    return 0;
}

void ct_set_restore(const char *bytes, size_t count) {
    if (count > sizeof restore_bytes) count = sizeof restore_bytes;
    memcpy(restore_bytes, bytes, count);
    atomic_store(&restore_count, (int)count);
}

void ct_taken(int value) { atomic_store(&taken, value); }

int ct_signal_fd(void) { return pipe_ends[0]; }

int ct_read_signals(unsigned char *signals, int capacity) {
    ssize_t count;
    do count = read(pipe_ends[0], signals, (size_t)capacity);
    while (count < 0 && errno == EINTR);
    return count < 0 ? 0 : (int)count;
}

int ct_ending(void) { return atomic_load(&ending); }

void ct_stop_self(void) {
    struct sigaction before, standard;
    sigaction(SIGTSTP, NULL, &before);
    if (!(before.sa_flags & SA_SIGINFO) && before.sa_handler == SIG_IGN) return;
    memset(&standard, 0, sizeof standard);
    sigemptyset(&standard.sa_mask);
    sigset_t stop, mask;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    atomic_store(&stopping, 1);
    // The rest of the job. This process would get it on any of its threads, some time after kill() has returned.
    standard.sa_handler = SIG_IGN;
    sigaction(SIGTSTP, &standard, NULL);
    kill(0, SIGTSTP);
    standard.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &standard, NULL);
    pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
    // Sent to this thread, it has stopped the process before the call returns.
    raise(SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &before, NULL);
    atomic_store(&stopping, 0);
}

void ct_lend(int lent) {
    static const int lent_signals[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGHUP};
    enum { LENT_COUNT = sizeof lent_signals / sizeof *lent_signals };
    static struct sigaction before[LENT_COUNT];
    for (int i = 0; i < LENT_COUNT; i++) {
        int signal = lent_signals[i];
        if (!lent) {
            sigaction(signal, &before[i], NULL);
            continue;
        }
        sigaction(signal, NULL, &before[i]);
        // What is ignored from the start stays ignored.
        if (!(before[i].sa_flags & SA_SIGINFO) && before[i].sa_handler == SIG_IGN) continue;
        struct sigaction action;
        memset(&action, 0, sizeof action);
        sigemptyset(&action.sa_mask);
        action.sa_handler = signal == SIGINT || signal == SIGQUIT ? SIG_IGN : SIG_DFL;
        sigaction(signal, &action, NULL);
    }
}

int ct_foreground(int fd) {
    pid_t group = tcgetpgrp(fd);
    return group < 0 || group == getpgrp();
}

int ct_parent_fd(void) {
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, parent, 0);
#else
    return -1;
#endif
}

int ct_is_orphan(void) { return getppid() != parent; }

int ct_window_size(int fd, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int ct_waiting_bytes(int fd) {
    int count = 0;
    return ioctl(fd, FIONREAD, &count) == 0 ? count : -1;
}

void ct_restore_signals(void) {
    if (!installed) return;
    installed = 0;
    for (int i = 0; i < FATAL_COUNT; i++) sigaction(fatal_signals[i], &old_fatal[i], NULL);
    for (int i = 0; i < NOTED_COUNT; i++) sigaction(noted_signals[i], &old_noted[i], NULL);
}
