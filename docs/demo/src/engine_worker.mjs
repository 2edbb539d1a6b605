// The Worker in which the models run. models.mjs starts it and hands it musicvae.wasm.
import { serve } from "../../../bindings/js/worker.mjs";

serve(self);
