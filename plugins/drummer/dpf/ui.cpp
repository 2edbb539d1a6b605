// The face in a window of DPF: hands on events, and draws with Cairo.
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "DistrhoUI.hpp"
#include "face/draw.hpp"
#include "face/face.hpp"
#include "face_plugin.hpp"

START_NAMESPACE_DISTRHO

namespace {

namespace face = musicvae::drummer::face;
using musicvae::drummer::kParameters;
using musicvae::drummer::Parameter;

std::optional<face::Key> key_of(unsigned key, bool shift) {
  constexpr unsigned tab = 0x09;
  constexpr unsigned enter = 0x0D;
  constexpr unsigned back_tab = 0xFE20;  // what X11 makes of Shift and Tab
  switch (key) {
    case tab:
      return shift ? face::Key::previous : face::Key::next;
    case back_tab:
      return face::Key::previous;
    case enter:
    case ' ':
      return face::Key::activate;
    case kKeyLeft:
      return face::Key::left;
    case kKeyRight:
      return face::Key::right;
    case kKeyUp:
      return face::Key::up;
    case kKeyDown:
      return face::Key::down;
    case kKeyPageUp:
      return face::Key::page_up;
    case kKeyPageDown:
      return face::Key::page_down;
    case kKeyHome:
      return face::Key::home;
    case kKeyEnd:
      return face::Key::end;
    case kKeyDelete:
    case kKeyBackspace:
      return face::Key::reset;
    default:
      return std::nullopt;
  }
}

class DrummerUi final : public UI, private face::FaceHost {
 public:
  DrummerUi() : UI(static_cast<uint>(face::kWidth), static_cast<uint>(face::kHeight)) {
    const double scale = getScaleFactor();
    setGeometryConstraints(static_cast<uint>(face::kWidth) / 2, static_cast<uint>(face::kHeight) / 2);
    if (scale > 1.0) setSize(static_cast<uint>(face::kWidth * scale), static_cast<uint>(face::kHeight * scale));
    face_.resize(getWidth(), getHeight());
  }

 protected:
  void parameterChanged(uint32_t index, float value) override {
    if (index >= kParameters.size()) return;
    face_.changed(static_cast<Parameter>(index), value);
    drawn(true);
  }
  void stateChanged(const char*, const char*) override {}

  void uiIdle() override {
    musicvae::drummer::Drummer& drummer = of_plugin();
    const musicvae::drummer::Head before = std::exchange(face_.head, drummer.head());
    if (before.playing != face_.head.playing || before.pattern != face_.head.pattern) still_ = nullptr;
    if (before.playing || face_.head.playing) repaint();
    const std::uint32_t version = face_.look.version;
    const std::string message = face_.look.message;
    if (drummer.look(face_.look) && (version != face_.look.version || message != face_.look.message)) drawn(true);
  }

  // What does not move is drawn once and kept.
  void onCairoDisplay(const CairoGraphicsContext& context) override {
    if (still_ == nullptr) {
      still_.reset(cairo_surface_create_similar(cairo_get_target(context.handle), CAIRO_CONTENT_COLOR, static_cast<int>(getWidth()),
                                                static_cast<int>(getHeight())));
      cairo_t* const picture = cairo_create(still_.get());
      face::draw_still(picture, face_);
      cairo_destroy(picture);
    }
    cairo_set_source_surface(context.handle, still_.get(), 0.0, 0.0);
    cairo_paint(context.handle);
    face::draw_moving(context.handle, face_);
  }

  void onResize(const ResizeEvent& event) override {
    UI::onResize(event);
    face_.resize(event.size.getWidth(), event.size.getHeight());
    still_ = nullptr;
  }

  bool onMouse(const MouseEvent& event) override {
    if (event.button != kMouseButtonLeft) return false;
    if (!event.press) return drawn(face_.release());
    getWindow().focus();                // or keys would go to the host
    constexpr uint double_click = 400;  // ms
    const bool near = std::abs(event.pos.getX() - clicked_.x) < 4.0 && std::abs(event.pos.getY() - clicked_.y) < 4.0;
    const bool twice = near && event.time - clicked_at_ < double_click;
    clicked_ = {event.pos.getX(), event.pos.getY()};
    clicked_at_ = twice ? 0 : event.time;
    return drawn(face_.press(clicked_, twice));
  }
  bool onMotion(const MotionEvent& event) override {
    return drawn(face_.drag({event.pos.getX(), event.pos.getY()}, (event.mod & kModifierShift) != 0));
  }
  bool onScroll(const ScrollEvent& event) override {
    return drawn(face_.scroll({event.pos.getX(), event.pos.getY()}, event.delta.getY(), (event.mod & kModifierShift) != 0));
  }
  bool onKeyboard(const KeyboardEvent& event) override {
    const bool shift = (event.mod & kModifierShift) != 0;
    const std::optional<face::Key> key = key_of(event.key, shift);
    if (!key) return false;
    return event.press ? drawn(face_.key(*key, shift)) : false;
  }

  // Not through the host: LV2 needs a worker for that, which not every host has.
  void uiFileBrowserSelected(const char* path) override {
    if (path == nullptr) return;
    const std::filesystem::path chosen = path;  // that of a folder ends in a slash
    if (asks_for_ == face::Action::choose_model && chosen.has_filename()) of_plugin().use_model(chosen);
    if (asks_for_ == face::Action::choose_folder) of_plugin().use_folder(chosen.parent_path());
  }

 private:
  musicvae::drummer::Drummer& of_plugin() const {
    return static_cast<FacePlugin*>(static_cast<DISTRHO_NAMESPACE::Plugin*>(getPluginInstancePointer()))->drummer();
  }
  bool drawn(bool changed) {
    if (!changed) return false;
    still_ = nullptr;
    repaint();
    return true;
  }

  void touch(Parameter parameter, bool begins) override { editParameter(static_cast<uint32_t>(parameter), begins); }
  void set(Parameter parameter, float value) override { setParameterValue(static_cast<uint32_t>(parameter), value); }
  // Not through the host: formats pass on a trigger's rise and fall in one block, or its fall alone.
  void press(Parameter trigger) override {
    of_plugin().set(trigger, 1.0F);
    of_plugin().set(trigger, 0.0F);
  }
  void act(face::Action action) override {
    asks_for_ = action;
    FileBrowserOptions options;
    options.title = action == face::Action::choose_model ? "A model of grooves" : "Go to the folder for exports, and press Open";
    openFileBrowser(options);
  }

  face::Face face_{*this};
  face::Action asks_for_ = face::Action::none;
  face::Point clicked_;
  uint clicked_at_ = 0;
  struct DestroySurface {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  };
  std::unique_ptr<cairo_surface_t, DestroySurface> still_;  // null: it is to be drawn anew

  DISTRHO_DECLARE_NON_COPYABLE_WITH_LEAK_DETECTOR(DrummerUi)
};

}  // namespace

UI* createUI() {
  return new DrummerUi();
}

END_NAMESPACE_DISTRHO
