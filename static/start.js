// Starts the playground. Trunk would write this as an inline script, which the Content-Security-Policy forbids.
// The file names carry a hash of their content, so the script element names them.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const url = (name) => new URL(name, document.baseURI);

const rest = url(wasm.replace("_bg.wasm", "_rest.wasm"));
// What a link asks for may need both halves from the start.
let asked = location.hash && fetch(rest);

// The published program is cut in two. What both halves share is known as soon as the first is there.
let shared;
const { instantiate, instantiateStreaming } = WebAssembly;
const sharing = (make) => async (source, imports) => {
  const made = await make(source, imports);
  // Only the first half is shared.
  Object.assign(WebAssembly, { instantiate, instantiateStreaming });
  shared = { ...imports, first: (made.instance ?? made).exports };
  if (asked) await fetchRest();
  return made;
};
WebAssembly.instantiate = sharing(instantiate);
WebAssembly.instantiateStreaming = sharing(instantiateStreaming);

const isHere = () => shared?.first.rest_is_ready?.value !== 0;
const arrived = () => {
  shared.first.rest_is_ready.value = 1;
  // Not while the program runs.
  queueMicrotask(() => dispatchEvent(new Event("rest")));
};

// Now, whatever it takes: something of the rest is called and has not arrived.
const waitForRest = () => {
  const request = new XMLHttpRequest();
  request.open("GET", rest, false);
  // A request that is waited for may only bring text; this one keeps each byte.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0) & 255);
  new WebAssembly.Instance(new WebAssembly.Module(bytes), shared);
  arrived();
};

const fetchRest = async () => {
  if (isHere()) return;
  try {
    const response = await (asked || fetch(rest, { priority: "low" }));
    asked = undefined;
    const bytes = await response.arrayBuffer();
    if (isHere()) return;
    await WebAssembly.instantiate(bytes, shared);
    arrived();
  } catch {
    asked = undefined;
    // Without a network now; whoever needs it earlier waits for it.
    setTimeout(fetchRest, 5000);
  }
};

// Called by the program: first when it runs, and wherever the rest begins until that has arrived.
globalThis.restIsHere = isHere;
globalThis.loadRest = (wait) => {
  if (isHere()) return;
  if (!wait) return void fetchRest();
  try {
    waitForRest();
  } catch (error) {
    alert("A part of the playground has not arrived, and the network is gone. Please reload the page when it is back.");
    throw error;
  }
};

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
