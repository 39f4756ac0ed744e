/// The version that `--version` says: `0.1.0`, or what git describes where whoever builds says it, see version.c.
const char *joblog_version(void);
