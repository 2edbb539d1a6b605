// The audio thread's part of the drummer allocates nothing, whatever happens meanwhile.
#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

#include "counted_allocations.hpp"
#include "drummer.hpp"
#include "drummer/fake_host.hpp"

namespace musicvae::drummer {
namespace {

// Counts events and keeps none.
class Counter : public MidiSink {
 public:
  bool write(const MidiEvent&) noexcept override {
    ++events;
    return true;
  }
  int events = 0;
};

TEST(DrummerRealTime, AllocatesNothing) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(test::groove_bytes()));
  Drummer drummer(bytes, {test::shipped_model("humanize"), test::shipped_model("tap2drum")});
  drummer.activate(48'000.0);
  drummer.use_folder("/dev/null/no folder");  // exports fail
  Counter counter;
  const int before = test::allocations;
  Transport transport{.playing = true, .has_position = true};
  for (int block = 0; block < 20'000; ++block) {
    transport.playing = block % 5000 != 4999;
    transport.tempo = 60.0 + block % 700;
    transport.quarter += 0.01;
    if (transport.quarter >= 4.0) {
      transport.quarter -= 4.0;
      transport.bar = block % 3 == 0 ? 0 : transport.bar + 1;
    }
    // Hosts set parameters on this thread.
    drummer.set(Parameter::swing, static_cast<float>(block % 100));
    if (block % 1000 == 0) drummer.set(Parameter::seed, static_cast<float>(block / 1000));
    if (block % 3000 == 0) drummer.set(Parameter::new_groove, static_cast<float>(block / 3000 % 2));
    if (block % 2500 == 0) drummer.set(Parameter::mode, static_cast<float>(block / 2500 % 3));
    if (block % 4000 == 0) drummer.set(Parameter::export_groove, static_cast<float>(block / 4000 % 2));
    const std::array<MidiEvent, 2> input = {
        {{.frame = block % 64, .bytes = {0x90, 38, 100}}, {.frame = 63, .bytes = {0x99, static_cast<std::uint8_t>(block % 128), 1}}}};
    drummer.process(64, transport, counter, input);
  }
  EXPECT_EQ(test::allocations - before, 0);
  EXPECT_GT(counter.events, 100);
  static_assert(noexcept(std::declval<Drummer&>().process(1, transport, counter)));
  static_assert(noexcept(std::declval<Drummer&>().set(Parameter::x, 0.0F)));
}

TEST(DrummerRealTime, AnAllocationIsSeen) {
  const int before = test::allocations;
  const Drummer drummer({});
  EXPECT_GT(test::allocations - before, 0);
}

}  // namespace
}  // namespace musicvae::drummer
