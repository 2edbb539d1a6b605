// The C library's real-time safe functions allocate nothing. Its operator new is the one that counts, because a program's own replaces that
// of the shared libraries it loads.
#include <vector>

#include "counted_allocations.hpp"

#include "c_handles.hpp"

namespace musicvae {
namespace {

using test::allocations;

TEST(CRealTime, AllocatesNothing) {
  for (const char* config : {"groovae_4bar", "groovae_4bar_lookback", "nade-drums_2bar_full", "hierdec-drums_16bar", "mel_2bar",
                             "cat-mel_2bar_med_chords", "trio_4bar"}) {
    const test::CModel model = test::load(test::tiny(config));
    musicvae_stream* created = nullptr;
    test::expect_ok(musicvae_stream_create(model.get(), nullptr, &created));
    const test::CStream stream(created);
    std::vector<float> z(4);
    std::vector<musicvae_event> events(MUSICVAE_STEP_EVENTS);
    std::size_t count = 0;
    std::size_t sum = 0;
    musicvae_status status = MUSICVAE_OK;
    const int before = allocations;
    for (std::uint64_t index = 0; index < 3; ++index) {
      status |= musicvae_draw_prior(model.get(), 7, index, z.data(), z.size());
      status |= musicvae_stream_start(stream.get(), 7, index);
      status |= musicvae_stream_start_at(stream.get(), z.data(), z.size(), 7, index);
      for (int step = 0; step < 300; ++step) {
        status |= musicvae_stream_set_temperature(stream.get(), 1.0F, 0.01F * static_cast<float>(step));
        status |= musicvae_stream_next(stream.get(), events.data(), events.size(), &count);
        sum += count;
      }
    }
    musicvae_stream_next(stream.get(), events.data(), 0, &count);  // errors do not allocate either
    EXPECT_EQ(allocations - before, 0) << config;
    EXPECT_EQ(status, MUSICVAE_OK) << config;
    EXPECT_GT(sum, 0U) << config;
  }
}

TEST(CRealTime, AnAllocationInsideTheLibraryIsSeen) {
  const test::CModel model = test::load(test::tiny("groovae_4bar"));
  const int before = allocations;
  musicvae_stream* stream = nullptr;
  test::expect_ok(musicvae_stream_create(model.get(), nullptr, &stream));
  EXPECT_GT(allocations - before, 5);
  musicvae_stream_free(stream);
}

}  // namespace
}  // namespace musicvae
