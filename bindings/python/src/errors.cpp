#include <string_view>

#include "bindings.hpp"
#include "musicvae/error.hpp"

namespace musicvae::python {

void raise(const char* type, const std::exception& error) {
  const py::object cls = py::module_::import("musicvae_cpp._errors").attr(type);
  const std::string_view line = error.what();
  // A file's name in it may contain bytes that are not UTF-8: these are escaped, as Python does with such names.
  const auto words =
      py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(line.data(), static_cast<py::ssize_t>(line.size()), "surrogateescape"));
  if (words) PyErr_SetObject(cls.ptr(), words.ptr());
}

void translate_errors() {
  py::register_local_exception_translator([](std::exception_ptr p) {
    try {
      if (p) std::rethrow_exception(p);
    } catch (const FileError& error) {
      raise("FileError", error);
    } catch (const FormatError& error) {
      raise("FormatError", error);
    } catch (const ConfigError& error) {
      raise("ConfigError", error);
    } catch (const ModelError& error) {
      raise("ModelError", error);
    } catch (const ChordSymbolError& error) {
      raise("ChordSymbolError", error);
    } catch (const ChordClassError& error) {
      raise("ChordClassError", error);
    } catch (const ArgumentError& error) {
      raise("ArgumentError", error);
    } catch (const DeviceError& error) {
      raise("DeviceError", error);
    } catch (const Error& error) {
      raise("Error", error);
    }
  });
}

}  // namespace musicvae::python
