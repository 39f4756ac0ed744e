// What the baselines share: a connection, and the time of rounds.
#pragma once

#include <hiredis/hiredis.h>

enum { unreachable = -1, refused = -2, unusable = -3 };

#define MEMBERS(array) ((int)(sizeof(array) / sizeof((array)[0])))

double seconds_now(void);

// The middle of `count` values, which are sorted.
double median(double *values, int count);

// NULL when the server cannot be reached.
redisContext *connect_to(const char *unix_socket);

// Reads one reply and throws it away; 0, or `refused`.
int take_reply(redisContext *redis);

// Puts a command into the output buffer; 0, or `refused`.
int append_command(redisContext *redis, int count, const char **argv);

// Puts the five commands that tell of a job into the output buffer; 0, or `refused`.
int append_job(redisContext *redis, const char *id);

// How many commands that were.
enum { job_commands = 5 };
