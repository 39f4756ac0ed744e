/// The cost of Redis work from C with nothing but hiredis: what joblog-bench sets joblog's own figures against.
#pragma once

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
