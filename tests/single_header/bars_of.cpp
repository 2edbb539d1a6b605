// Another source file of the same program, without the implementation.
#include "bars_of.hpp"

double bars_of(const musicvae::DrumSequence& groove) {
  return groove.bars();
}
