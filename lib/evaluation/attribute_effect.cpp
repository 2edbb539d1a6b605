#include "attribute_effect.hpp"

namespace musicvae::evaluation {

AttributeReport attribute_report(const std::string& name, const std::vector<AttributeValues>& values) {
  const auto each = static_cast<double>(values.size());
  AttributeReport report{.name = name};
  for (const auto& [at_low, at_plain, at_high] : values) {
    report.low += at_low / each;
    report.plain += at_plain / each;
    report.high += at_high / each;
    report.right_way += (static_cast<int>(at_low < at_plain) + static_cast<int>(at_high > at_plain)) / (2.0 * each);
  }
  return report;
}

}  // namespace musicvae::evaluation
