// ncurses with wide characters. Macros and variadic functions are invisible to Swift, hence the accessors.
#pragma once
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
