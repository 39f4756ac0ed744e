// A program of its own, so that starting it costs what starting a C program costs.
#include "CBaseline.h"

int main(int count, char **arguments) {
    return count == 2 ? baseline_list(arguments[1]) : 64;
}
