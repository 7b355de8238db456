// ncurses with wide characters. Macros, variadic functions and global variables are invisible or unsafe to Swift, hence
// the accessors. Signal handlers stand here as well: they may only do what POSIX calls async-signal-safe, which C can
// promise and Swift cannot.
#pragma once
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

// ---- macros and variables of curses.h

static inline int tuban_colors(void) { return COLORS; }
static inline int tuban_color_pairs(void) { return COLOR_PAIRS; }
static inline int tuban_rows(void) { return getmaxy(stdscr); }
static inline int tuban_columns(void) { return getmaxx(stdscr); }
static inline WINDOW *tuban_stdscr(void) { return stdscr; }
static inline int tuban_repaint_all(void) { return clearok(curscr, TRUE); }
/// Whether the last doupdate() stopped early because a key was waiting.
static inline bool tuban_is_unfinished(void) { return is_wintouched(newscr); }

static inline attr_t tuban_bold(void) { return A_BOLD; }
static inline attr_t tuban_reverse(void) { return A_REVERSE; }
static inline attr_t tuban_underline(void) { return A_UNDERLINE; }
static inline attr_t tuban_dim(void) { return A_DIM; }

static inline mmask_t tuban_mouse_buttons(void) { return BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED; }
static inline bool tuban_is_wheel_up(mmask_t pressed) { return (pressed & BUTTON4_PRESSED) != 0; }
static inline bool tuban_is_wheel_down(mmask_t pressed) { return (pressed & BUTTON5_PRESSED) != 0; }

/// One cell, for mvwadd_wchnstr.
static inline int tuban_set_cell(cchar_t *cell, uint32_t scalar, attr_t attributes, int pair) {
    wchar_t text[2] = {(wchar_t)scalar, 0};
    return setcchar(cell, text, attributes, (short)(pair > 32767 ? 32767 : pair), &pair);
}

/// newterm() on two descriptors. The streams are never closed: the descriptors are not theirs.
static inline SCREEN *tuban_newterm(const char *type, int output, int input) {
    FILE *out = fdopen(output, "w"), *in = fdopen(input, "r");
    return out && in ? newterm(type, out, in) : NULL;
}

/// A capability's text, or NULL where the terminal lacks it.
static inline const char *tuban_capability(const char *name) {
    char *text = tigetstr(name);
    return text == (char *)-1 ? NULL : text;
}
static inline const char *tuban_parametrised(const char *text, long first, long second) {
    return tparm(text, first, second, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
}

// ---- Linux

/// A file that is nowhere but in memory, closed in children. Declared here since glibc shows it to _GNU_SOURCE only.
int memfd_create(const char *name, unsigned int flags);
static inline int tuban_memory_file(const char *name) { return memfd_create(name, 1U /* MFD_CLOEXEC */); }

// ---- characters in the encoding of the locale

/// Adds one byte to the character that `state` holds a part of: 1 a character is complete, 0 not yet, -1 no character.
static inline int tuban_decode(unsigned char byte, mbstate_t *state, uint32_t *scalar) {
    wchar_t wide = 0;
    size_t result = mbrtowc(&wide, (const char *)&byte, 1, state);
    if (result == (size_t)-2) return 0;
    if (result == (size_t)-1) {
        memset(state, 0, sizeof *state);
        return -1;
    }
    *scalar = (uint32_t)wide;
    return 1;
}

/// Columns that the C library gives a character, which are those that ncurses counts with; -1 where the locale has no
/// such character or it is a control.
static inline int tuban_width(uint32_t scalar) {
    char bytes[64];
    mbstate_t state;
    memset(&state, 0, sizeof state);
    return wcrtomb(bytes, (wchar_t)scalar, &state) == (size_t)-1 ? -1 : wcwidth((wchar_t)scalar);
}

// ---- what must happen even when nothing else can

/// Everything a handler needs, computed beforehand. Weak, so that all object files share the one.
struct tuban_rescue {
    volatile int armed;
    volatile int wake;        // write end of the wake pipe
    int chains;               // a crash goes on to whoever handled it before us
    int terminal;             // where the bytes go
    int input;                // whose modes are restored
    int errors, log;          // the true stderr and the file that stands in for it, or -1
    struct termios modes;     // before the program began
    size_t length;
    char bytes[512];          // leave the alternate screen, show the cursor, end paste mode, ...
    struct sigaction before[NSIG];
    char stack[65536];        // a handler for stack overflow cannot stand on that stack
};
__attribute__((weak)) struct tuban_rescue tuban_rescue = {.wake = -1, .terminal = -1, .errors = -1, .log = -1};

static inline struct tuban_rescue *_Nonnull tuban_shared_rescue(void) { return &tuban_rescue; }

/// Restores the terminal if it is still ours; does nothing the second time. Async-signal-safe.
static inline void tuban_restore(void) {
    struct tuban_rescue *it = &tuban_rescue;
    if (!__atomic_exchange_n(&it->armed, 0, __ATOMIC_ACQ_REL)) return;
    int saved = errno;
    // In the background the terminal belongs to someone else, and touching it would stop this process.
    if (tcgetpgrp(it->input) == getpgrp()) {
        size_t sent = 0;
        while (sent < it->length) {
            struct pollfd ready = {.fd = it->terminal, .events = POLLOUT};
            if (poll(&ready, 1, 200) <= 0 || !(ready.revents & POLLOUT)) break;
            ssize_t count = write(it->terminal, it->bytes + sent, it->length - sent);
            if (count <= 0) break;
            sent += (size_t)count;
        }
        tcsetattr(it->input, TCSANOW, &it->modes);
    }
    if (it->errors >= 0) {
        // The last words of a crash went to the stand-in; people should see them.
        char tail[2048];
        off_t end = it->log >= 0 ? lseek(it->log, 0, SEEK_END) : 0;
        off_t start = end > (off_t)sizeof tail ? end - (off_t)sizeof tail : 0;
        ssize_t count = end > 0 ? pread(it->log, tail, sizeof tail, start) : 0;
        dup2(it->errors, STDERR_FILENO);
        if (count > 0 && write(STDERR_FILENO, tail, (size_t)count) < 0) { /* nobody is left to tell */ }
    }
    errno = saved;
}

static inline void tuban_crashed(int number) {
    tuban_restore();
    struct sigaction ordinary;
    memset(&ordinary, 0, sizeof ordinary);
    sigaction(number, tuban_rescue.chains ? &tuban_rescue.before[number] : &ordinary, NULL);
    raise(number); // blocked here, delivered on return
}

static inline void tuban_noticed(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (write(tuban_rescue.wake, &byte, 1) < 0) { /* a full pipe wakes the loop as well */ }
    errno = saved;
}

static inline int tuban_handle(int number, void (*handler)(int), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigfillset(&action.sa_mask);
    return sigaction(number, &action, &tuban_rescue.before[number]);
}

/// From now on the signal's number is written to the wake pipe.
static inline int tuban_notice(int number) { return tuban_handle(number, tuban_noticed, SA_RESTART); }
/// From now on the signal restores the terminal before it does what it did before.
static inline int tuban_rescue_from(int number) { return tuban_handle(number, tuban_crashed, SA_ONSTACK); }
/// Gives the signal back to whoever had it.
static inline int tuban_unhandle(int number) { return sigaction(number, &tuban_rescue.before[number], NULL); }
/// Whether the program was started with the signal ignored, as nohup does.
static inline bool tuban_is_ignored(int number) {
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// Once a process: exit() restores the terminal too, and a stack overflow can be handled.
static inline void tuban_prepare_rescue(void) {
    stack_t stack = {.ss_sp = tuban_rescue.stack, .ss_size = sizeof tuban_rescue.stack};
    sigaltstack(&stack, NULL);
    atexit(tuban_restore);
}
