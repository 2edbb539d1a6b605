#pragma once

#include <musicvae_core.hpp>

double bars_of(const musicvae::DrumSequence& groove);
