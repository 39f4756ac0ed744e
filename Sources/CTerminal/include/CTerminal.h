#pragma once
#include <stddef.h>

/// What a program that takes a terminal owes it: signals as bytes in a pipe instead of death, and the terminal given
/// back when the program dies all the same. One terminal a process; call from one thread.

/// Remembers the modes of the terminal `fd` and installs the signal handlers. Returns 0 or an errno.
int ct_save(int fd);

/// The bytes that give the terminal back, written to `fd` (as in `ct_save`) after a fatal signal or `exit`; copied.
void ct_set_restore(const char *bytes, size_t count);

/// Tells whether the terminal is taken now; only then do a fatal signal or `exit` give it back.
void ct_taken(int taken);

/// Sends standard error, where it is a terminal, into a file without a name, so that nothing stray gets onto the screen.
/// Returns 0 or an errno.
int ct_catch_stderr(void);

/// Lets standard error go again where it went before, and writes there what was caught, the last 32 KB of it. A fatal
/// signal and `exit` do that by themselves; after a fatal signal all of it, and what comes next, is in a file whose name
/// is written there too.
void ct_release_stderr(void);

/// Readable when a signal has come.
int ct_signal_fd(void);

/// The numbers of the signals that came since the last call, oldest first; returns how many, 0 when there are none.
int ct_read_signals(unsigned char *signals, int capacity);

/// Puts a signal number into the pipe as if the signal had come.
void ct_note(int signal);

/// Whether a signal that ends the program has come.
int ct_ending(void);

/// Stops the process group as ^Z does and returns when it goes on; does nothing where SIGTSTP was ignored at the start.
void ct_stop_self(void);

/// Lets the keys that send signals mean another program while it has the terminal (`lent`), or this one again: SIGINT
/// and SIGQUIT are ignored meanwhile, SIGTSTP, SIGTERM and SIGHUP do what they do by default.
void ct_lend(int lent);

/// Whether this process may use the terminal now.
int ct_foreground(int fd);

/// A descriptor that is readable when the process has ended that was this one's parent at `ct_save`; -1 where there is none.
int ct_parent_fd(void);

/// Whether this process has another parent than at `ct_save`.
int ct_is_orphan(void);

/// The terminal's size in columns and rows. Returns 0, or -1 when it is unknown.
int ct_window_size(int fd, int *columns, int *rows);

/// How many bytes wait to be read; -1 when that cannot be told.
int ct_waiting_bytes(int fd);

/// Puts the signal handlers back that were there before `ct_save`.
void ct_restore_signals(void);
