// The `musicvae` command: `musicvae VERB ...`.
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verbs.hpp"

namespace musicvae::app {
namespace {

// Verbs read a file more than once, and write it completely or not at all. Pipes allow neither, so "-" is an error rather than the name of
// a file.
void refuse_standard_streams(CLI::App& verb) {
  for (CLI::Option* option : verb.get_options()) {
    option->check([](const std::string& value) {
      return std::string(value == "-" ? "standard input and output are not supported; name a file" : "");
    });
  }
}

// The earlier names of verbs. They still work, but --help does not list them.
constexpr std::array<std::pair<std::string_view, const char*>, 3> kOldVerbs = {
    {{"tap2drum", "tap-to-drums"}, {"add-hats", "add-closed-hihat"}, {"move", "shift-attributes"}}};

// The arguments, with an earlier name of a verb replaced by its current name. Options before the verb take no values, so the verb is the
// first other word.
std::vector<const char*> with_current_verb(int argc, char** argv) {
  std::vector<const char*> arguments(argv, argv + argc);
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i][0] == '-') continue;
    for (const auto& [old, current] : kOldVerbs) {
      if (old == arguments[i]) arguments[i] = current;
    }
    break;
  }
  return arguments;
}

int run(int argc, char** argv) {
  // `train` is a separate program, which parses its own options.
  if (argc >= 2 && std::strcmp(argv[1], "train") == 0) return launch_training(argc, argv);

  CLI::App command(
      "MusicVAE: learn a latent space of grooves, melodies, trios or tracks from MIDI; sample, reconstruct, interpolate and change music.",
      "musicvae");
  command.footer("Example: musicvae sample -n 4 --seed 7 -o out\n`musicvae VERB --help` explains a verb.");
  command.require_subcommand(1);
  Output output;
  command.add_flag("--json", output.json, "Print one JSON object instead of text");
  command.add_flag("--quiet", output.quiet, "Show no progress");
  command.fallthrough();
  command.set_version_flag("--version", std::string("musicvae ") + MUSICVAE_VERSION);

  add_preprocess(command, output);
  command.add_subcommand("train", "Train a model on a prepared dataset (musicvae train --help)");
  add_sample(command, output);
  add_reconstruct(command, output);
  add_humanize(command, output);
  add_tap_to_drums(command, output);
  add_add_closed_hihat(command, output);
  add_infill(command, output);
  add_continue(command, output);
  add_interpolate(command, output);
  add_similar(command, output);
  add_nearest(command, output);
  add_attributes(command, output);
  add_attribute_effects(command, output);
  add_shift_attributes(command, output);
  add_convert(command, output);
  add_encode(command, output);
  add_decode(command, output);
  add_import(command, output);
  add_export(command, output);
  add_render(command, output);
  add_plot(command, output);
  add_info(command, output);
  add_configs(command, output);
  add_evaluate(command, output);
  add_jack(command, output);
  for (CLI::App* verb : command.get_subcommands({})) refuse_standard_streams(*verb);
  try {
    const std::vector<const char*> arguments = with_current_verb(argc, argv);
    command.parse(argc, arguments.data());
  } catch (const CLI::Success& e) {
    return command.exit(e);
  } catch (const CLI::RequiredError& e) {
    const bool verb_given = argc >= 2 && argv[1][0] != '-' && command.get_subcommands().empty();
    std::fprintf(stderr, "musicvae: %s; see musicvae --help\n",
                 verb_given ? ("\"" + std::string(argv[1]) + "\" is not a verb").c_str() : e.what());
    return usage;
  } catch (const CLI::ParseError& e) {
    std::fprintf(stderr, "musicvae: %s; see musicvae --help\n", e.what());
    return usage;
  }
  return ok;
}

}  // namespace
}  // namespace musicvae::app

int main(int argc, char** argv) {
  return musicvae::app::guarded([&] { return musicvae::app::run(argc, argv); });
}
