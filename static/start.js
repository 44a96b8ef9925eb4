// Starts the playground. Trunk would write this as an inline script, which the Content-Security-Policy forbids.
// The file names carry a hash of their content, so the script element names them.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const url = (name) => new URL(name, document.baseURI);

try {
  const { default: init } = await import(url(js));
  await init({ module_or_path: url(wasm) });
} catch (error) {
  const status = document.getElementById("shell-status");
  if (status) {
    status.textContent = `The playground could not start: ${error}. Reloading the page may help; it needs a browser with WebAssembly.`;
  }
  throw error;
}
