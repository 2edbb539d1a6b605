#include "bindings.hpp"

namespace musicvae::python {

void raise(const char* type, const std::exception& error) {
  const py::object cls = py::module_::import("musicvae_cpp._errors").attr(type);
  PyErr_SetString(cls.ptr(), error.what());
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
