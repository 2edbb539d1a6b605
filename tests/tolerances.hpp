// How far from the reference a number may be, each with its reason. The one table of tolerances: tests compare with these and no others.
#pragma once

namespace musicvae::tolerance {

/// Logits: 64 steps of float32 LSTM whose sums run in another order than TensorFlow's; a float64 forward is 6e-6 away from the reference.
inline constexpr double logits = 2e-5;
/// mu, sigma and z: one encoder pass; a float64 forward is 5e-7 away.
inline constexpr double latent = 2e-6;
/// LSTM states after 64 steps, relative where they are above 1: c grows to 54, and float32 holds that to 4e-6.
inline constexpr double state = 2e-5;
/// Velocities and offsets of a decode on its own output: sigmoid and tanh of logits, no steeper than they. Its hits are equal.
inline constexpr double sample = 2e-5;
/// The total loss, a sum of some hundreds over 1,728 cells a window: float32 of such a sum holds 3e-5, and both sides round.
inline constexpr double loss = 1e-4;
/// Loss terms of one window and KL in nats, as large as the total.
inline constexpr double loss_term = 2e-4;
/// Losses of thousands of nats (a trio of 16 bars), relative: neighbours in float32, which the reference's are, lie this far apart.
inline constexpr double float32_step = 1.2e-7;
/// Gradients, relative L2 a variable: backpropagation through 64 steps in float32, measured 4e-6 between independent implementations.
inline constexpr double gradient = 1e-5;
/// Products of bfloat16 numbers, relative L2: each is rounded to 8 bits (2^-9 relative), and paths round in other places on the way back.
inline constexpr double bf16 = 1e-2;
/// A loss in bfloat16 on a GPU beside float32 on the CPU, relative: as the products; an estimate, as no GPU has been at hand.
inline constexpr double bf16_loss = 2e-2;
/// The same in float32: cuDNN may multiply in TF32, which keeps 10 bits; an estimate, too.
inline constexpr double between_devices = 1e-3;
/// Global gradient norm, relative: as the gradients.
inline constexpr double gradient_norm = 1e-5;
/// The same during 20 Adam updates, which feed rounding back.
inline constexpr double adam_gradient_norm = 1e-4;
/// beta and learning rate: TensorFlow keeps them in float32.
inline constexpr double schedule = 1e-7;
/// Loss of each of 20 Adam updates: updates feed rounding back; fresh weights, where the sign of no gradient hangs on rounding.
inline constexpr double adam_loss = 2e-4;
/// The variables after 20 Adam updates, largest absolute difference: a hundredth of one update's step of 1e-3.
inline constexpr double adam_variable = 1e-5;
/// Dropout: means over 150 draws, in standard errors of their difference. Beyond 4 is one in 16,000 for one statistic; the draws are
/// seeded, so the verdict does not change from run to run.
inline constexpr double standard_errors = 4.0;

}  // namespace musicvae::tolerance
