// Nobody leaves the page past an unsaved text: it is saved first, and where that fails the page stays and says so.
import { sendAndGo } from "./ask.js";

const texts = [];

export const guard = (text) => texts.push(text);

const unsaved = (own) => texts.filter((text) => text !== own && text.isUnsaved());

// Saves what is unsaved in the other forms of the page; false when something stays unsaved.
export async function saveOthers(own) {
  await Promise.all(unsaved(own).map((text) => text.flush()));
  return !unsaved(own).length;
}

function hold(event, leave) {
  const left = unsaved();
  // what has failed already was told: whoever presses again wants to go, and the browser asks once more
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
  event.returnValue = ""; // what older browsers look at
});
