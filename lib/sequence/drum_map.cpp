#include "musicvae/sequence/drum_map.hpp"

#include <algorithm>

#include "musicvae/error.hpp"

namespace musicvae {
namespace {

std::size_t checked_pitch(int pitch) {
  if (pitch < 0 || pitch > 127) throw ArgumentError("drum map: pitch " + std::to_string(pitch) + " is not a MIDI pitch; use 0 to 127");
  return static_cast<std::size_t>(pitch);
}

// The first pitch of each class is its output pitch.
DrumMap map_of_classes(std::string name, const std::vector<std::vector<int>>& classes) {
  DrumMap map(std::move(name));
  for (std::size_t c = 0; c < classes.size(); ++c) {
    for (int pitch : classes[c]) map.map(pitch, static_cast<Drum>(c));
    map.write_as(static_cast<Drum>(c), classes[c].front());
  }
  return map;
}

}  // namespace

DrumMap::DrumMap(std::string name) : name_(std::move(name)) {
  class_of_.fill(kUnmapped);
}

std::vector<int> DrumMap::pitches(Drum drum) const {
  std::vector<int> result;
  for (int p = 0; p < 128; ++p) {
    if (this->drum(p) == drum) result.push_back(p);
  }
  return result;
}

int DrumMap::size() const {
  int n = 0;
  for (std::int8_t c : class_of_) n += c != kUnmapped;
  return n;
}

void DrumMap::map(int pitch, Drum drum) {
  class_of_[checked_pitch(pitch)] = static_cast<std::int8_t>(drum);
}

void DrumMap::unmap(int pitch) {
  class_of_[checked_pitch(pitch)] = kUnmapped;
}

void DrumMap::write_as(Drum drum, int pitch) {
  map(pitch, drum);
  pitch_of_[static_cast<std::size_t>(drum)] = pitch;
}

DrumMap DrumMap::completed_by(const DrumMap& other) const {
  DrumMap map = *this;
  for (std::size_t pitch = 0; pitch < class_of_.size(); ++pitch) {
    if (map.class_of_[pitch] == kUnmapped) map.class_of_[pitch] = other.class_of_[pitch];
  }
  return map;
}

DrumMap DrumMap::completed_by(Drum drum) const {
  DrumMap map = *this;
  std::replace(map.class_of_.begin(), map.class_of_.end(), kUnmapped, static_cast<std::int8_t>(drum));
  return map;
}

DrumMap DrumMap::standard() {
  DrumMap map = roland().completed_by(reduced());
  map.rename("standard");
  return map;
}

DrumMap DrumMap::roland() {
  return map_of_classes("roland",
                        {{36}, {38, 37, 40}, {42, 22, 44}, {46, 26}, {43, 58}, {47, 45}, {50, 48}, {49, 52, 55, 57}, {51, 53, 59}});
}

DrumMap DrumMap::reduced() {
  return map_of_classes("reduced", {{36, 35},
                                    {38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85},
                                    {42, 44, 54, 68, 69, 70, 71, 73, 78, 80, 22},
                                    {46, 67, 72, 74, 79, 81, 26},
                                    {45, 29, 41, 43, 61, 64, 84},
                                    {48, 47, 60, 63, 77, 86, 87},
                                    {50, 30, 62, 76, 83},
                                    {49, 52, 55, 57, 58},
                                    {51, 53, 59, 82}});
}

}  // namespace musicvae
