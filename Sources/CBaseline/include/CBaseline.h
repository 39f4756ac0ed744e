/// The cost of the same work from C, with nothing but hiredis, ncurses and the C library: what joblog-bench sets joblog's
/// own figures against.
#pragma once

#include <stddef.h>

/// Appends log entries as a worker does: RPUSH of a 150-byte entry, LTRIM to the newest 200, EXPIRE in 604800 s.
///
/// @param unix_socket path of the server's socket
/// @param key the list to append to; it is deleted before and after
/// @param rounds how many round trips are timed, at least 1
/// @param depth how many of these triples go into one round trip, at least 1
/// @return seconds per triple, the median over the rounds; below 0 when the server could not be reached (-1), when it
///         answered with an error or not at all (-2), or when an argument is out of range or memory is short (-3)
double baseline_append(const char *unix_socket, const char *key, int rounds, int depth);

/// Reads a whole list with LRANGE 0 -1 and frees the reply.
///
/// @param unix_socket path of the server's socket
/// @param key the list to read, as it is; a list that is missing reads as an empty one
/// @param rounds how many reads are timed, at least 1
/// @return seconds per read, the median over the rounds; below 0 as with baseline_append
double baseline_lrange(const char *unix_socket, const char *key, int rounds);

/// Reads the newest page of `job:index`, 200 jobs, and of each of them what a list shows: state, length and end of its
/// log, checkpoint, and whether it has reasoning.
///
/// @param unix_socket path of the server's socket
/// @param rounds how many reads are timed, at least 1
/// @return seconds per read, the median over the rounds; below 0 as with baseline_append
double baseline_index_page(const char *unix_socket, int rounds);

/// Finds all jobs by SCAN, and reads of each, once, what a list shows, in one pipeline for each page of SCAN.
///
/// @param unix_socket path of the server's socket
/// @param jobs how many jobs there are, named `bench-000000` and so on; all of them must be found
/// @return seconds of the whole; below 0 as with baseline_append
double baseline_scan(const char *unix_socket, int jobs);

/// Reads whole logs with LRANGE 0 -1 and frees the replies.
///
/// @param unix_socket path of the server's socket
/// @param logs how many there are, of jobs named `bench-000000` and so on
/// @param depth how many go into one pipeline, at least 1
/// @return seconds of the whole; below 0 as with baseline_append
double baseline_read_logs(const char *unix_socket, int logs, int depth);

/// Looks for bytes with `memmem`.
///
/// @return seconds until they were found; -3 when they were not
double baseline_search(const unsigned char *bytes, size_t count, const char *needle);

/// Text in one look, at a place on the screen.
typedef struct {
    int y;
    int x;
    const char *text;
    /// 0 to 7, or -1 for the terminal's own colour.
    int color;
    int is_bold;
} baseline_span;

/// Paints pages by turns with ncurses on the terminal that standard input and output are.
///
/// @param spans those of the first page, then those of the second, and so on
/// @param counts how many spans each page has
/// @param pages how many pages there are, at least 1
/// @param frames how many frames are timed, at least 1
/// @return seconds per frame, the median; -3 where there is no terminal
double baseline_paint(const baseline_span *spans, const int *counts, int pages, int frames);

/// The least that a program can do to show a list of jobs: reads what baseline_index_page reads, paints ids and states
/// on the terminal, and waits for a key.
///
/// @return an exit status
int baseline_list(const char *unix_socket);
