#pragma once
#define NCURSES_WIDECHAR 1
// Windows have one type in Swift, whatever the library was built with.
#define NCURSES_OPAQUE 0
#include <ncurses.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

// What Swift cannot import: globals that change, and macros with casts.
static inline SCREEN *jn_newterm(void) { return newterm(NULL, stdout, stdin); }
static inline WINDOW *jn_stdscr(void) { return stdscr; }
static inline WINDOW *jn_curscr(void) { return curscr; }
static inline int jn_lines(void) { return LINES; }
static inline int jn_columns(void) { return COLS; }
static inline int jn_colors(void) { return COLORS; }
static inline int jn_color_pairs(void) { return COLOR_PAIRS; }
static inline attr_t jn_bold(void) { return A_BOLD; }
static inline attr_t jn_dim(void) { return A_DIM; }
static inline attr_t jn_underline(void) { return A_UNDERLINE; }
static inline attr_t jn_reverse(void) { return A_REVERSE; }
static inline attr_t jn_italic(void) { return A_ITALIC; }

/// The terminal's string for a capability, NULL when it has none.
static inline const char *jn_capability(const char *name) {
    char *value = tigetstr((NCURSES_CONST char *)name);
    return value == (char *)-1 ? NULL : value;
}

/// One column: a character (0 in the right half of a wide one) and the marks on it (0 for none).
typedef struct {
    uint32_t base;
    uint32_t marks[2];
} jn_cell;

/// Columns that `wcwidth` gives a character; controls and what the locale does not know have -1.
static inline int jn_width(uint32_t scalar) {
    if (scalar >= 0x20 && scalar < 0x7F) return 1;
    return scalar < 0xA0 ? -1 : wcwidth((wchar_t)scalar);
}

/// Puts cells of one look into the standard window. What the C library measures otherwise than the caller, and any
/// control, becomes `?`: ncurses would go by its own width and shift the rest of the row.
static inline void jn_put(int y, int x, const jn_cell *cells, int count, attr_t attributes, int pair) {
    cchar_t run[256];
    int used = 0, start = x;
    for (int i = 0; i < count; i++) {
        int columns = i + 1 < count && cells[i + 1].base == 0 ? 2 : 1;
        int known = jn_width(cells[i].base) == columns;
        for (int part = 0; part < (known ? 1 : columns); part++) {
            cchar_t *out = &run[used++];
            memset(out, 0, sizeof *out);
            out->attr = attributes;
            // The attributes carry what of the pair fits into them, as setcchar() does it.
            out->attr |= COLOR_PAIR(pair > 255 ? 255 : pair);
            out->ext_color = pair;
            out->chars[0] = known ? (wchar_t)cells[i].base : part == 0 ? L'?' : L' ';
            int mark = 1;
            for (int m = 0; known && m < 2; m++) {
                if (cells[i].marks[m] != 0 && jn_width(cells[i].marks[m]) == 0) {
                    out->chars[mark++] = (wchar_t)cells[i].marks[m];
                }
            }
        }
        i += columns - 1;
        x += columns;
        if (used > 253 || i + 1 >= count) {
            mvadd_wchnstr(y, start, run, used);
            used = 0;
            start = x;
        }
    }
}
