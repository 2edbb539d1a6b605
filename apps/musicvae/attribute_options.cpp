#include "attribute_options.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "musicvae/error.hpp"
#include "musicvae/model/any_music.hpp"

namespace musicvae::app {

void AttributeOptions::add_to(CLI::App& verb) {
  std::map<std::string, std::string> kinds;  // of music that have each feature
  for_each_music([&]<class Value>() {
    for (const Feature<Value>& feature : kFeatures<Value>) {
      std::string& all = kinds[feature.name];
      all.append(all.empty() ? "" : ", ").append(Value::kPlural);
    }
  });
  for (const auto& [name, music] : kinds) {
    std::string flag = name;
    std::replace(flag.begin(), flag.end(), '_', '-');
    verb.add_option_function<float>(
            "--" + flag, [this, feature = name](float amount) { features_[feature] = amount; },
            fmt::format("How much more {} ({}), -4 to 4; 1 is the distance from the lowest quarter of the data to the highest", name,
                        music))
        ->type_name("AMOUNT");
  }
  verb.add_option("--style", style_, "A style of the model, such as funk; short for --attribute style:funk=1");
  verb.add_option("--attribute", others_,
                  "Any attribute of the model (musicvae info MODEL lists them), for example style:funk=1; repeatable")
      ->type_name("NAME=AMOUNT")
      ->allow_extra_args(false);
}

Amounts AttributeOptions::amounts() const {
  Amounts amounts = features_;
  if (!style_.empty()) amounts.emplace("style:" + style_, 1.0F);
  for (const std::string& text : others_) {
    const std::size_t equals = text.rfind('=');
    float amount = 0.0F;
    const char* end = text.data() + text.size();
    const char* number = equals == std::string::npos ? end : text.data() + equals + 1;
    const auto read = std::from_chars(number, end, amount);
    if (equals == 0 || read.ec != std::errc() || read.ptr != end)
      throw ArgumentError("--attribute \"" + text + "\" is not NAME=AMOUNT; write, for example, style:funk=1");
    const std::string name = text.substr(0, equals);
    if (!amounts.emplace(name, amount).second) throw ArgumentError("--attribute \"" + name + "\" is given twice; give it once");
  }
  return amounts;
}

nlohmann::ordered_json to_json(const Amounts& amounts) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, amount] : amounts) json[name] = amount;
  return json;
}

}  // namespace musicvae::app
