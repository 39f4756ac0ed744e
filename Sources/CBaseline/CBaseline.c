#include "CBaseline.h"

#include "rounds.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

// 150 bytes, as long as a usual entry.
static const char entry[] = "{\"timestamp\":1734470400000,\"type\":\"info\",\"message\":\"Searching sources (3/5) (42%)\","
                            "\"metadata\":{\"worker\":\"w1\",\"source\":\"example.org/articles/2024/17\"}}";
_Static_assert(sizeof entry == 151, "the entry is 150 bytes and a terminator");

double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int take_reply(redisContext *redis) {
    void *reply = NULL;
    if (redisGetReply(redis, &reply) != REDIS_OK) {
        return refused;
    }
    int status = ((redisReply *)reply)->type == REDIS_REPLY_ERROR ? refused : 0;
    freeReplyObject(reply);
    return status;
}

int append_command(redisContext *redis, int count, const char **argv) {
    return redisAppendCommandArgv(redis, count, argv, NULL) == REDIS_OK ? 0 : refused;
}

static int delete_key(redisContext *redis, const char *key) {
    const char *argv[] = {"DEL", key};
    return append_command(redis, MEMBERS(argv), argv) != 0 ? refused : take_reply(redis);
}

// One round trip of `depth` triples; 0, or `refused`.
static int append_round(redisContext *redis, const char *key, int depth) {
    const char *push[] = {"RPUSH", key, entry};
    const char *trim[] = {"LTRIM", key, "-200", "-1"};
    const char *expire[] = {"EXPIRE", key, "604800"};
    for (int i = 0; i < depth; i++) {
        if (append_command(redis, MEMBERS(push), push) != 0 || append_command(redis, MEMBERS(trim), trim) != 0 ||
            append_command(redis, MEMBERS(expire), expire) != 0) {
            return refused;
        }
    }
    for (int i = 0; i < 3 * depth; i++) {
        if (take_reply(redis) != 0) {
            return refused;
        }
    }
    return 0;
}

static int lrange_round(redisContext *redis, const char *key, int unused) {
    (void)unused;
    const char *argv[] = {"LRANGE", key, "0", "-1"};
    return append_command(redis, MEMBERS(argv), argv) != 0 ? refused : take_reply(redis);
}

typedef int (*round_function)(redisContext *redis, const char *key, int depth);

// The median seconds of a round, or an error below 0.
static double time_rounds(redisContext *redis, const char *key, int rounds, int depth, round_function round) {
    double *taken = malloc((size_t)rounds * sizeof *taken);
    if (!taken) {
        return unusable;
    }
    double result = 0;
    for (int i = 0; i < rounds && result == 0; i++) {
        double start = seconds_now();
        result = round(redis, key, depth);
        taken[i] = seconds_now() - start;
    }
    if (result == 0) {
        result = median(taken, rounds);
    }
    free(taken);
    return result;
}

redisContext *connect_to(const char *unix_socket) {
    redisContext *redis = redisConnectUnix(unix_socket);
    if (redis && redis->err) {
        redisFree(redis);
        return NULL;
    }
    return redis;
}

double baseline_append(const char *unix_socket, const char *key, int rounds, int depth) {
    if (rounds < 1 || depth < 1) {
        return unusable;
    }
    redisContext *redis = connect_to(unix_socket);
    if (!redis) {
        return unreachable;
    }
    double result = delete_key(redis, key);
    if (result == 0) {
        result = time_rounds(redis, key, rounds, depth, append_round);
    }
    if (result >= 0) {
        result = delete_key(redis, key) == 0 ? result / depth : refused;
    }
    redisFree(redis);
    return result;
}

double baseline_lrange(const char *unix_socket, const char *key, int rounds) {
    if (rounds < 1) {
        return unusable;
    }
    redisContext *redis = connect_to(unix_socket);
    if (!redis) {
        return unreachable;
    }
    double result = time_rounds(redis, key, rounds, 1, lrange_round);
    redisFree(redis);
    return result;
}
