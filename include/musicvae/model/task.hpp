// The tasks that a groove model can learn, as a table.
#pragma once

#include <array>
#include <string_view>

#include "musicvae/enum_names.hpp"

namespace musicvae {

/// Which part of a window the encoder of a groove model sees. The decoder predicts the whole window (Gillick et al. 2019, section 3.4).
enum class Task {
  reconstruct,       ///< all of it
  humanize,          ///< the hits, without velocities and offsets
  tap,               ///< per step, the hit and offset of the loudest drum, as a tap on one drum without velocity
  add_closed_hihat,  ///< all but the closed hi-hat
  hits_control,      ///< all of it; encoder and decoder also see the hits, as a control track
  infill,            ///< all but some cells, which the control track marks
};
/// The names of the tasks in JSON.
template <>
struct EnumNames<Task> {
  static constexpr std::string_view what = "task";
  static constexpr std::array<std::string_view, 6> names{"reconstruct", "humanize", "tap", "add_closed_hihat", "hits_control", "infill"};
};

/// What depends on a task alone.
struct TaskInfo {
  Task task;
  const char* model;        ///< the shipped model that is best for it (find_model)
  int marks;                ///< width of the marks in the control track: the hits, or the cells to fill in
  bool decoder_may_follow;  ///< whether the control track may also have the encoder's input, so that the decoder can follow that
  bool may_drop_notes;      ///< whether training may hide notes from the encoder
  bool needs_control;       ///< whether decoding needs a control track
  bool is_scored;           ///< whether `evaluate` scores the task next to baselines; otherwise it scores reconstruction alone
};

/// All tasks, in the order of the enumerators. "groove" is used for new grooves and for everything in the latent space.
inline constexpr std::array kTasks{
    TaskInfo{Task::reconstruct, "groove", 0, false, false, false, false},
    TaskInfo{Task::humanize, "humanize", 0, true, true, false, true},
    TaskInfo{Task::tap, "tap2drum", 0, true, true, false, true},
    TaskInfo{Task::add_closed_hihat, "add-hats", 0, true, true, false, true},
    TaskInfo{Task::hits_control, "humanize", 9, false, false, true, false},
    TaskInfo{Task::infill, "infill", 9, true, false, false, true},
};

/// The row of a task.
[[nodiscard]] constexpr const TaskInfo& info(Task task) noexcept {
  return kTasks[static_cast<std::size_t>(task)];
}

}  // namespace musicvae
