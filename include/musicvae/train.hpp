// Everything of musicvae::train: the modules for learning and the Trainer. Brings in LibTorch; for the Trainer alone,
// <musicvae/train/trainer.hpp> does not.
#pragma once

#include "musicvae/train/adam.hpp"
#include "musicvae/train/checkpoint.hpp"
#include "musicvae/train/conductor.hpp"
#include "musicvae/train/decoder.hpp"
#include "musicvae/train/encoder.hpp"
#include "musicvae/train/layers.hpp"
#include "musicvae/train/loss.hpp"
#include "musicvae/train/metrics.hpp"
#include "musicvae/train/music_vae.hpp"
#include "musicvae/train/schedule.hpp"
#include "musicvae/train/trainer.hpp"
