// The Worker in which the models run. scripts/web.sh puts this file and musicvae.wasm into demo.js.
import { serve } from "../../../bindings/js/worker.mjs";
import wasm from "musicvae.wasm";

serve(self, { wasm });
