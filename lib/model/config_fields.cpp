#include "musicvae/model/config_fields.hpp"

#include <cstdio>

namespace musicvae {

void ConfigFieldText::operator()(const char* name, bool& value) {
  text_.append(name).append(value ? "=true;" : "=false;");
}

void ConfigFieldText::operator()(const char* name, int& value) {
  text_.append(name).append("=").append(std::to_string(value)).append(";");
}

void ConfigFieldText::operator()(const char* name, double& value) {
  char number[32];
  std::snprintf(number, sizeof(number), "%.17g", value);
  text_.append(name).append("=").append(number).append(";");
}

void ConfigFieldText::operator()(const char* name, std::string& value) {
  text_.append(name).append("=").append(value).append(";");
}

void ConfigFieldText::operator()(const char* name, std::vector<int>& value) {
  text_.append(name).append("=");
  for (const int number : value) text_.append(std::to_string(number)).append(",");
  text_.append(";");
}

void ConfigFieldText::choose(const char* name, std::size_t& index, std::span<const std::string_view> names) {
  text_.append(name).append("=").append(names[index]).append(";");
}

}  // namespace musicvae
