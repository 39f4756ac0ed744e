#include "CVersion.h"

// Package.swift defines it where JOBLOG_VERSION is in the environment of the build, as .packaging/version.sh makes it of what
// git describes. In C, since only a C target can be given a text without unsafe flags; one file is compiled anew, and linked.
#ifndef JOBLOG_VERSION
#define JOBLOG_VERSION "0.1.0"
#endif

const char *joblog_version(void) { return JOBLOG_VERSION; }
