// The measures of all kinds of music: one header per type of AnyMusic.
#pragma once

#include "evaluation/kinds/groove.hpp"
#include "evaluation/kinds/melody.hpp"
#include "evaluation/kinds/tracks.hpp"
#include "evaluation/kinds/trio.hpp"
