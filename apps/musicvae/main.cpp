// The `musicvae` command: `musicvae VERB ...`.
#include <cstring>
#include <string>

#include "verbs.hpp"

namespace musicvae::app {
namespace {

// Files are read more than once and are written completely or not at all, so "-" would be the name of a file.
void refuse_standard_streams(CLI::App& verb) {
  for (CLI::Option* option : verb.get_options()) {
    option->check([](const std::string& value) {
      return std::string(value == "-" ? "standard input and output are not supported; name a file" : "");
    });
  }
}

int run(int argc, char** argv) {
  // `train` is a separate program, which parses its own options.
  if (argc >= 2 && std::strcmp(argv[1], "train") == 0) return launch_training(argc, argv);

  CLI::App command("MusicVAE for drums: learn a latent space of grooves from MIDI; sample, reconstruct and convert drum patterns.",
                   "musicvae");
  command.footer("Example: musicvae sample -n 4 --seed 7 -o out\n`musicvae VERB --help` explains a verb.");
  command.require_subcommand(1);
  Output output;
  command.add_flag("--json", output.json, "Print one JSON object instead of text");
  command.add_flag("--quiet", output.quiet, "No progress");
  command.fallthrough();
  command.set_version_flag("--version", std::string("musicvae ") + MUSICVAE_VERSION);

  add_preprocess(command, output);
  command.add_subcommand("train", "Train a model on a prepared dataset (musicvae train --help)");
  add_sample(command, output);
  add_reconstruct(command, output);
  add_humanize(command, output);
  add_tap2drum(command, output);
  add_add_hats(command, output);
  add_infill(command, output);
  add_continue(command, output);
  add_interpolate(command, output);
  add_similar(command, output);
  add_nearest(command, output);
  add_attributes(command, output);
  add_move(command, output);
  add_convert(command, output);
  add_encode(command, output);
  add_decode(command, output);
  add_export(command, output);
  add_render(command, output);
  add_plot(command, output);
  add_info(command, output);
  add_configs(command, output);
  add_evaluate(command, output);
  for (CLI::App* verb : command.get_subcommands({})) refuse_standard_streams(*verb);
  try {
    command.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return command.exit(e);
  } catch (const CLI::RequiredError& e) {
    const bool verb_given = argc >= 2 && argv[1][0] != '-' && command.get_subcommands().empty();
    std::fprintf(stderr, "musicvae: %s; see musicvae --help\n", verb_given ? (std::string(argv[1]) + ": is no verb").c_str() : e.what());
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
