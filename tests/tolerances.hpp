// How far a number may be from the reference, each with its reason. This is the only table of tolerances: tests use no others.
#pragma once

namespace musicvae::tolerance {

/// Logits: 64 steps of float32 LSTM whose sums run in another order than TensorFlow's. A float64 forward pass is 6e-6 away from the
/// reference.
inline constexpr double logits = 2e-5;
/// mu, sigma and z: one encoder pass. A float64 forward pass is 5e-7 away.
inline constexpr double latent = 2e-6;
/// LSTM states after 64 steps, relative where they are above 1: c grows to 54, which float32 holds to 4e-6.
inline constexpr double state = 2e-5;
/// Velocities and offsets of an autoregressive decode: sigmoid and tanh of logits, which are no steeper than the logits. Hits must be
/// equal.
inline constexpr double sample = 2e-5;
/// The total loss, a sum of some hundreds over 1,728 cells per window: float32 holds such a sum to 3e-5, and both sides round.
inline constexpr double loss = 1e-4;
/// Loss terms of one window and KL in nats; they are as large as the total.
inline constexpr double loss_term = 2e-4;
/// Losses of thousands of nats (a trio of 16 bars), relative: the reference's are float32, whose neighbouring values are this far apart.
inline constexpr double float32_step = 1.2e-7;
/// The total of such losses, relative: a float64 forward pass is 6e-7 away from the reference, which adds up in float32.
inline constexpr double large_loss = 6e-7;
/// Gradients, relative L2 per variable: backpropagation through 64 steps in float32; independent implementations differ by 4e-6.
inline constexpr double gradient = 1e-5;
/// Products of bfloat16 numbers, relative L2: each is rounded to 8 bits (2^-9 relative), and the paths round at different places in the
/// backward pass.
inline constexpr double bf16 = 1e-2;
/// mu and sigma of an encoder in bfloat16, relative L2: the rounding of weights and states of up to 256 steps, mostly averaged out.
inline constexpr double bf16_latent = 2e-2;
/// A loss in bfloat16 on a GPU compared with float32 on the CPU, relative: as for the products. An estimate, as no GPU was available.
inline constexpr double bf16_loss = 2e-2;
/// The same in float32: cuDNN may multiply in TF32, which keeps 10 bits. Also an estimate.
inline constexpr double between_devices = 1e-3;
/// Global gradient norm, relative: as for the gradients.
inline constexpr double gradient_norm = 1e-5;
/// The same during 20 Adam updates, each of which carries rounding errors on to the next.
inline constexpr double adam_gradient_norm = 1e-4;
/// beta and learning rate: TensorFlow keeps them in float32.
inline constexpr double schedule = 1e-7;
/// Loss of each of 20 Adam updates, which carry rounding errors on. The weights are fresh: no gradient is so small that rounding decides
/// its sign.
inline constexpr double adam_loss = 2e-4;
/// The same for losses above 200 nats, relative. The README of the reference numbers allows 1e-5.
inline constexpr double adam_large_loss = 1e-6;
/// The variables after 20 Adam updates, largest absolute difference: a hundredth of one update's step of 1e-3.
inline constexpr double adam_variable = 1e-5;
/// Dropout: means over 150 draws, in standard errors of their difference. One statistic exceeds 4 once in 16,000 times. The draws are
/// seeded, so the result is the same in every run.
inline constexpr double standard_errors = 4.0;

}  // namespace musicvae::tolerance
