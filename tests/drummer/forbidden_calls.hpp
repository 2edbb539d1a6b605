// Counts what an audio thread must not do: ask for memory, and wait for locks. The functions below replace those of the C library (glibc),
// also for the C++ runtime. So a program that counts includes this in one source file.
#pragma once

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>

#include <cerrno>
#include <cstddef>

namespace musicvae::test {

struct ForbiddenCalls {
  long memory = 0;  ///< calls of malloc, free and the like, so of new and delete too
  long locks = 0;   ///< of mutexes, read-write locks, conditions and semaphores
};

inline thread_local ForbiddenCalls forbidden_calls;  ///< of this thread

// The function that the one of this name replaces.
template <class Function>
Function* replaced(const char* name) noexcept {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace musicvae::test

extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);

void* malloc(std::size_t size) {
  ++musicvae::test::forbidden_calls.memory;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++musicvae::test::forbidden_calls.memory;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  ++musicvae::test::forbidden_calls.memory;
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++musicvae::test::forbidden_calls.memory;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  ++musicvae::test::forbidden_calls.memory;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
void free(void* memory) {
  ++musicvae::test::forbidden_calls.memory;
  __libc_free(memory);
}

#define MUSICVAE_COUNTED_LOCK(name, type)                                              \
  int name(type* lock) {                                                               \
    static int (*const function)(type*) = musicvae::test::replaced<int(type*)>(#name); \
    ++musicvae::test::forbidden_calls.locks;                                           \
    return function(lock);                                                             \
  }
MUSICVAE_COUNTED_LOCK(pthread_mutex_lock, pthread_mutex_t)
MUSICVAE_COUNTED_LOCK(pthread_mutex_trylock, pthread_mutex_t)
MUSICVAE_COUNTED_LOCK(pthread_rwlock_rdlock, pthread_rwlock_t)
MUSICVAE_COUNTED_LOCK(pthread_rwlock_wrlock, pthread_rwlock_t)
MUSICVAE_COUNTED_LOCK(sem_wait, sem_t)
#undef MUSICVAE_COUNTED_LOCK

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  static auto* const function = musicvae::test::replaced<int(pthread_cond_t*, pthread_mutex_t*)>("pthread_cond_wait");
  ++musicvae::test::forbidden_calls.locks;
  return function(condition, mutex);
}

}  // extern "C"
