// The face without a window: what is where, what the mouse and the keyboard do, and what is drawn.
#include "face/face.hpp"

#include <cairo.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "drummer/fake_host.hpp"
#include "face/draw.hpp"

// Fontconfig keeps patterns until the program ends, and Cairo does not free them: no leak for LeakSanitizer, which asks this function.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig";
}

namespace musicvae::drummer::face {
namespace {

// Keeps what the face asks for.
struct Asked : FaceHost {
  std::vector<std::pair<Parameter, float>> values;
  std::vector<Parameter> presses;
  std::vector<Action> actions;
  std::array<int, kParameters.size()> touched{};
  int touches = 0;

  void touch(Parameter parameter, bool begins) override {
    int& depth = touched[static_cast<std::size_t>(parameter)];
    depth += begins ? 1 : -1;
    EXPECT_TRUE(depth == 0 || depth == 1);
    touches += begins ? 1 : 0;
  }
  void set(Parameter parameter, float value) override {
    EXPECT_EQ(touched[static_cast<std::size_t>(parameter)], 1) << "a host records a value only while it is touched";
    values.emplace_back(parameter, value);
  }
  void press(Parameter trigger) override { presses.push_back(trigger); }
  void act(Action action) override { actions.push_back(action); }
};

const Control& control_of(const Face& face, Parameter parameter, ControlKind kind) {
  for (const Control& control : face.controls()) {
    if (control.parameter == parameter && control.kind == kind && control.action == Action::none) return control;
  }
  throw std::runtime_error("no such control");
}

// A picture of the face.
class Picture {
 public:
  explicit Picture(const Face& face) {
    surface_.reset(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(face.width() * face.scale()),
                                              static_cast<int>(face.height() * face.scale())));
    const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> context(cairo_create(surface_.get()), cairo_destroy);
    draw(context.get(), face);
    EXPECT_EQ(cairo_status(context.get()), CAIRO_STATUS_SUCCESS);
    cairo_surface_flush(surface_.get());
  }
  [[nodiscard]] unsigned at(double x, double y) const {
    const unsigned char* const row =
        cairo_image_surface_get_data(surface_.get()) + static_cast<int>(y) * cairo_image_surface_get_stride(surface_.get());
    return reinterpret_cast<const unsigned*>(row)[static_cast<int>(x)] & 0xFF'FFFFU;
  }
  // How many pixels of an area differ.
  [[nodiscard]] int differences(const Picture& other, const Rect& area) const {
    int count = 0;
    for (double y = area.y; y < area.bottom(); ++y) {
      for (double x = area.x; x < area.right(); ++x) count += at(x, y) != other.at(x, y) ? 1 : 0;
    }
    return count;
  }
  void save(const std::string& path) const { EXPECT_EQ(cairo_surface_write_to_png(surface_.get(), path.c_str()), CAIRO_STATUS_SUCCESS); }

 private:
  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface_{nullptr, cairo_surface_destroy};
};

constexpr unsigned kPaper = 0xFFFFFF;

TEST(DrummerFace, EveryParameterIsOnItOnceAndNothingOverlaps) {
  Asked asked;
  Face face(asked);
  for (const auto& [width, height] :
       {std::pair(960.0, 640.0), std::pair(480.0, 320.0), std::pair(1920.0, 900.0), std::pair(600.0, 1200.0)}) {
    face.resize(width, height);
    std::set<Parameter> parameters = {Parameter::y};  // on the pad, with X
    const std::vector<Control>& controls = face.controls();
    for (std::size_t i = 0; i < controls.size(); ++i) {
      if (controls[i].action == Action::none) parameters.insert(controls[i].parameter);
      EXPECT_GE(controls[i].area.x, 0.0);
      EXPECT_LE(controls[i].area.right() * face.scale(), width) << controls[i].label;
      EXPECT_LE(controls[i].area.bottom() * face.scale(), height) << controls[i].label;
      for (std::size_t k = 0; k < i; ++k) {
        const Rect& a = controls[i].area;
        const Rect& b = controls[k].area;
        EXPECT_FALSE(a.x < b.right() - 1e-9 && b.x < a.right() - 1e-9 && a.y < b.bottom() - 1e-9 && b.y < a.bottom() - 1e-9)
            << controls[i].label << " and " << controls[k].label;
      }
    }
    EXPECT_EQ(parameters.size(), kParameters.size());
  }
}

TEST(DrummerFace, ValuesAreReadable) {
  EXPECT_EQ(value_text(Parameter::style, 0), "any");
  EXPECT_EQ(value_text(Parameter::style, 16), "rock");
  EXPECT_EQ(value_text(Parameter::mode, 1), "humanise input");
  EXPECT_EQ(value_text(Parameter::fill_every, 0), "off");
  EXPECT_EQ(value_text(Parameter::fill_every, 1), "1 bar");
  EXPECT_EQ(value_text(Parameter::variation_every, 8), "8 bars");
  EXPECT_EQ(value_text(Parameter::timing, 75.4F), "75 %");
  EXPECT_EQ(value_text(Parameter::density, -0.5F), "-0.50");
  EXPECT_EQ(value_text(Parameter::tempo, 120), "120 bpm");
  EXPECT_EQ(value_text(Parameter::history, 0), "newest");
  EXPECT_EQ(value_text(Parameter::seed, 42), "42");
  EXPECT_EQ(value_text(Parameter::lock, 1), "on");
}

TEST(DrummerFace, TheKeyboardReachesEveryControlAndChangesIt) {
  Asked asked;
  Face face(asked);
  EXPECT_FALSE(face.key(Key::up, false));  // nothing has the focus yet
  std::set<const Control*> seen;
  for (std::size_t i = 0; i < face.controls().size(); ++i) {
    ASSERT_TRUE(face.key(Key::next, false));
    const Control& control = *face.focus();
    EXPECT_TRUE(seen.insert(&control).second);
    const std::size_t before = asked.values.size() + asked.presses.size() + asked.actions.size();
    if (control.kind == ControlKind::button) {
      EXPECT_TRUE(face.key(Key::activate, false));
    } else {
      face.key(Key::end, false);
      face.key(Key::left, false);
      face.key(Key::home, false);
      face.key(Key::right, false);
    }
    EXPECT_GT(asked.values.size() + asked.presses.size() + asked.actions.size(), before) << control.label;
  }
  EXPECT_EQ(seen.size(), face.controls().size());
  const Control* const last = face.focus();
  face.key(Key::next, false);
  EXPECT_EQ(face.focus(), &face.controls().front());
  face.key(Key::previous, false);
  EXPECT_EQ(face.focus(), last);
  const std::vector<Parameter> triggers = {Parameter::new_groove, Parameter::clear_input, Parameter::export_groove};
  EXPECT_EQ(asked.presses, triggers);
  EXPECT_EQ(asked.actions, (std::vector<Action>{Action::choose_folder, Action::choose_model}));
}

TEST(DrummerFace, ArrowsPagesAndResetChangeTheRightParameter) {
  Asked asked;
  Face face(asked);
  face.press(control_of(face, Parameter::x, ControlKind::pad).area.middle(), false);
  face.release();
  asked.values.clear();
  face.key(Key::right, false);
  face.key(Key::up, false);
  face.key(Key::up, true);
  EXPECT_FLOAT_EQ(face.value(Parameter::x), 0.05F);
  EXPECT_FLOAT_EQ(face.value(Parameter::y), 0.055F);
  face.key(Key::reset, false);
  EXPECT_EQ(face.value(Parameter::x), 0.0F);
  EXPECT_EQ(face.value(Parameter::y), 0.0F);

  face.press(control_of(face, Parameter::fill_every, ControlKind::knob).area.middle(), false);
  face.release();
  face.key(Key::page_up, false);
  EXPECT_EQ(face.value(Parameter::fill_every), 5.0F);
  face.key(Key::down, true);
  EXPECT_EQ(face.value(Parameter::fill_every), 4.0F);
  face.key(Key::end, false);
  EXPECT_EQ(face.value(Parameter::fill_every), 16.0F);
}

TEST(DrummerFace, TheMouseTurnsMovesAndPushes) {
  Asked asked;
  Face face(asked);
  face.resize(1440, 960);  // at 150 %
  const auto pixel = [&](const Point& at) { return Point{at.x * face.scale(), at.y * face.scale()}; };
  const Point knob = pixel(control_of(face, Parameter::temperature, ControlKind::knob).area.middle());
  EXPECT_TRUE(face.press(knob, false));
  EXPECT_TRUE(asked.values.empty());
  face.drag({knob.x, knob.y - 33.0}, false);  // 22 of 220 at 100 %: a tenth of the range
  EXPECT_NEAR(face.value(Parameter::temperature), 1.2F, 1e-5);
  face.drag({knob.x, knob.y - 66.0}, true);
  EXPECT_NEAR(face.value(Parameter::temperature), 1.22F, 1e-5);
  face.release();
  face.press(knob, true);
  EXPECT_EQ(face.value(Parameter::temperature), 1.0F);
  EXPECT_FALSE(face.release());
  EXPECT_TRUE(face.scroll(knob, 2.0, false));
  EXPECT_NEAR(face.value(Parameter::temperature), 1.1F, 1e-5);

  const Rect pad = control_of(face, Parameter::x, ControlKind::pad).area;
  face.press(pixel(Face::on_pad(pad, 0.5F, -0.25F)), false);
  EXPECT_NEAR(face.value(Parameter::x), 0.5F, 1e-5);
  EXPECT_NEAR(face.value(Parameter::y), -0.25F, 1e-5);
  face.drag({0, 0}, false);
  EXPECT_EQ(face.value(Parameter::x), -1.0F);
  EXPECT_EQ(face.value(Parameter::y), 1.0F);
  face.release();

  const Rect modes = control_of(face, Parameter::mode, ControlKind::modes).area;
  face.press(pixel({modes.x + modes.width * 0.9, modes.y + 3}), false);
  EXPECT_EQ(face.value(Parameter::mode), 2.0F);
  const Rect snare = control_of(face, Parameter::level_snare, ControlKind::share).area;
  face.press(pixel({snare.x + snare.width * 0.4, snare.y + 3}), false);
  face.release();
  EXPECT_NEAR(face.value(Parameter::level_snare), 40.0F, 0.01F);
  face.press(pixel(control_of(face, Parameter::lock, ControlKind::toggle).area.middle()), false);
  face.release();
  EXPECT_EQ(face.value(Parameter::lock), 1.0F);
  face.press(pixel(control_of(face, Parameter::export_groove, ControlKind::button).area.middle()), false);
  face.release();
  EXPECT_EQ(asked.presses, std::vector<Parameter>{Parameter::export_groove});
  EXPECT_FALSE(face.press({1, 1}, false));
  for (const int depth : asked.touched) EXPECT_EQ(depth, 0);
  EXPECT_GT(asked.touches, 5);
}

// A bar with a loud kick on the third beat and a soft, late snare on the second.
void show_groove(Face& face) {
  DrumSequence groove(16);
  groove.set(8, Drum::kick, 1.0F, 0.0F);
  groove.set(4, Drum::snare, 0.3F, 1.0F);
  face.look.bank.variations.fill(pattern_of(groove));
}

TEST(DrummerFace, DrawsHitsWhereTheySound) {
  Asked asked;
  Face face(asked);
  const Picture before(face);
  show_groove(face);
  const Picture picture(face);
  const Rect& grid = face.grid();
  const double row = grid.height / kDrums;
  const double step = grid.width / 17.0;
  const auto colour_at = [&](double at, int drum) { return picture.at(grid.x + (at + 0.5) * step + 3.0, grid.y + (8.5 - drum) * row); };
  EXPECT_EQ(colour_at(8.0, 0), 0x4A0E3EU);  // the colour of the loudest hit, as in the library's pictures
  EXPECT_NE(colour_at(4.5, 1), kPaper);
  EXPECT_NE(colour_at(4.5, 1), 0x4A0E3EU);
  EXPECT_EQ(colour_at(4.0, 1), kPaper);
  EXPECT_EQ(colour_at(2.0, 1), kPaper);

  face.changed(Parameter::timing, 0);  // on the grid
  const Picture stiff(face);
  EXPECT_NE(stiff.at(grid.x + 4.5 * step + 3.0, grid.y + 7.5 * row), kPaper);
  EXPECT_GT(picture.differences(before, grid), 50);
}

TEST(DrummerFace, DrawsThePlayHeadTheFocusAndTheMessage) {
  Asked asked;
  Face face(asked);
  show_groove(face);
  const Picture still(face);
  face.head = {true, 0, 10.25};
  const Picture playing(face);
  const Rect& grid = face.grid();
  EXPECT_EQ(playing.at(grid.x + 10.75 * grid.width / 17.0, grid.y + 2), 0xC13442U);
  EXPECT_GT(playing.differences(still, grid), 100);

  face.look.message = "exported as groove-7-0.mid";
  const Picture with_message(face);
  EXPECT_GT(with_message.differences(playing, face.status()), 100);
  face.key(Key::next, false);
  const Picture focused(face);
  const Rect& area = face.focus()->area;
  EXPECT_GT(focused.differences(with_message, {area.x - 3, area.y - 3, area.width + 6, area.height + 6}), 200);
}

TEST(DrummerFace, DrawsWhatWasHeardAroundWhatIsPlayed) {
  Asked asked;
  Face face(asked);
  show_groove(face);
  face.changed(Parameter::mode, 1);
  const Picture before(face);
  face.look.input = DrumSequence(16);
  face.look.input.set(2, Drum::ride, 0.5F, -0.5F);
  const Picture picture(face);
  const Rect& grid = face.grid();
  const double step = grid.width / 17.0;
  const double row = grid.height / kDrums;
  EXPECT_GT(picture.differences(before, {grid.x + 2.0 * step, grid.y, step, row}), 20);
  EXPECT_EQ(picture.differences(before, {grid.x + 4.0 * step, grid.y, step, grid.height}), 0);
}

TEST(DrummerFace, DrawsThePlaneOfTheShippedModel) {
  Drummer drummer(test::shipped_model("hier-groove_4bar_lookback"));
  drummer.settle();
  Asked asked;
  Face face(asked);
  const Picture before(face);
  while (!drummer.look(face.look)) {
  }
  ASSERT_EQ(face.look.styles.size(), kStyles.size());
  EXPECT_EQ(face.look.data.size(), 256U);
  const Picture picture(face);
  const Rect pad = control_of(face, Parameter::x, ControlKind::pad).area;
  for (const auto& [x, y] : face.look.styles) {
    if (std::abs(x) < 1e-3F && std::abs(y) < 1e-3F) continue;  // under the point that can be moved
    const Point at = Face::on_pad(pad, x, y);
    EXPECT_NE(picture.at(at.x, at.y), kPaper);
  }
  EXPECT_GT(picture.differences(before, pad), 1000);
  if (const char* const path = std::getenv("MUSICVAE_PICTURE")) picture.save(path);  // to look at it
}

}  // namespace
}  // namespace musicvae::drummer::face
