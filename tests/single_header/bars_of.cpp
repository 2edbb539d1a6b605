// Another source file of the same program, which has no implementation.
#include "bars_of.hpp"

double bars_of(const musicvae::DrumSequence& groove) {
  return groove.bars();
}
