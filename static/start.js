// Starts the playground, and says so in plain words where it cannot start or cannot go on.
// Trunk would write an inline script, which the Content-Security-Policy forbids. The file names carry a hash of their
// content, so the script element names them.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const url = (name) => new URL(name, document.baseURI);

// An element with attributes and children; text is text, never markup.
const element = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

// Puts up a message once, over whatever is there. Nothing of the program is needed for it.
const fail = (title, words, reason, again) => {
  if (document.getElementById("failure")) return;
  const button = element("button", { type: "button", class: "solid", id: "failure-again" }, again);
  button.addEventListener("click", () => location.reload());
  const fresh = element("button", { type: "button", class: "quiet", id: "failure-fresh" }, "Start afresh");
  fresh.addEventListener("click", () => {
    history.replaceState(null, "", location.pathname + location.search);
    location.reload();
  });
  const link = element("input", { class: "field", readonly: "", value: location.href, "aria-label": "The link to this run" });
  link.addEventListener("focus", () => link.select());
  const dialog = element(
    "dialog",
    { id: "failure", class: "modal", "aria-labelledby": "failure-title" },
    element("h2", { id: "failure-title" }, title),
    element("p", {}, words),
    element("p", { class: "muted", id: "failure-reason" }, reason),
    element("p", {}, "This link holds every setting and brings the run back:"),
    link,
    element("div", { class: "modal__row" }, button, fresh),
  );
  document.body.append(dialog);
  dialog.showModal();
  button.focus();
};

// Whatever traps, in a frame or under a click, ends the program: a panic, or the end of memory.
addEventListener("error", ({ error }) => {
  if (!(error instanceof WebAssembly.RuntimeError) && !(error instanceof RangeError)) return;
  const reason = document.documentElement.dataset.panic ?? `${error}`;
  fail(
    "The playground has stopped",
    "Something went wrong that it cannot go on from. Nothing you have set is lost; a very large run may have used up the memory of this browser.",
    reason,
    "Reload this run",
  );
});

try {
  const { default: init } = await import(url(js));
  await init({ module_or_path: url(wasm) });
} catch (error) {
  const panic = document.documentElement.dataset.panic;
  // Yew's main ends by an exception that is none where a panic has been told already.
  fail(
    "The playground could not start",
    panic ? "Something in this link or in the program went wrong." : "A part of it has not arrived, or this browser has no WebAssembly.",
    panic ?? `${error}`,
    "Try again",
  );
  throw error;
}
