// Autosaves forms with data-autosave, and sends their button presses without leaving the page until they succeed.
import { BY_ITSELF, PRESS, ask, go, sendAndGo } from "./autosave/ask.js";
import { guard, saveOthers } from "./autosave/leaving.js";
import { Line } from "./autosave/line.js";

const QUIET = 2000;
const LEAST = 5000;
const AGAIN = 15000;
// a final status is not retried automatically; after one of these, changing the text helps
const MENDED_BY_WRITING = new Set([413, 422]);
const isFinal = (status) => status >= 400 && status < 500 && status !== 408 && status !== 429;
// after a press with one of these, the site has a page that helps: sign-in with the text, both texts, or the text to copy
const HELPED = new Set([400, 401, 409]);

class Text {
  constructor(form) {
    this.form = form;
    this.line = new Line(form);
    // the number of changes, and how many of them are known to be saved
    this.changes = form.querySelector("[aria-invalid]") ? 1 : 0;
    this.kept = 0;
    this.outcome = null; // of the last try that failed
    this.notBefore = this.changes ? Infinity : 0; // when to retry at the earliest; Infinity: only after a change
    this.running = null;
    this.isGone = false; // handed over to the next page
    this.timer = 0;
    this.last = 0;
  }

  isUnsaved() { return !this.isGone && (this.changes > this.kept && !this.isEmpty() || Boolean(this.running)); }
  hasFailed() { return Boolean(this.outcome) || this.notBefore === Infinity; }
  show() { this.line.show(); }

  // whether this is a new text in which nothing has been written yet
  isEmpty() {
    const fields = [...this.form.querySelectorAll("textarea, input[type=text]")];
    return this.waitsForText() && fields.every((field) => !field.value.trim() && !field.defaultValue.trim());
  }

  // whether a new text still lacks its required field: it cannot be saved, and a title alone must not cause an error
  waitsForText() {
    if (this.kept) return false;
    return [...this.form.querySelectorAll("textarea[required]")].some((area) => !area.value.trim() && !area.defaultValue.trim());
  }

  changed() {
    this.changes += 1;
    this.isGone = false;
    if (this.outcome && isFinal(this.outcome.status) && !MENDED_BY_WRITING.has(this.outcome.status)) return;
    if (!this.outcome) this.line.unsaved();
    if (this.notBefore === Infinity) this.notBefore = 0;
    this.plan();
  }

  plan(wait = QUIET) {
    clearTimeout(this.timer);
    const soonest = Math.max(this.last + LEAST, this.notBefore) - Date.now();
    if (soonest < Infinity) this.timer = setTimeout(() => this.save(), Math.max(wait, soonest));
  }

  save({ leaving = false } = {}) {
    const hasMore = this.changes > this.kept && !this.waitsForText();
    if (!this.running && hasMore && !this.isGone && Date.now() >= this.notBefore) {
      clearTimeout(this.timer);
      this.running = this.send(leaving).finally(() => {
        this.running = null;
        if (this.changes > this.kept && !this.outcome) this.plan();
      });
    }
    return this.running;
  }

  // saves until everything is saved or a try has failed
  async flush() {
    await this.running;
    if (this.isUnsaved()) await this.save();
  }

  async send(leaving) {
    const sent = this.changes;
    this.last = Date.now();
    const outcome = await ask(this.form, BY_ITSELF, { leaving });
    if (outcome.status === 200) this.accept(outcome.said, sent);
    else this.refuse(outcome);
  }

  accept({ saved_at, revision, url }, sent) {
    const field = this.form.elements.namedItem("revision") || this.form.elements.namedItem("version");
    if (field && revision !== undefined) field.value = revision;
    this.kept = sent;
    this.outcome = null;
    this.notBefore = 0;
    if (url) this.settle(url);
    if (this.changes === sent) this.line.saved(saved_at);
    else this.line.unsaved();
  }

  refuse(outcome) {
    this.outcome = outcome;
    this.line.refused(outcome);
    this.notBefore = isFinal(outcome.status) ? Infinity : Date.now() + outcome.wait;
    this.plan(AGAIN);
  }

  // a new text has got its own address; if the form posts to its own page, the page's address and links back change too
  settle(url) {
    const isOwnPage = new URL(this.form.getAttribute("action") || "", location).pathname === location.pathname;
    this.form.setAttribute("action", url);
    if (!isOwnPage || url === location.pathname) return;
    history.replaceState(null, "", url);
    for (const field of document.querySelectorAll("input[name=page], input[name=next]")) field.value = url;
  }

  // a press is sent once; if it fails, only its text is sent again automatically
  async press(button) {
    clearTimeout(this.timer);
    await this.running;
    this.line.after = "";
    this.line.saving();
    const outcome = await ask(this.form, PRESS, { button });
    if (outcome.status === 200) {
      this.isGone = true;
      await saveOthers(this);
      return go(outcome.said.location);
    }
    if (HELPED.has(outcome.status)) {
      this.isGone = true;
      return sendAndGo(this.form, button);
    }
    // after 422 the person corrects the form and presses again; after other errors autosave retries the text
    if (outcome.status !== 422) {
      if (button && !button.hasAttribute("data-saves")) this.line.pressFailed();
      this.changes += 1;
    }
    this.refuse(outcome);
    this.show();
  }
}

function watch(form) {
  const text = new Text(form);
  let isPressing = false;
  guard(text);
  addEventListener("pageshow", () => { text.isGone = false; });
  form.addEventListener("input", ({ target }) => target.type !== "file" && text.changed());
  form.addEventListener("focusout", ({ relatedTarget }) => form.contains(relatedTarget) || text.save());
  form.addEventListener("submit", (event) => {
    // old browsers do not say which button it was, and forms with files are sent by the browser itself
    if (!("submitter" in event) || [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length)) return;
    event.preventDefault();
    if (isPressing) return;
    isPressing = true;
    text.press(event.submitter).finally(() => { isPressing = false; });
  });
  document.addEventListener("visibilitychange", () => document.hidden && text.save({ leaving: true }));
  addEventListener("online", () => {
    if (text.notBefore < Infinity) text.notBefore = 0;
    text.save();
  });
}

document.querySelectorAll("form[data-autosave]").forEach(watch);
