#include "threads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "musicvae/error.hpp"

namespace musicvae::detail {
namespace {

TEST(ForEachChunk, VisitsEveryItemOnce) {
  for (const std::size_t items : {0U, 1U, 7U, 64U, 1000U}) {
    for (const std::size_t chunk : {1U, 7U, 64U}) {
      for (const int threads : {0, 1, 3, 16}) {
        std::vector<std::atomic<int>> visits(items);
        std::atomic<bool> sizes_fit = true;
        for_each_chunk(items, chunk, threads, "test", {}, [&](std::size_t first, std::size_t count) {
          if (first % chunk != 0 || count == 0 || count > chunk || first + count > items) sizes_fit = false;
          for (std::size_t i = first; i < first + count; ++i) ++visits[i];
        });
        EXPECT_TRUE(sizes_fit) << items << " items, chunk " << chunk;
        for (std::size_t i = 0; i < items; ++i) ASSERT_EQ(visits[i], 1) << "item " << i << " of " << items << ", chunk " << chunk;
      }
    }
  }
}

// Runs tasks one after the other, the last first, on the calling thread.
const RunTasks backwards = [](int tasks, const std::function<void(int)>& task) {
  for (int i = tasks; i-- > 0;) task(i);
};

// Runs each task on a thread of its own, and none on the calling one.
const RunTasks elsewhere = [](int tasks, const std::function<void(int)>& task) {
  std::vector<std::thread> pool;
  for (int i = 0; i < tasks; ++i) pool.emplace_back([&task, i] { task(i); });
  for (std::thread& thread : pool) thread.join();
};

TEST(ForEachChunk, RunsOnTheThreadsOfTheCaller) {
  for (const auto& [run, on_calling_thread] : {std::pair(backwards, true), {elsewhere, false}}) {
    int asked = 0;
    const RunTasks counted = [&asked, &given = run](int tasks, const std::function<void(int)>& task) {
      asked = tasks;
      given(tasks, task);
    };
    std::vector<std::atomic<int>> visits(100);
    std::size_t done = 0;
    std::atomic<bool> here = false;
    const std::thread::id caller = std::this_thread::get_id();
    for_each_chunk(
        100, 7, {3, counted}, "test",
        [&](std::size_t items, std::size_t) {
          EXPECT_EQ(std::this_thread::get_id(), caller);
          done = items;
        },
        [&](std::size_t first, std::size_t count) {
          if (std::this_thread::get_id() == caller) here = true;
          for (std::size_t i = first; i < first + count; ++i) ++visits[i];
        });
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(done, 100U);
    EXPECT_EQ(here, on_calling_thread);
    for (const std::atomic<int>& visited : visits) ASSERT_EQ(visited, 1);
  }
  for_each_chunk(5, 7, {3, elsewhere}, "test", {}, [](std::size_t, std::size_t) {});
}

TEST(ForEachChunk, AnExceptionOnTheThreadsOfTheCallerStopsTheWork) {
  for (const RunTasks& run : {backwards, elsewhere}) {
    std::atomic<int> calls = 0;
    const auto work = [&](std::size_t, std::size_t) {
      ++calls;
      throw ModelError("broken");
    };
    EXPECT_THROW(for_each_chunk(10'000, 1, {2, run}, "test", {}, work), ModelError);
    EXPECT_LT(calls, 100);
    const auto refuse = [](std::size_t, std::size_t) { throw std::runtime_error("stop"); };
    EXPECT_THROW(for_each_chunk(10, 1, {2, run}, "test", refuse, [](std::size_t, std::size_t) {}), std::runtime_error);
  }
}

TEST(ForEachChunk, StaysOnTheCallingThreadForOneChunk) {
  std::thread::id id;
  for_each_chunk(10, 64, 8, "test", {}, [&](std::size_t, std::size_t) { id = std::this_thread::get_id(); });
  EXPECT_EQ(id, std::this_thread::get_id());
}

TEST(ForEachChunk, RethrowsAnExceptionOfAHelper) {
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<bool> helper_works = false;
  std::atomic<int> after = 0;
  const auto work = [&](std::size_t, std::size_t) {
    if (std::this_thread::get_id() != caller) {
      helper_works = true;
      helper_works.notify_all();
      throw std::runtime_error("from a helper");
    }
    helper_works.wait(false);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // all items would take ten seconds
    ++after;
  };
  try {
    for_each_chunk(10'000, 1, 2, "test", {}, work);
    FAIL() << "no exception";
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "from a helper");
  }
  EXPECT_LT(after, 10'000 - 1) << "the other thread stops early";
}

TEST(ForEachChunk, RethrowsAnExceptionOfTheCallingThread) {
  int calls = 0;
  const auto work = [&](std::size_t first, std::size_t) {
    ++calls;
    if (first == 2) throw ModelError("from the calling thread");
  };
  EXPECT_THROW(for_each_chunk(10, 1, 1, "test", {}, work), ModelError);
  EXPECT_EQ(calls, 3);
}

TEST(ForEachChunk, RefusesANegativeNumberOfThreads) {
  bool called = false;
  try {
    for_each_chunk(10, 1, -2, "sample", {}, [&](std::size_t, std::size_t) { called = true; });
    FAIL() << "no exception";
  } catch (const ArgumentError& e) {
    EXPECT_STREQ(e.what(), "sample: -2 threads; use 0 (one per core) or more");
  }
  EXPECT_FALSE(called);
}

TEST(RunOnThreads, ReportsProgressOnTheCallingThreadAndEndsWithAllItems) {
  const std::thread::id caller = std::this_thread::get_id();
  std::vector<std::size_t> reported;
  const auto progress = [&](std::size_t done, std::size_t items) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_EQ(items, 100U);
    reported.push_back(done);
  };
  run_on_threads(100, 8, 3, "test", progress, [](auto next) {
    while (next()) {
    }
  });
  EXPECT_TRUE(std::is_sorted(reported.begin(), reported.end()));
  ASSERT_FALSE(reported.empty());
  EXPECT_EQ(reported.back(), 100U);
}

TEST(RunOnThreads, StopsWhenProgressThrows) {
  std::atomic<std::size_t> taken = 0;
  const auto progress = [](std::size_t, std::size_t) { throw std::runtime_error("enough"); };
  const auto work = [&](auto next) {
    while (next()) {
      ++taken;
      std::this_thread::yield();
    }
  };
  EXPECT_THROW(run_on_threads(100'000'000, 1, 2, "test", progress, work), std::runtime_error);
  EXPECT_LT(taken, 100'000'000U);
}

TEST(RunOnThreads, RethrowsAnExceptionOfAHelperAtTheEnd) {
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<bool> helper_works = false;
  const auto work = [&](auto next) {
    while (const std::optional<std::size_t> first = next()) {
      if (std::this_thread::get_id() != caller) {
        helper_works = true;
        helper_works.notify_all();
        throw std::runtime_error("from a helper");
      }
      helper_works.wait(false);
    }
  };
  EXPECT_THROW(run_on_threads(50, 1, 2, "test", {}, work), std::runtime_error);
}

}  // namespace
}  // namespace musicvae::detail
