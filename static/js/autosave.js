// Saves a form with data-autosave while one writes; the text always stays in the page.
const QUIET_MS = 2000;
const LEAST_MS = 5000;
const PATIENCE_MS = 15000;

function clockTime(moment) {
  const parsed = new Date(moment);
  if (Number.isNaN(parsed.getTime())) return moment;
  const parts = new Intl.DateTimeFormat("fi", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Helsinki" });
  return parts.format(parsed);
}

function setField(form, name, value) {
  const field = form.elements.namedItem(name);
  if (field && value !== undefined) field.value = value;
}

function watch(form) {
  const line = form.querySelector("[data-autosave-status]");
  const state = { dirty: false, running: null, timer: 0, last: 0, stopped: false, failed: false };

  const tell = (kind, time = "") => {
    state.failed = !["saved", "unsaved"].includes(kind);
    if (!line) return;
    line.textContent = line.dataset[kind].replace("{time}", time);
    line.classList.toggle("saved-not", kind !== "saved");
  };

  const body = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    if (form.dataset.autosave) data.set("action", form.dataset.autosave);
    return data;
  };

  const accept = (answer) => {
    setField(form, "revision", answer.revision);
    if (answer.url) form.setAttribute("action", answer.url);
    if (!state.dirty) tell("saved", clockTime(answer.saved_at));
  };

  const refuse = (status) => {
    state.dirty = true;
    state.stopped = status === 401 || status === 409;
    tell({ 401: "signedOut", 409: "conflict" }[status] || "failed");
    if (!state.stopped) plan(PATIENCE_MS);
  };

  const send = async (leaving) => {
    state.dirty = false;
    state.last = Date.now();
    try {
      const response = await fetch(form.getAttribute("action") || location.href, {
        method: "POST", body: body(), redirect: "manual", keepalive: leaving,
        headers: { "X-Requested-With": "fetch", Accept: "application/json" },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (response.ok) accept(await response.json());
      else refuse(response.status);
    } catch {
      refuse(0);
    }
  };

  const save = (leaving = false) => {
    clearTimeout(state.timer);
    if (!state.dirty || state.running || state.stopped) return;
    state.running = send(leaving).finally(() => {
      state.running = null;
      if (state.dirty && !state.failed) plan();
    });
  };

  const plan = (wait = QUIET_MS) => {
    clearTimeout(state.timer);
    state.timer = setTimeout(save, Math.max(wait, state.last + LEAST_MS - Date.now()));
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    state.dirty = true;
    if (!state.stopped) {
      tell("unsaved");
      plan();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!event.relatedTarget || !form.contains(event.relatedTarget)) save();
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(state.timer);
    state.dirty = state.failed = false;
    if (!state.running) return;
    event.preventDefault();
    state.running.then(() => form.requestSubmit(event.submitter));
  });
  document.addEventListener("visibilitychange", () => document.hidden && save(true));
  addEventListener("online", () => save());
  addEventListener("beforeunload", (event) => state.dirty && state.failed && event.preventDefault());
}

document.querySelectorAll("form[data-autosave]").forEach(watch);
