// The verbs of the `musicvae` command. Each adds its subcommand with options, defaults and an example, and runs when it is chosen.
#pragma once

#include <CLI/CLI.hpp>

#include "output.hpp"

namespace musicvae::app {

void add_preprocess(CLI::App& command, const Output& output);
void add_sample(CLI::App& command, const Output& output);
void add_reconstruct(CLI::App& command, const Output& output);
void add_humanize(CLI::App& command, const Output& output);
void add_tap_to_drums(CLI::App& command, const Output& output);
void add_add_closed_hihat(CLI::App& command, const Output& output);
void add_infill(CLI::App& command, const Output& output);
void add_continue(CLI::App& command, const Output& output);
void add_interpolate(CLI::App& command, const Output& output);
void add_similar(CLI::App& command, const Output& output);
void add_nearest(CLI::App& command, const Output& output);
void add_attributes(CLI::App& command, const Output& output);
void add_attribute_effects(CLI::App& command, const Output& output);
void add_shift_attributes(CLI::App& command, const Output& output);
void add_convert(CLI::App& command, const Output& output);
void add_encode(CLI::App& command, const Output& output);
void add_decode(CLI::App& command, const Output& output);
void add_import(CLI::App& command, const Output& output);
void add_export(CLI::App& command, const Output& output);
void add_render(CLI::App& command, const Output& output);
void add_plot(CLI::App& command, const Output& output);
void add_info(CLI::App& command, const Output& output);
void add_configs(CLI::App& command, const Output& output);
void add_evaluate(CLI::App& command, const Output& output);
void add_jack(CLI::App& command, const Output& output);

/// Replaces this process with `musicvae-train` and the same arguments. Throws if this build does not include it.
int launch_training(int argc, char** argv);

}  // namespace musicvae::app
