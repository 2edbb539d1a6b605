// The windows of the built CLAP, LV2, VST3 and program for JACK on an X server (Xvfb): they open, draw, and follow the mouse, the keyboard
// and the host. With MUSICVAE_PICTURE=FILE.png a picture is saved while it plays, such as that of docs/guides/drummer.md.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "drummer/clap_host.hpp"
#include "drummer/lv2_host.hpp"
#include "drummer/programs.hpp"
#include "drummer/vst3_host.hpp"
#include "face/face.hpp"

// After all others: these define macros such as None and Status.
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include <cairo-xlib.h>

namespace musicvae::test {
namespace {

namespace face = drummer::face;
using drummer::Parameter;

// Tells where the face has its controls.
struct Nobody : face::FaceHost {
  void touch(Parameter, bool) override {}
  void set(Parameter, float) override {}
  void press(Parameter) override {}
  void act(face::Action) override {}
};

face::Rect area_of(Parameter parameter, face::Action action = face::Action::none) {
  Nobody nobody;
  const face::Face face(nobody);
  for (const face::Control& control : face.controls()) {
    if (control.parameter == parameter && control.action == action) return control.area;
  }
  throw std::runtime_error("the face has no such control");
}

// A user before a screen, and the window that they look at.
class Screen {
 public:
  Screen() : display_(XOpenDisplay(nullptr), XCloseDisplay) {
    if (display_ == nullptr) throw std::runtime_error("there is no X server; run the test with xvfb-run");
    // The keyboard is somewhere else at first.
    other_ = XCreateSimpleWindow(display(), DefaultRootWindow(display()), 1100, 0, 100, 100, 0, 0, 0);
    XMapWindow(display(), other_);
    XSync(display(), False);
    XSetInputFocus(display(), other_, RevertToParent, CurrentTime);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  virtual ~Screen() { XDestroyWindow(display(), other_); }

  [[nodiscard]] Display* display() const { return display_.get(); }

  // What happens while the user waits a moment.
  virtual void turn() {
    XSync(display(), False);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  // Waits until something is so; false after ten seconds.
  bool until(const std::function<bool()>& is_so) {
    for (int i = 0; i < 500; ++i) {
      turn();
      if (is_so()) return true;
    }
    return false;
  }

  // The mouse, at places of the window.
  void move(const face::Point& to) {
    int x = 0;
    int y = 0;
    ::Window child = 0;
    XTranslateCoordinates(display(), window_, DefaultRootWindow(display()), static_cast<int>(to.x), static_cast<int>(to.y), &x, &y, &child);
    XTestFakeMotionEvent(display(), -1, x, y, CurrentTime);
    turn();
  }
  void press(bool down, unsigned button = 1) {
    XTestFakeButtonEvent(display(), button, down ? True : False, CurrentTime);
    turn();
  }
  void click(const face::Point& to, unsigned button = 1) {
    move(to);
    press(true, button);
    press(false, button);
  }
  void key(KeySym symbol) {
    for (const int down : {True, False}) {
      XTestFakeKeyEvent(display(), XKeysymToKeycode(display(), symbol), down, CurrentTime);
      turn();
    }
  }

  // A window on the screen that is not the test's; 0 if there is none.
  [[nodiscard]] ::Window another() const {
    ::Window root = 0;
    ::Window parent = 0;
    ::Window* windows = nullptr;
    unsigned count = 0;
    XQueryTree(display(), DefaultRootWindow(display()), &root, &parent, &windows, &count);
    ::Window found = 0;
    for (unsigned i = 0; i < count; ++i) {
      XWindowAttributes about{};
      XGetWindowAttributes(display(), windows[i], &about);
      if (windows[i] != window_ && windows[i] != other_ && about.map_state == IsViewable) found = windows[i];
    }
    XFree(windows);
    return found;
  }

  [[nodiscard]] unsigned long pixel(const face::Point& at_point) const {
    XImage* const image =
        XGetImage(display(), window_, static_cast<int>(at_point.x), static_cast<int>(at_point.y), 1, 1, AllPlanes, ZPixmap);
    const unsigned long value = XGetPixel(image, 0, 0) & 0xFF'FFFFU;
    XDestroyImage(image);
    return value;
  }
  // How many different colours are on a line across the window.
  [[nodiscard]] std::size_t colours(int y) const {
    XImage* const image = XGetImage(display(), window_, 0, y, 960, 1, AllPlanes, ZPixmap);
    std::set<unsigned long> seen;
    for (int x = 0; x < 960; ++x) seen.insert(XGetPixel(image, x, 0));
    XDestroyImage(image);
    return seen.size();
  }
  void save(const char* path) const {
    cairo_surface_t* const surface =
        cairo_xlib_surface_create(display(), window_, DefaultVisual(display(), DefaultScreen(display())), 960, 640);
    EXPECT_EQ(cairo_surface_write_to_png(surface, path), CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(surface);
  }

 protected:
  ::Window window_ = 0;

 private:
  std::unique_ptr<Display, int (*)(Display*)> display_;
  ::Window other_ = 0;
};

// A plug-in in a host of ours, and a window of the host for its face.
template <class Host>
class Window : public Screen {
 public:
  Window() {
    const int screen = DefaultScreen(display());
    window_ = XCreateSimpleWindow(display(), RootWindow(display(), screen), 0, 0, 960, 640, 0, 0, WhitePixel(display(), screen));
    XMapWindow(display(), window_);
    XSync(display(), False);
    host_.activate();
    open();
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window() override {
    if (open_) close();
    XDestroyWindow(display(), window_);
  }

  void open() {
    host_.open(window_);
    open_ = true;
  }
  void close() {
    host_.close();
    open_ = false;
  }
  void resize(int width, int height) {
    if constexpr (std::is_same_v<Host, Lv2Host>) {
      XResizeWindow(display(), host_.widget(), static_cast<unsigned>(width), static_cast<unsigned>(height));
    } else {
      host_.resize(width, height);
    }
  }

  Host& host() { return host_; }

  // One turn of the host: its timer, a block of sound.
  void turn() override {
    if (open_) host_.idle();
    FakeHost nothing(kScriptRate);
    host_.process(960, at, nothing);
    if (at.playing) at.quarter += 960 * at.tempo / 60.0 / kScriptRate;
    if (at.quarter >= 4.0) {
      at.quarter -= 4.0;
      ++at.bar;
    }
    Screen::turn();
  }

  drummer::Transport at{.playing = false, .has_position = true};

 private:
  Host host_;
  bool open_ = false;
};

// The program for JACK, which has a window of its own.
class Program : public Screen {
 public:
  // Starts the program until its server is there, and waits for the window.
  Program() {
    if (!until([&] {
          if (!program_ || !program_->runs()) program_.emplace(std::vector<std::string>{MUSICVAE_PLUGIN_JACK});
          return another() != 0;
        })) {
      throw std::runtime_error("the program has no window");
    }
    window_ = another();
  }
  bool runs() { return program_->runs(); }
  void close() {
    XEvent event{};
    event.xclient.type = ClientMessage;
    event.xclient.window = window_;
    event.xclient.message_type = XInternAtom(display(), "WM_PROTOCOLS", False);
    event.xclient.format = 32;
    event.xclient.data.l[0] = static_cast<long>(XInternAtom(display(), "WM_DELETE_WINDOW", False));
    XSendEvent(display(), window_, False, NoEventMask, &event);
  }

 private:
  std::optional<Child> program_;
};

// The folder in which the process works, for as long as this lives.
class WorkingFolder {
 public:
  explicit WorkingFolder(const std::filesystem::path& folder) { std::filesystem::current_path(folder); }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;
  ~WorkingFolder() { std::filesystem::current_path(before_); }

 private:
  std::filesystem::path before_ = std::filesystem::current_path();
};

struct NameOfFormat {
  template <class Host>
  static std::string GetName(int) {  // NOLINT(readability-identifier-naming): GoogleTest's name
    return std::is_same_v<Host, ClapHost> ? "Clap" : std::is_same_v<Host, Lv2Host> ? "Lv2" : "Vst3";
  }
};
template <class Host>
class DrummerWindow : public testing::Test {};
using Hosts = testing::Types<ClapHost, Lv2Host, Vst3Host>;
TYPED_TEST_SUITE(DrummerWindow, Hosts, NameOfFormat);

TYPED_TEST(DrummerWindow, OpensDrawsAndFollowsMouseAndKeyboard) {
  const std::filesystem::path home = std::filesystem::path(testing::TempDir()) / "drummer-window";
  std::filesystem::remove_all(home);
  setenv("HOME", home.c_str(), 1);
  unsetenv("XDG_CONFIG_HOME");
  Window<TypeParam> window;
  const face::Rect pad = area_of(Parameter::x);
  ASSERT_TRUE(window.until([&] { return window.colours(static_cast<int>(pad.middle().y)) > 10; })) << "nothing was drawn";

  // The mouse: a point of the plane.
  window.click(face::Face::on_pad(pad, 0.5F, -0.5F));
  EXPECT_TRUE(window.until([&] { return std::abs(window.host().value(Parameter::x) - 0.5) < 0.02; })) << window.host().value(Parameter::x);
  EXPECT_NEAR(window.host().value(Parameter::y), -0.5, 0.02);
  EXPECT_TRUE(window.until([&] { return window.pixel(face::Face::on_pad(pad, 0.5F, -0.5F)) == 0xC13442U; })) << "the point was not drawn";

  // A knob that is pulled up; the host knows while the user holds it.
  const face::Point knob = area_of(Parameter::temperature).middle();
  window.move(knob);
  window.press(true);
  EXPECT_TRUE(window.until([&] { return window.host().held() == 1; })) << window.host().held();
  window.move({knob.x, knob.y - 20.0});
  EXPECT_TRUE(window.until([&] { return window.host().value(Parameter::temperature) > 1.0; }));
  window.press(false);
  EXPECT_TRUE(window.until([&] { return window.host().held() == 0; })) << window.host().held();

  // The keyboard, since a click.
  window.click(face::Face::on_pad(pad, 0.5F, -0.5F));
  const double before = window.host().value(Parameter::x);
  window.key(XK_Right);
  EXPECT_TRUE(window.until([&] { return window.host().value(Parameter::x) > before + 0.04; }));
  window.key(XK_Tab);  // to the first knob
  window.key(XK_Up);
  EXPECT_TRUE(window.until([&] { return window.host().value(Parameter::style) == 1.0; })) << window.host().value(Parameter::style);
  // The wheel.
  window.click(area_of(Parameter::swing).middle(), 4);
  EXPECT_TRUE(window.until([&] { return window.host().value(Parameter::swing) > 0.0; }));

  // A button. What was set reached the plug-in: the file has the name of the seed.
  window.click(area_of(Parameter::seed).middle(), 4);
  EXPECT_TRUE(window.until([&] { return window.host().value(Parameter::seed) == 1.0; }));
  window.click(area_of(Parameter::export_groove).middle());
  const std::filesystem::path file = home / "Music" / "MusicVAE Drummer" / "groove-1-0.mid";
  EXPECT_TRUE(window.until([&] { return std::filesystem::exists(file) && std::filesystem::file_size(file) > 100; }));

  // What the host sets is shown, and the play head moves.
  window.host().set(Parameter::lock, 1);
  const face::Rect lock = area_of(Parameter::lock);
  EXPECT_TRUE(window.until([&] { return window.pixel({lock.x + 5, lock.middle().y}) == 0xC13442U; }));
  window.host().set(Parameter::lock, 0);
  window.host().set(Parameter::style, 6);
  window.at.playing = true;
  Nobody nobody;
  const face::Rect grid = face::Face(nobody).grid();
  const auto is_head_in = [&](double first, double last) {  // steps
    for (double step = first; step < last; step += 0.1) {
      if (window.pixel({grid.x + (step + 0.5) * grid.width / 65.0, grid.y - 2.0}) == 0xC13442U) return true;
    }
    return false;
  };
  EXPECT_TRUE(window.until([&] { return is_head_in(8.0, 12.0); }));
  EXPECT_TRUE(window.until([&] { return is_head_in(24.0, 28.0); }));
  if (const char* const path = std::getenv("MUSICVAE_PICTURE")) {
    window.until([&] { return window.at.bar == 2 && window.at.quarter > 2.0; });
    window.save(path);
  }

  // A smaller window shows all of it.
  window.resize(480, 320);
  const face::Rect modes = area_of(Parameter::mode);  // the first one is chosen, so it is dark
  EXPECT_TRUE(window.until([&] { return window.pixel({(modes.x + 10.0) / 2, (modes.y + 8.0) / 2}) == 0x1F2328U; }));
  window.at.playing = false;
  window.turn();
}

TYPED_TEST(DrummerWindow, ChoosesTheFolderForExports) {
  namespace fs = std::filesystem;
  const fs::path start = fs::path(testing::TempDir()) / "drummer-folder";
  fs::remove_all(start);
  fs::create_directories(start / "mine");
  const WorkingFolder here(start);  // where the dialogue begins
  Window<TypeParam> window;
  window.click(area_of(Parameter::export_groove, face::Action::choose_folder).middle());
  ASSERT_TRUE(window.until([&] { return window.another() != 0; })) << "there is no dialogue";
  XSetInputFocus(window.display(), window.another(), RevertToParent, CurrentTime);
  window.key(XK_Down);    // to "mine"
  window.key(XK_Return);  // into it
  window.key(XK_Return);  // takes it
  EXPECT_TRUE(window.until([&] { return window.another() == 0; })) << "the dialogue is still there";
  window.click(area_of(Parameter::export_groove).middle());
  EXPECT_TRUE(window.until([&] { return fs::exists(start / "mine" / "groove-0-0.mid"); }));
}

TYPED_TEST(DrummerWindow, IsOpenedAndClosedManyTimes) {
  const face::Rect pad = area_of(Parameter::x);
  Window<TypeParam> window;
  for (int i = 1; i <= 5; ++i) {
    if (i > 1) window.open();
    EXPECT_TRUE(window.until([&] { return window.colours(static_cast<int>(pad.middle().y)) > 10; })) << "nothing was drawn";
    window.click(area_of(Parameter::fill_every).middle(), 4);
    EXPECT_TRUE(window.until([&] { return window.host().value(Parameter::fill_every) == i; }))
        << window.host().value(Parameter::fill_every);
    window.close();
    window.turn();
    EXPECT_EQ(window.colours(static_cast<int>(pad.middle().y)), 1U) << "something was left";
  }
}

TYPED_TEST(DrummerWindow, ManyAreMadeAndDestroyed) {
  for (int i = 0; i < 5; ++i) {
    Window<TypeParam> window;
    window.turn();
  }
}

TEST(DrummerWindowOfJack, DrawsExportsAndEndsTheProgramWhenItIsClosed) {
  const std::filesystem::path home = std::filesystem::path(testing::TempDir()) / "drummer-program";
  std::filesystem::remove_all(home);
  setenv("HOME", home.c_str(), 1);
  unsetenv("XDG_CONFIG_HOME");
  name_jack_server();
  Child server(jack_server(1024, 48'000));
  Program program;
  EXPECT_TRUE(program.until([&] { return program.colours(static_cast<int>(area_of(Parameter::x).middle().y)) > 10; }))
      << "nothing was drawn";
  program.click(area_of(Parameter::seed).middle(), 4);
  program.click(area_of(Parameter::export_groove).middle());
  EXPECT_TRUE(program.until([&] { return std::filesystem::exists(home / "Music" / "MusicVAE Drummer" / "groove-1-0.mid"); }));
  program.close();
  EXPECT_TRUE(program.until([&] { return !program.runs(); }));
}

}  // namespace
}  // namespace musicvae::test
