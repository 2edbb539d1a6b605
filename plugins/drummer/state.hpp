// What a project saves of a drummer, as text.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>

#include "groove_maker.hpp"
#include "musicvae/error.hpp"
#include "parameters.hpp"
#include "pattern.hpp"

namespace musicvae::drummer {

/// A state of a newer version of the drummer.
class NewerStateError : public FormatError {
 public:
  using FormatError::FormatError;
};

/// Everything that a drummer needs to play the same notes again, even without its model.
struct SavedState {
  static constexpr int kVersion = 1;

  std::string model_name;
  std::string model_checksum;
  std::string model_path;  ///< empty: the built-in model
  std::array<float, kParameters.size()> parameters{};
  std::uint32_t index = 0;        ///< of the newest groove in its seed's series
  Request made{};                 ///< the groove that plays
  Bank bank{};                    ///< its patterns
  std::deque<Request> history{};  ///< the newest is the last
  std::string folder;             ///< for exported files; empty: the usual one
  DrumSequence input{kMaxSteps};  ///< what was heard, as cells

  /// One line of JSON.
  [[nodiscard]] std::string text() const;

  /// Reads text(). Parameters that it does not mention have their usual values. Throws NewerStateError, or FormatError for text that is not
  /// such a state.
  [[nodiscard]] static SavedState from(const std::string& text);
};

}  // namespace musicvae::drummer
