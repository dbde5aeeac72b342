// Saves a form with data-autosave while one writes; the text always stays in the page.
const QUIET = 2000;
const LEAST = 5000;
const PATIENCE = 15000;
const CLOCK = new Intl.DateTimeFormat("fi", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Helsinki" });
// answers that another try would only get again, and what each tells
const FINAL = { 400: "refused", 401: "signedOutElsewhere", 403: "refused", 404: "refused", 409: "conflict" };

function watch(form) {
  const line = form.querySelector("[data-autosave-status]");
  let dirty = false, failed = false, refused = false, stopped = false, running = null, timer = 0, last = 0;

  const tell = (kind, time = "") => {
    failed = kind !== "saved" && kind !== "unsaved";
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
  // a new text has got its own address; when it is what the page is for, the page and its ways back move there too
  const settle = (url) => {
    const isOwnPage = new URL(form.getAttribute("action") || "", location).pathname === location.pathname;
    form.setAttribute("action", url);
    if (!isOwnPage || url === location.pathname) return;
    history.replaceState(null, "", url);
    for (const field of document.querySelectorAll("input[name=page], input[name=next]")) field.value = url;
  };
  const accept = ({ saved_at, revision, url }) => {
    const field = form.elements.namedItem("revision") || form.elements.namedItem("version");
    if (field && revision !== undefined) field.value = revision;
    refused = false;
    if (url) settle(url);
    if (!dirty) tell("saved", saved_at.includes("T") ? CLOCK.format(new Date(saved_at)) : saved_at);
  };
  const refuse = (status, writerIsKnown) => {
    refused = true;
    if (status === 422) return tell("unsaved"); // not whole yet: the next key stroke tries again
    dirty = true;
    stopped = status in FINAL;
    tell(writerIsKnown ? "signedOut" : FINAL[status] || "failed");
    if (!stopped) plan(PATIENCE);
  };
  const send = async (leaving) => {
    dirty = false;
    last = Date.now();
    try {
      const answer = await fetch(form.getAttribute("action") || location.href, {
        method: "POST", body: body(), redirect: "manual", keepalive: leaving, signal: AbortSignal.timeout(PATIENCE),
        headers: { "X-Requested-With": "fetch", Accept: "application/json" },
      });
      if (answer.ok) accept(await answer.json());
      else refuse(answer.status, answer.status === 401 && (await answer.json()).writer_is_known);
    } catch {
      refuse(0);
    }
    running = null;
    if (dirty && !failed) plan();
  };
  const save = (leaving) => {
    clearTimeout(timer);
    if (dirty && !running && !stopped) running = send(leaving === true);
  };
  const plan = (wait = QUIET) => {
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(wait, last + LEAST - Date.now()));
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    dirty = true;
    if (stopped) return;
    tell("unsaved");
    plan();
  });
  form.addEventListener("focusout", ({ relatedTarget }) => form.contains(relatedTarget) || save());
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    dirty = failed = refused = false;
    if (!running) return;
    event.preventDefault();
    running.then(() => form.requestSubmit(event.submitter));
  });
  // another language is another page: the text is saved first, and then the page that comes is the text's own
  document.querySelectorAll("form.languages").forEach((languages) => languages.addEventListener("submit", (event) => {
    save();
    if (!running) return;
    event.preventDefault();
    running.then(() => refused ? line?.scrollIntoView({ block: "center" }) : languages.requestSubmit(event.submitter));
  }));
  document.addEventListener("visibilitychange", () => document.hidden && save(true));
  addEventListener("online", save);
  addEventListener("beforeunload", (event) => dirty && failed && event.preventDefault());
}

// A field is cut where a sheet ends, so a copy of its text is printed instead.
addEventListener("beforeprint", () => document.querySelectorAll("textarea").forEach((area) => {
  if (!area.value.trim()) return;
  const copy = Object.assign(document.createElement("div"), { className: "print-copy", textContent: area.value });
  area.after(copy);
}));
addEventListener("afterprint", () => document.querySelectorAll(".print-copy").forEach((copy) => copy.remove()));

document.querySelectorAll("form[data-autosave]").forEach(watch);
