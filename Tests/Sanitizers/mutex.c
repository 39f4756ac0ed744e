// Tells ThreadSanitizer of Swift's Mutex.
//
// Its fast path is compiled into our code, where the sanitizer sees it. What waits or wakes is in libswiftSynchronization, which
// is not instrumented: without this, every lock that was ever waited for would look like no lock at all. Loaded before that
// library, these functions call its own and say what they mean.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *

// In the sanitizer's runtime, which programs that were not built with it do not have.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

// _MutexHandle._lockSlow(UInt32)
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
SWIFT void lock_slow(uint32_t thread, SELF self) __asm__(LOCK);
SWIFT void lock_slow(uint32_t thread, SELF self) {
    ((SWIFT void (*)(uint32_t, SELF))next(LOCK))(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

// _MutexHandle._tryLockSlow() -> Bool
#define TRY "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
SWIFT bool try_lock_slow(SELF self) __asm__(TRY);
SWIFT bool try_lock_slow(SELF self) {
    bool is_locked = ((SWIFT bool (*)(SELF))next(TRY))(self);
    if (is_locked && __tsan_acquire) __tsan_acquire(self);
    return is_locked;
}

// _MutexHandle._unlockSlow()
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
SWIFT void unlock_slow(SELF self) __asm__(UNLOCK);
SWIFT void unlock_slow(SELF self) {
    if (__tsan_release) __tsan_release(self);
    ((SWIFT void (*)(SELF))next(UNLOCK))(self);
}
