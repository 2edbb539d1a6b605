// What the face reads of the plug-in, which is in the same process.
#pragma once

#include "DistrhoPlugin.hpp"
#include "drummer.hpp"

START_NAMESPACE_DISTRHO

class FacePlugin : public Plugin {
 public:
  using Plugin::Plugin;
  /// Lives as long as the plug-in.
  virtual musicvae::drummer::Drummer& drummer() = 0;
};

END_NAMESPACE_DISTRHO
