// The example in C writes the file that the C++ library writes.
#include <string>

#include "c_handles.hpp"
#include "cli/process.hpp"

#if defined(MUSICVAE_C_EXAMPLE)
namespace musicvae {
namespace {

TEST(CExample, WritesTheFileOfTheLibrary) {
  const test::TempFolder files;
  const test::TempFolder output;
  const auto run = [&](const std::string& model, const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {model, files / "out.mid"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return test::run(output, MUSICVAE_C_EXAMPLE, arguments);
  };
  for (const char* name : {"hier-groove_4bar_lookback", "mel_2bar"}) {
    const std::string path = std::string(MUSICVAE_SOURCE) + "/models/" + name + ".safetensors";
    const test::Ended ended = run(path, {"11", "97"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.out, testing::HasSubstr(" notes\n"));
    Sampler sampler(MusicVae::load(path));
    with_music(sampler.model().config(), [&]<class Value>() {
      const Value value = sampler.sample<Value>({.decode = {.seed = 11}}).front();
      EXPECT_EQ(test::slurp(files / "out.mid"), test::midi_of(value, sampler.model().drum_map(), 97.0)) << name;
    });
  }
  const test::Ended refused = run(files / "out.mid", {});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, testing::HasSubstr("out.mid"));
  EXPECT_EQ(test::run(output, MUSICVAE_C_EXAMPLE, {}).code, 2);
}

}  // namespace
}  // namespace musicvae
#endif
