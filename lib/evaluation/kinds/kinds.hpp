// The measures of all kinds of music: one header per type of AnyMusic.
#pragma once

#include "kinds/groove.hpp"
#include "kinds/melody.hpp"
#include "kinds/tracks.hpp"
#include "kinds/trio.hpp"
