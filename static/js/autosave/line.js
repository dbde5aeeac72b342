// The status line under a text field, and the error messages beside other fields.
const CLOCK = new Intl.DateTimeFormat("fi", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Helsinki" });
const words = document.querySelector("[data-autosave-words]")?.dataset || {};

// why a save failed, in the reader's language
function reasonOf({ status, said, isSlow }) {
  if (status === 0 || status === 408) return isSlow || status === 408 ? words.slow : words.offline;
  if (status === 401) return said.writer_is_known ? words.signedOut : words.signedOutElsewhere;
  if (status === 409) return join(said.error, words.conflict);
  if (status === 413) return join(words.unsaved, words.long);
  if (status === 422) return words.unsaved;
  if (status === 429) return words.busy;
  if (status >= 500) return words.failed;
  return join(status === 403 ? said.error : said.title && `${said.title}.`, words.refused);
}

const join = (...sentences) => sentences.filter(Boolean).join(" ");

export class Line {
  constructor(form) {
    this.form = form;
    this.element = form.querySelector("[data-autosave-status]");
    this.field = this.element?.parentElement.querySelector("textarea");
    // appended to every message until the next press
    this.after = "";
  }

  unsaved() { this.tell(words.unsaved); }
  saving() { this.tell(words.saving); }

  saved(at) {
    const time = at.includes("T") ? CLOCK.format(new Date(at)) : at;
    this.clear();
    this.tell(words.saved.replace("{time}", time), !this.after);
  }

  // a press that does more than save is never repeated automatically; the message says so
  pressFailed() { this.after = words.again; }

  refused(outcome) {
    const beside = [outcome.said.error && outcome.status === 422 ? outcome.said.error : ""];
    for (const [name, message] of Object.entries(outcome.said.errors || {})) {
      if (this.mark(name, message) === this.field && !beside.includes(message)) beside.push(message);
    }
    this.tell(join(reasonOf(outcome), ...beside));
  }

  tell(text, isSaved = false) {
    if (!this.element) return;
    const said = join(text, this.after);
    if (this.element.textContent !== said) this.element.textContent = said;
    this.element.classList.toggle("saved-not", !isSaved);
  }

  // marks a wrong field; a field without the status line gets the message under it
  mark(name, message) {
    const found = this.form.elements.namedItem(name);
    const field = found instanceof RadioNodeList ? found[0] : found;
    if (!field || field.type === "hidden" || field.type === "submit") return null;
    field.setAttribute("aria-invalid", "true");
    if (field === this.field) return field;
    const id = `${field.id || name}-wrong`;
    const note = document.getElementById(id) || Object.assign(document.createElement("p"), { id, className: "field-error" });
    note.textContent = message;
    (field.closest("fieldset") || field).after(note);
    field.setAttribute("aria-describedby", [...new Set([...(field.getAttribute("aria-describedby") || "").split(" "), id])].join(" ").trim());
    return field;
  }

  // removes the marks, including those that the page was loaded with
  clear() {
    for (const field of this.form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const note of this.form.querySelectorAll(".field-error")) note.remove();
    for (const field of this.form.querySelectorAll(".field-wrong")) field.classList.remove("field-wrong");
  }

  show() {
    const wrong = this.form.querySelector("[aria-invalid=true]");
    wrong?.focus({ preventScroll: true });
    const told = wrong && wrong !== this.field ? wrong : this.element;
    told?.scrollIntoView({ block: wrong ? "nearest" : "center" });
  }
}
