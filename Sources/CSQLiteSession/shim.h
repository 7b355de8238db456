// SQLite's session extension. Debian compiles it in, but its declarations hide behind these two macros.
#pragma once
#define SQLITE_ENABLE_SESSION 1
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>
// statfs(2): SQLite's write-ahead log must not lie on a network share, and Swift's Glibc leaves this header out.
#include <sys/vfs.h>
// mallopt(3): another that it leaves out.
#include <malloc.h>
// Switches a connection's triggers on or off: sqlite3_db_config takes its arguments as C's printf does, which Swift cannot.
static inline int tuban_enable_triggers(sqlite3 *db, int on) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, on, (int *)0);
}
// Lets SQLite not count the memory it uses: nobody asks, and the count is behind one lock for all threads. Before the first
// connection only; as variadic as the one above.
static inline int tuban_count_no_memory(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
