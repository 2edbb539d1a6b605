// What lib/train needs from every LibTorch. CMake compiles and links this first. If a PyTorch fails here (another standard-library ABI, a
// compiler that its headers do not support, a name that it no longer has), the build leaves out training instead of failing.
#include <ATen/DLConvertor.h>
#include <ATen/Parallel.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/autograd.h>
#include <torch/cuda.h>
#include <torch/custom_class.h>
#include <torch/types.h>

#include <mutex>
#include <optional>

namespace {

struct Tape : torch::CustomClassHolder {};

class Twice : public torch::autograd::Function<Twice> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x) {
    context->saved_data["tape"] = c10::IValue::make_capsule(c10::make_intrusive<Tape>());
    return x + x;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    (void)c10::static_intrusive_pointer_cast<Tape>(context->saved_data.at("tape").toCapsule());
    return {gradients[0] * 2};
  }
};

}  // namespace

int main() {
  at::globalContext().setFlushDenormal(true);
  const at::Generator generator = at::detail::createCPUGenerator(1);
  const at::Tensor x = torch::rand({2, 8}, generator).requires_grad_();
  Twice::apply(x).sum().backward();
  at::parallel_for(0, at::get_num_threads(), 1, [](std::int64_t, std::int64_t) {});
  const at::Tensor state = torch::zeros({1, 1, 8}), weights = torch::zeros({32, 8}), bias = torch::zeros({32});
  (void)at::lstm(state, {state, state}, {weights, weights, bias, bias}, true, 1, 0.0, false, false, false);
  (void)at::toDLPack(state);
  if (torch::cuda::is_available() && torch::cuda::device_count() > 0) {
    const torch::Device device(torch::kCUDA, 0);
    at::Generator shared = at::globalContext().defaultGenerator(device);
    const std::lock_guard lock(shared.mutex());
    (void)shared.clone();
    const c10::Stream stream = c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
    const c10::StreamGuard guard(stream);
    c10::Event event(device.type());
    event.record(stream);
    event.block(c10::impl::VirtualGuardImpl(device.type()).getStream(device));
    event.synchronize();
  }
  return x.toString().empty() ? 1 : 0;
}
