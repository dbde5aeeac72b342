// Reads a text aloud with the device's own voice; the button is hidden when there is none for the page's language.
// Only local voices are used: others would send the text to their maker's servers.
const BLOCKS = "h2, h3, h4, p, li, blockquote, th, td, dt, dd";
const language = document.documentElement.lang;
const voices = globalThis.speechSynthesis;

function voiceFor(wanted) {
  return voices.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(wanted));
}

function offer(button) {
  const target = document.querySelector(button.dataset.readAloud);
  const wanted = (target?.closest("[lang]")?.lang || language).slice(0, 2);
  const label = button.lastChild;
  const start = label.textContent;
  let reading = null;

  const mark = (block) => {
    target.querySelector(".being-read")?.classList.remove("being-read");
    block?.classList.add("being-read");
  };
  const stop = () => {
    reading = null;
    voices.cancel();
    mark(null);
    label.textContent = start;
  };
  const readNext = (blocks, turn) => {
    if (reading !== turn) return;
    const block = blocks.shift();
    if (!block) return stop();
    const speech = new SpeechSynthesisUtterance(block.textContent);
    speech.lang = wanted;
    speech.voice = voiceFor(wanted);
    speech.onend = () => readNext(blocks, turn);
    speech.onerror = () => reading === turn && stop();
    mark(block);
    voices.speak(speech);
  };

  button.addEventListener("click", () => {
    if (reading) return stop();
    const all = [...target.querySelectorAll(BLOCKS)];
    const blocks = all.filter((block) => !block.querySelector(BLOCKS) && !block.closest("form, .no-speech") && block.textContent.trim());
    reading = {};
    label.textContent = button.dataset.stop;
    readNext(blocks, reading);
  });
  addEventListener("pagehide", stop);
  const update = () => { button.hidden = !target || !voiceFor(wanted); };
  voices.addEventListener?.("voiceschanged", update);
  update();
}

if (voices) document.querySelectorAll("[data-read-aloud]").forEach(offer);
