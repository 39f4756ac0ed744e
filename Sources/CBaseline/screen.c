#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1

#include "CBaseline.h"
#include "rounds.h"

#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>

// Takes the terminal as an ncurses program does that scrolls and shows no cursor; 0, or `unusable`.
static int take_terminal(void) {
    setlocale(LC_ALL, "");
    if (!newterm(NULL, stdout, stdin)) {
        return unusable;
    }
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    idlok(stdscr, TRUE);
    leaveok(stdscr, TRUE);
    curs_set(0);
    if (has_colors()) {
        start_color();
        use_default_colors();
        for (short color = 0; color < 8; color++) {
            init_pair((short)(color + 1), color, -1);
        }
    }
    return 0;
}

static void draw_page(const baseline_span *spans, int count) {
    erase();
    for (int i = 0; i < count; i++) {
        attrset((spans[i].color < 0 ? 0 : COLOR_PAIR(spans[i].color + 1)) | (spans[i].is_bold ? A_BOLD : 0));
        mvaddstr(spans[i].y, spans[i].x, spans[i].text);
    }
    attrset(0);
    refresh();
}

double baseline_paint(const baseline_span *spans, const int *counts, int pages, int frames) {
    double *taken = pages < 1 || frames < 1 ? NULL : malloc((size_t)frames * sizeof *taken);
    if (!taken || take_terminal() != 0) {
        free(taken);
        return unusable;
    }
    draw_page(spans, counts[0]);
    int page = 0;
    const baseline_span *at = spans;
    for (int i = 0; i < frames; i++) {
        at += counts[page];
        page++;
        if (page == pages) {
            page = 0;
            at = spans;
        }
        double start = seconds_now();
        draw_page(at, counts[page]);
        taken[i] = seconds_now() - start;
    }
    endwin();
    double result = median(taken, frames);
    free(taken);
    return result;
}

int baseline_list(const char *unix_socket) {
    redisContext *redis = connect_to(unix_socket);
    if (!redis || take_terminal() != 0) {
        return 1;
    }
    redisReply *page = redisCommand(redis, "ZREVRANGE job:index 0 199 WITHSCORES");
    if (!page || page->type != REDIS_REPLY_ARRAY) {
        endwin();
        return 1;
    }
    for (size_t i = 0; i < page->elements; i += 2) {
        append_job(redis, page->element[i]->str);
    }
    int row = 0;
    for (size_t i = 0; i < page->elements; i += 2, row++) {
        for (int command = 0; command < job_commands; command++) {
            void *reply = NULL;
            if (redisGetReply(redis, &reply) != REDIS_OK) {
                endwin();
                return 1;
            }
            redisReply *value = reply;
            if (command == 0 && row < LINES) {
                mvaddnstr(row, 0, page->element[i]->str, COLS / 3);
                if (value->type == REDIS_REPLY_STRING) {
                    mvaddnstr(row, COLS / 3 + 1, value->str, COLS - COLS / 3 - 1);
                }
            }
            freeReplyObject(reply);
        }
    }
    refresh();
    getch();
    endwin();
    return 0;
}
