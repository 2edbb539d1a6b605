// Includes all of musicvae::train: the library, and training with LibTorch.
#pragma once

#include "musicvae/musicvae.hpp"
#include "musicvae/train/adam.hpp"
#include "musicvae/train/augmentation.hpp"
#include "musicvae/train/checkpoint.hpp"
#include "musicvae/train/conductor.hpp"
#include "musicvae/train/decoder.hpp"
#include "musicvae/train/encoder.hpp"
#include "musicvae/train/head.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/metrics.hpp"
#include "musicvae/train/music_vae.hpp"
#include "musicvae/train/schedule.hpp"
#include "musicvae/train/trainer.hpp"
