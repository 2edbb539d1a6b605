// What in_library.hpp tells of: the definitions that a program which links musicvae::musicvae does not compile itself.
#include "musicvae/model/attribute.inl"
#include "musicvae/model/config_file.inl"
#include "musicvae/model/config_json.inl"
#include "musicvae/model/config_summary.inl"
#include "musicvae/model/drum_map_json.inl"
#include "musicvae/model/model_file.inl"
#include "musicvae/model/safetensors.inl"
