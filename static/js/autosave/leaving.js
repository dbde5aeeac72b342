// Saves unsaved texts before the page is left; if that fails, the page stays open and says so.
import { sendAndGo } from "./ask.js";

const texts = [];

export const guard = (text) => texts.push(text);

const unsaved = (own) => texts.filter((text) => text !== own && text.isUnsaved());

// Saves what is unsaved in the page's other forms; returns false when something remains unsaved.
export async function saveOthers(own) {
  await Promise.all(unsaved(own).map((text) => text.flush()));
  return !unsaved(own).length;
}

function hold(event, leave) {
  const left = unsaved();
  // the failure has been shown already: a person who presses again wants to leave, and the browser asks for confirmation
  if (!left.length || left.every((text) => text.hasFailed())) return;
  event.preventDefault();
  saveOthers().then((isSaved) => isSaved ? leave() : unsaved()[0].show());
}

addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const isPlain = !event.defaultPrevented && !event.button && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || link.target || link.hasAttribute("download") || !link.protocol.startsWith("http")) return;
  if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
  hold(event, () => location.assign(link.href));
});

addEventListener("submit", (event) => {
  if (!event.defaultPrevented) hold(event, () => sendAndGo(event.target, event.submitter));
});

addEventListener("beforeunload", (event) => {
  if (!unsaved().length) return;
  for (const text of unsaved()) text.flush();
  event.preventDefault();
  event.returnValue = ""; // for older browsers
});
