// Sends a form in the background and returns the outcome; the page and its text remain.
const PATIENCE = 15000;
// browsers refuse to send larger bodies after the page has been left
const CARRIED = 60000;

// the header's values: an autosave, or a button that a person pressed
export const BY_ITSELF = "fetch";
export const PRESS = "press";

const fieldsOf = (form, button) => {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  if (button?.name) fields.append(button.name, button.value);
  else if (!button && form.dataset.autosave) fields.set("action", form.dataset.autosave);
  return fields;
};

// status 0: no valid response; isSlow: it timed out
export async function ask(form, kind, { button = null, leaving = false } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const body = fieldsOf(form, button);
  try {
    const answer = await fetch(form.getAttribute("action") || location.href, {
      method: "POST", body, redirect: "manual", signal: stop.signal,
      keepalive: leaving && body.toString().length < CARRIED,
      headers: { "X-Requested-With": kind, Accept: "application/json" },
    });
    const said = await answer.json().catch(() => null);
    // a response that is not the site's, such as a captive portal's or a proxy's, means that nothing was saved
    const status = answer.ok && !(said?.saved_at || said?.location) ? 0 : answer.status;
    return { status, said: said || {}, wait: 1000 * (Number(answer.headers.get("Retry-After")) || 0) };
  } catch {
    return { status: 0, said: {}, wait: 0, isSlow: stop.signal.aborted };
  } finally {
    clearTimeout(timer);
  }
}

// Sends the form as the browser would, leaving the page.
export function sendAndGo(form, button) {
  if (button?.name) {
    const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
    form.append(pressed);
  }
  HTMLFormElement.prototype.submit.call(form);
}

// Loads an address, even when it is an anchor on this page.
export function go(address) {
  const target = new URL(address, location.href);
  const isHere = target.pathname === location.pathname && target.search === location.search;
  if (!isHere || !target.hash) return location.assign(target.href);
  history.scrollRestoration = "manual";
  history.replaceState(null, "", target.href);
  location.reload();
}
