// A strict reader of the XML that the renderer writes: it throws where a browser would refuse the picture.
#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace musicvae::test {

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;   ///< its own character data, entities resolved
  std::string title;  ///< the text of a <title> in it
  [[nodiscard]] double number(const std::string& attribute) const { return std::stod(attributes.at(attribute)); }
};

class SvgReader {
 public:
  explicit SvgReader(std::string_view text) : text_(text) {
    element();
    skip_space();
    require(at_ == text_.size(), "something follows the document");
  }

  /// Every element, in the order in which they end; the root is the last.
  [[nodiscard]] const std::vector<Element>& elements() const { return elements_; }
  [[nodiscard]] std::vector<Element> named(const std::string& name) const {
    std::vector<Element> result;
    std::copy_if(elements_.begin(), elements_.end(), std::back_inserter(result), [&](const Element& e) { return e.name == name; });
    return result;
  }
  [[nodiscard]] std::vector<std::string> words() const {
    std::vector<std::string> result;
    for (const Element& e : named("text")) result.push_back(e.text);
    return result;
  }

 private:
  void require(bool good, const std::string& why) const {
    if (!good) throw std::runtime_error("byte " + std::to_string(at_) + ": " + why);
  }
  [[nodiscard]] bool next_is(std::string_view part) const { return text_.substr(at_, part.size()) == part; }
  void take(std::string_view part) {
    require(next_is(part), "expected " + std::string(part));
    at_ += part.size();
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  std::string name() {
    const std::size_t end = std::min(text_.find_first_of(" =/>\n", at_), text_.size());
    require(end > at_, "expected a name");
    const std::string result(text_.substr(at_, end - at_));
    at_ = end;
    return result;
  }
  // Character data before `stop`.
  std::string characters(char stop) {
    std::string result;
    while (at_ < text_.size() && text_[at_] != stop) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      require(byte >= 0x20 || byte == '\n' || byte == '\t', "a control character");
      require(byte != '<', "a bare <");
      if (byte != '&') {
        result += text_[at_++];
        continue;
      }
      bool known = false;
      for (const auto& [entity, character] : {std::pair{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}}) {
        if (!next_is(entity)) continue;
        result += character;
        take(entity);
        known = true;
        break;
      }
      require(known, "a bare &");
    }
    return result;
  }
  void element() {
    take("<");
    Element element{name(), {}, {}, {}};
    for (skip_space(); !next_is(">") && !next_is("/>"); skip_space()) {
      const std::string attribute = name();
      take("=\"");
      require(element.attributes.emplace(attribute, characters('"')).second, "an attribute twice");
      take("\"");
    }
    if (next_is("/>")) {
      take("/>");
    } else {
      take(">");
      while (true) {
        element.text += characters('<');
        if (next_is("</")) break;
        this->element();
        if (elements_.back().name == "title") element.title = elements_.back().text;
      }
      take("</" + element.name + ">");
    }
    elements_.push_back(element);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Element> elements_;
};

}  // namespace musicvae::test
