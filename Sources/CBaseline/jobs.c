#include "CBaseline.h"
#include "rounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { longest_key = 128 };

int append_job(redisContext *redis, const char *id) {
    char state[longest_key], logs[longest_key], checkpoint[longest_key], reasoning[longest_key];
    snprintf(state, sizeof state, "job:state:%s", id);
    snprintf(logs, sizeof logs, "job:logs:%s", id);
    snprintf(checkpoint, sizeof checkpoint, "checkpoint:%s", id);
    snprintf(reasoning, sizeof reasoning, "job:reasoning:%s", id);
    const char *get_state[] = {"GET", state};
    const char *length[] = {"LLEN", logs};
    const char *tail[] = {"LRANGE", logs, "-8", "-1"};
    const char *get_checkpoint[] = {"GET", checkpoint};
    const char *exists[] = {"EXISTS", reasoning};
    return append_command(redis, MEMBERS(get_state), get_state) == 0 &&
                   append_command(redis, MEMBERS(length), length) == 0 &&
                   append_command(redis, MEMBERS(tail), tail) == 0 &&
                   append_command(redis, MEMBERS(get_checkpoint), get_checkpoint) == 0 &&
                   append_command(redis, MEMBERS(exists), exists) == 0
               ? 0
               : refused;
}

static int take_replies(redisContext *redis, int count) {
    for (int i = 0; i < count; i++) {
        if (take_reply(redis) != 0) {
            return refused;
        }
    }
    return 0;
}

// The reply to what was sent, an array of `least` elements at least; NULL otherwise.
static redisReply *take_array(redisContext *redis, size_t least) {
    void *reply = NULL;
    if (redisGetReply(redis, &reply) != REDIS_OK) {
        return NULL;
    }
    redisReply *array = reply;
    if (array->type == REDIS_REPLY_ARRAY && array->elements >= least) {
        return array;
    }
    freeReplyObject(reply);
    return NULL;
}

static int index_round(redisContext *redis) {
    const char *argv[] = {"ZREVRANGE", "job:index", "0", "199", "WITHSCORES"};
    redisReply *page = append_command(redis, MEMBERS(argv), argv) == 0 ? take_array(redis, 1) : NULL;
    if (!page) {
        return refused;
    }
    int status = 0;
    for (size_t i = 0; i < page->elements && status == 0; i += 2) {
        status = append_job(redis, page->element[i]->str);
    }
    if (status == 0) {
        status = take_replies(redis, (int)(page->elements / 2) * job_commands);
    }
    freeReplyObject(page);
    return status;
}

double baseline_index_page(const char *unix_socket, int rounds) {
    redisContext *redis = rounds < 1 ? NULL : connect_to(unix_socket);
    double *taken = malloc((size_t)(rounds < 1 ? 1 : rounds) * sizeof *taken);
    if (!redis || !taken) {
        free(taken);
        if (redis) redisFree(redis);
        return rounds < 1 ? unusable : unreachable;
    }
    double result = 0;
    for (int i = 0; i < rounds && result == 0; i++) {
        double start = seconds_now();
        result = index_round(redis);
        taken[i] = seconds_now() - start;
    }
    if (result == 0) {
        result = median(taken, rounds);
    }
    free(taken);
    redisFree(redis);
    return result;
}

// The number in a job's key, which ends with it; `count` where it is none of the jobs that were counted.
static int number_of(const char *key, int count) {
    const char *dash = strrchr(key, '-');
    int number = dash ? atoi(dash + 1) : count;
    return number >= 0 && number < count ? number : count;
}

// Sends the commands for the jobs of a page that were not met before, which are marked; how many commands, or `refused`.
static int append_page(redisContext *redis, redisReply *found, char *met, int count) {
    int sent = 0;
    for (size_t i = 0; i < found->elements; i++) {
        const char *key = found->element[i]->str;
        int number = number_of(key, count);
        const char *id = strstr(key, "bench-");
        if (number == count || !id || met[number]) {
            continue;
        }
        met[number] = 1;
        if (append_job(redis, id) != 0) {
            return refused;
        }
        sent += job_commands;
    }
    return sent;
}

double baseline_scan(const char *unix_socket, int jobs) {
    redisContext *redis = connect_to(unix_socket);
    char *met = calloc((size_t)(jobs < 1 ? 1 : jobs), 1);
    char cursor[32] = "0";
    double start = seconds_now();
    double result = !redis ? unreachable : !met || jobs < 1 ? unusable : 0;
    while (result == 0) {
        const char *argv[] = {"SCAN", cursor, "MATCH", "[jc][oh][be]*", "COUNT", "1000"};
        redisReply *page = append_command(redis, MEMBERS(argv), argv) == 0 ? take_array(redis, 2) : NULL;
        if (!page) {
            result = refused;
            break;
        }
        snprintf(cursor, sizeof cursor, "%s", page->element[0]->str);
        int sent = append_page(redis, page->element[1], met, jobs);
        result = sent < 0 ? refused : take_replies(redis, sent);
        freeReplyObject(page);
        if (strcmp(cursor, "0") == 0) {
            break;
        }
    }
    if (result == 0) {
        result = seconds_now() - start;
    }
    for (int i = 0; i < jobs && result > 0; i++) {
        result = met[i] ? result : refused;
    }
    free(met);
    if (redis) redisFree(redis);
    return result;
}

double baseline_read_logs(const char *unix_socket, int logs, int depth) {
    if (logs < 1 || depth < 1) {
        return unusable;
    }
    redisContext *redis = connect_to(unix_socket);
    if (!redis) {
        return unreachable;
    }
    double start = seconds_now();
    double result = 0;
    for (int first = 0; first < logs && result == 0; first += depth) {
        int end = first + depth < logs ? first + depth : logs;
        for (int i = first; i < end && result == 0; i++) {
            char key[longest_key];
            snprintf(key, sizeof key, "job:logs:bench-%06d", i);
            const char *argv[] = {"LRANGE", key, "0", "-1"};
            result = append_command(redis, MEMBERS(argv), argv);
        }
        if (result == 0) {
            result = take_replies(redis, end - first);
        }
    }
    if (result == 0) {
        result = seconds_now() - start;
    }
    redisFree(redis);
    return result;
}
