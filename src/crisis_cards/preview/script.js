// The preview: a list of cards that are on the page only while they are in sight. The data come from
// the page itself where it was exported, and otherwise from the server, which says when they change.

const $ = (id) => document.getElementById(id);

const DESKTOP = { width: 800, height: 700 }; // usual windows of Anki, in CSS pixels
const PHONE = { width: 360, height: 640 };
const GAP = 20; // between cards, in pixels, as in style.css
const USUAL = 260; // the height of a card that was never seen
const PER_SHEET = 8; // cut-out cards on one side of a sheet, two in a row

const ANY = { error: "any error", warning: "any warning" };
const FACETS = {
  section: (card) => [data.sections[card.section]],
  kind: (card) => [card.kind],
  tag: (card) => card.tags,
  problem: (card) => [...new Set(problemsOf(card).flatMap((p) => [ANY[p.severity], p.check]))],
};

let data = { sections: [], styles: [], pictures: {}, places: {}, cards: [], problems: [] };
let byFact = new Map(); // the id of a fact → its problems
let items = []; // every card, with what the page knows of it
let fitting = []; // those that the filter lets through
let current = null; // the item that the keys act on
const turned = new Set(); // ids of cards that show the other side than the rest
const view = { answers: false, night: false, phone: false };

// --- cards ---------------------------------------------------------------------------------------

const showsAnswer = (card) => view.answers !== turned.has(card.id);
const answerOf = (card) => (card.repeats ? card.front + card.back : card.back);
const problemsOf = (card) => byFact.get(card.fact) ?? [];
const placeOf = (card) => data.places[card.fact];
const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** HTML as nodes of an inert document: without the note type's own scripts, and with its files under
    the addresses that they have here. */
function nodes(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html"); // loads and runs nothing
  for (const script of [...parsed.scripts]) script.remove();
  for (const shown of parsed.querySelectorAll("img, audio")) {
    const address = data.pictures[shown.getAttribute("src")];
    if (address) shown.setAttribute("src", address);
  }
  return [...parsed.body.childNodes];
}

/** The style sheet of a card. A share of the window's height has to be one of a usual window's:
    a frame is as tall as its card, which must not depend on it in turn. */
function style(card) {
  const { height } = view.phone ? PHONE : DESKTOP;
  return data.styles[card.style].replace(
    /(\d*\.?\d+)[sld]?v(?:h|b)\b/g,
    (_, share) => `${(share * height) / 100}px`,
  );
}

/** Puts a card on the page: what stands around it, and a frame with the card itself. */
function fill(item) {
  const { card, element } = item;
  element.replaceChildren($("card").content.cloneNode(true));
  item.around = null;
  describe(item);
  item.frame = document.createElement("iframe");
  item.frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
  item.frame.title = `Card ${card.id}`;
  item.frame.style.blockSize = `${item.inner ?? USUAL - 90}px`;
  item.frame.srcdoc =
    `<!doctype html><html lang="${data.language}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><base target="_blank">` +
    `<style>${style(card).replaceAll("</", "<\\/")}</style></head><body></body></html>`;
  item.frame.addEventListener("load", () => opened(item)); // again when it is moved
  element.querySelector(".stage").append(item.frame);
  label(item);
}

/** What stands around a card, where it is other than before. */
function describe(item) {
  const { card, element } = item;
  const around = [card.fact, card.kind, card.tags, placeOf(card), problemsOf(card)];
  if (isSame(item.around, around)) return;
  item.around = around;
  const part = (name) => element.querySelector(`.${name}`);
  part("fact").textContent = card.fact;
  part("slot").textContent = ` / ${card.id.split("/")[1].replace(/#1$/, "").replace("#", " ")}`;
  part("kind").textContent = card.kind;
  setPlace(part("place"), placeOf(card));
  part("found").replaceChildren(...problemsOf(card).map(problem));
  part("tags").textContent = card.tags.join(" · ");
}

/** The frame of a card is there: puts the card in and lets the frame follow its height. */
function opened(item) {
  const inner = item.frame?.contentDocument;
  if (!inner) return;
  draw(item);
  item.watch?.disconnect();
  item.watch = new ResizeObserver(() => {
    item.inner = Math.ceil(inner.documentElement.getBoundingClientRect().height);
    item.frame.style.blockSize = `${item.inner}px`;
  });
  item.watch.observe(inner.documentElement);
  inner.addEventListener("keydown", pressed);
  inner.addEventListener("click", (event) => {
    select(item, { scroll: false });
    if (!event.target.closest("a, summary, button, input") && inner.getSelection().isCollapsed) turn(item);
  });
}

function draw(item) {
  const body = item.frame?.contentDocument?.body;
  if (!body) return;
  const number = item.card.id.slice(item.card.id.lastIndexOf("#") + 1);
  body.className = `card card${number}${view.night ? " nightMode night_mode" : ""}`;
  const root = document.createElement("div");
  root.id = "qa";
  root.append(...nodes(showsAnswer(item.card) ? answerOf(item.card) : item.card.front));
  body.replaceChildren(root);
  cover(root);
}

/** The regions of a picture, which Anki's own script draws on a canvas. This is an imitation: it
    knows rectangles alone, and takes their colours from the names that the canvas has for them. */
function cover(root) {
  const canvas = root.querySelector("#image-occlusion-canvas");
  if (!canvas) return;
  const look = getComputedStyle(canvas);
  for (const shape of root.querySelectorAll("[data-shape]")) {
    const { left, top, width, height, occludeinactive } = shape.dataset;
    const kind = { cloze: "active", "cloze-highlight": "highlight" }[shape.className] ?? "inactive";
    if (kind === "inactive" && !occludeinactive) continue;
    const [thickness, ...colour] = look.getPropertyValue(`--${kind}-shape-border`).split(" ");
    const region = document.createElement("div");
    Object.assign(region.style, {
      position: "absolute",
      boxSizing: "border-box",
      left: `${left * 100}%`,
      top: `${top * 100}%`,
      width: `${width * 100}%`,
      height: `${height * 100}%`,
      background: look.getPropertyValue(`--${kind}-shape-color`),
      border: `${thickness} solid ${colour.join(" ")}`,
    });
    region.classList.toggle("other", kind === "inactive");
    canvas.parentElement.append(region);
  }
  root.querySelector("#toggle")?.addEventListener("click", () => {
    for (const other of root.querySelectorAll(".other")) other.hidden = !other.hidden;
  });
}

function label(item) {
  const button = item.element?.querySelector(".turn");
  if (button) button.textContent = showsAnswer(item.card) ? "Show question" : "Show answer";
}

function turn(item) {
  if (!turned.delete(item.card.id)) turned.add(item.card.id);
  draw(item);
  label(item);
}

// --- the list: only what is in sight is on the page ----------------------------------------------

let columns = 1;
let offsets = [0]; // where each row begins, in pixels from the top of the list

const growth = new ResizeObserver((entries) => {
  for (const { target } of entries) if (target.isConnected) target.item.height = target.offsetHeight;
  placeSoon();
});

/** Works out where every row is, from the heights of cards as far as they are known. */
function measure() {
  const { width } = view.phone ? PHONE : DESKTOP;
  columns = Math.max(1, Math.floor(($("cards").clientWidth + GAP) / (width + 2 + GAP)));
  $("cards").style.gridTemplateColumns = `repeat(${columns}, minmax(0, ${width + 2}px))`;
  offsets = [0];
  for (let at = 0; at < fitting.length; at += columns) {
    let tallest = 0;
    for (const item of fitting.slice(at, at + columns))
      tallest = Math.max(tallest, item.height ?? USUAL);
    offsets.push(offsets.at(-1) + tallest + GAP);
  }
}

function rowAt(height) {
  let low = 0;
  let high = offsets.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle] <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Puts the cards in sight on the page, with those a little way above and below, and takes the
    others off. Two spacers stand for them. */
function place() {
  measure();
  const list = $("cards");
  const top = -$("above").getBoundingClientRect().top;
  const margin = innerHeight / 2;
  const first = fitting.length ? rowAt(top - margin) : 0;
  const last = fitting.length ? rowAt(top + innerHeight + margin) : -1;
  const wanted = fitting.slice(first * columns, (last + 1) * columns);
  const inSight = new Set(wanted);
  for (const element of [...list.children]) if (!inSight.has(element.item)) takeOff(element.item);
  let next = list.firstElementChild;
  wanted.forEach((item, at) => {
    if (item.element && item.element === next) next = next.nextElementSibling;
    else list.insertBefore(item.element ?? putOn(item), next);
    item.element.ariaSetSize = fitting.length;
    item.element.ariaPosInSet = first * columns + at + 1;
  });
  $("above").style.blockSize = `${offsets[first]}px`;
  $("below").style.blockSize = `${offsets.at(-1) - offsets[last + 1]}px`;
}

function putOn(item) {
  const element = document.createElement("li");
  element.id = item.card.id;
  element.tabIndex = -1;
  element.item = item;
  item.element = element;
  if (item === current) markCurrent(item);
  element.classList.toggle("changed", item.isChanged);
  fill(item);
  growth.observe(element);
  return element;
}

function takeOff(item) {
  if (!item.element) return;
  growth.unobserve(item.element);
  item.watch?.disconnect();
  item.element.remove();
  item.element = item.frame = item.watch = null;
}

/** Builds a card anew where it stands. */
function refill(item) {
  if (!item.element) return;
  item.watch?.disconnect();
  item.watch = null;
  fill(item);
}

/** The topmost card in sight and where it stands, to put it there again after a change. */
function anchor() {
  for (const { item } of $("cards").children) {
    const { top, bottom } = item.element.getBoundingClientRect();
    if (bottom > 0) return { item, top };
  }
  return null;
}

function keepInPlace(held) {
  if (!held || !fitting.includes(held.item)) return place();
  reveal(held.item, held.top);
}

/** Scrolls so far that a card is on the page, its upper edge at a height of the window. */
function reveal(item, at) {
  measure();
  const row = Math.floor(fitting.indexOf(item) / columns);
  scrollBy(0, $("above").getBoundingClientRect().top + offsets[row] - at);
  place();
  scrollBy(0, item.element.getBoundingClientRect().top - at);
}

function markCurrent(item) {
  item.element?.setAttribute("aria-current", "true");
  if (item.element) item.element.tabIndex = 0;
}

function select(item, { scroll = true } = {}) {
  if (current?.element && current !== item) {
    current.element.removeAttribute("aria-current");
    current.element.tabIndex = -1;
  }
  current = item;
  if (item && scroll) {
    if (!item.element) reveal(item, innerHeight / 4);
    item.element.scrollIntoView({ block: "nearest" });
    markCurrent(item);
    item.element.focus({ preventScroll: true });
  } else if (item) {
    markCurrent(item);
  }
  remember();
}

function step(by) {
  const at = fitting.indexOf(current);
  const next = by === -Infinity ? 0 : by === Infinity ? fitting.length - 1 : at + by;
  if (fitting[next]) select(fitting[next]);
}

let isPlacing = false;
function placeSoon() {
  if (isPlacing) return;
  isPlacing = true;
  requestAnimationFrame(() => {
    isPlacing = false;
    place();
  });
}

addEventListener("scroll", placeSoon, { passive: true });
addEventListener("resize", placeSoon);

// --- problems ------------------------------------------------------------------------------------

function problem({ severity, check, message, hint, place, line }) {
  const element = document.createElement("li");
  element.className = severity;
  const add = (tag, name, text) => {
    if (!text) return;
    const part = document.createElement(tag);
    part.className = name;
    part.textContent = text;
    element.append(part);
  };
  add("span", "check", `${severity} · ${check}`);
  add("span", "message", message);
  add("code", "line", line);
  add("span", "hint", hint);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "place";
  setPlace(button, place);
  element.append(button);
  return element;
}

/** A button that copies a place; it shows the file without its folders. */
function setPlace(button, place) {
  button.textContent = place.slice(place.search(/[^/\\]*$/));
  button.title = `Copy ${place}`;
  button.dataset.place = place;
}

/** The banner: everything where the deck is broken, otherwise what stands at no card. */
function showProblems() {
  const isBroken = data.problems.some((p) => p.severity === "error");
  const shown = data.problems.filter(
    (p) => p.severity === "error" || !Object.hasOwn(data.places, p.fact),
  );
  const banner = $("problems");
  banner.hidden = !shown.length;
  banner.className = isBroken ? "broken" : "";
  $("problems-title").textContent = isBroken ? `This deck has ${data.summary}` : "About the deck";
  $("stale").hidden = !data.stale;
  banner.querySelector("ul").replaceChildren(...shown.map(problem));
}

// --- new data ------------------------------------------------------------------------------------

/** What there is to see after an answer of the server: everything anew, or what has changed since.
    A card that is as it was is the same object as before. */
function merged({ since, order, cards = [], ...fields }) {
  const known = new Map(data.cards.map((card) => [card.id, card]));
  const ids = order ?? (since ? data.cards : cards).map((card) => card.id);
  for (const card of cards)
    if (!known.has(card.id) || !isSame(known.get(card.id), card)) known.set(card.id, card);
  return { ...(since && data), ...fields, cards: ids.map((id) => known.get(id)) };
}

/** Takes new data over: what did not change stays as it is, and where it is. Returns the cards that
    are new or other than they were. */
function show(next) {
  const held = scrollY ? anchor() : null; // at the very top, what comes above is to be seen
  const known = new Map(items.map((item) => [item.card.id, item]));
  const before = data;
  data = next;
  byFact = new Map();
  for (const found of data.problems) {
    if (byFact.has(found.fact)) byFact.get(found.fact).push(found);
    else byFact.set(found.fact, [found]);
  }
  const shared = ({ styles, language }) => [styles, language];
  const allNew = !isSame(shared(before), shared(data));
  items = data.cards.map((card) => {
    const item = known.get(card.id) ?? { card: {}, element: null, frame: null, watch: null };
    known.delete(card.id);
    const former = item.card;
    item.isChanged =
      before.cards.length > 0 && (former.front !== card.front || former.back !== card.back);
    if (former !== card) item.words = null;
    item.card = card;
    if (!item.element) return item;
    if (allNew || former.style !== card.style) refill(item);
    else {
      describe(item);
      if (former !== card) draw(item);
    }
    item.element.classList.toggle("changed", item.isChanged);
    return item;
  });
  for (const gone of known.values()) {
    takeOff(gone);
    if (gone === current) current = null;
  }
  document.title = `${data.deck} · Preview`;
  $("deck").textContent = data.deck;
  showProblems();
  fillFacets();
  filter(held);
  return items.filter((item) => item.isChanged);
}

// --- filters -------------------------------------------------------------------------------------

const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** What a search looks through besides the place: the words on the card and around it. */
function words(item) {
  const { card } = item;
  item.words ??= plain(
    [answerOf(card).replace(/<[^>]*>/g, " "), card.id, ...card.tags]
      .join(" ")
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
      .replace(/&(amp|lt|gt|quot);/g, (_, name) => NAMED[name]),
  );
  return item.words;
}

function fillFacets() {
  for (const [name, valuesOf] of Object.entries(FACETS)) {
    const counts = new Map();
    for (const card of data.cards)
      for (const value of valuesOf(card)) counts.set(value, (counts.get(value) ?? 0) + 1);
    const select = $(name);
    const chosen = select.value || wanted[name] || "";
    const options = [...counts].map(([value, count]) => new Option(`${value} (${count})`, value));
    if (name === "tag" || name === "problem") options.sort((a, b) => (a.value < b.value ? -1 : 1));
    if (chosen && !counts.has(chosen)) options.push(new Option(`${chosen} (0)`, chosen));
    select.replaceChildren(new Option("All", ""), ...options);
    select.value = chosen;
    select.disabled = !options.length;
  }
}

/** Lets through what fits; the card `held` stays where it is, if it is still there. */
function filter(held) {
  const chosen = Object.keys(FACETS).filter((name) => $(name).value);
  const sought = plain($("search").value).split(/\s+/).filter(Boolean);
  fitting = items.filter(
    (item) =>
      chosen.every((name) => FACETS[name](item.card).includes($(name).value)) &&
      sought.every(
        (word) => words(item).includes(word) || plain(placeOf(item.card)).includes(word),
      ),
  );
  const [count, total] = [fitting.length, items.length].map((n) => n.toLocaleString("en"));
  const noun = items.length === 1 ? "card" : "cards";
  $("count").textContent = count === total ? `${total} ${noun}` : `${count} of ${total} ${noun}`;
  $("active").textContent = chosen.length ? ` (${chosen.length})` : "";
  $("all").hidden = !chosen.length && !sought.length;
  $("nothing").hidden = Boolean(fitting.length) || !items.length;
  keepInPlace(held ?? anchor());
  if (!fitting.includes(current)) select(fitting[0] ?? null, { scroll: false });
  remember();
}

// --- what the address remembers, so that loading the page anew keeps place, filter and view -------

const wanted = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

function remember() {
  const state = new URLSearchParams();
  for (const name of ["search", ...Object.keys(FACETS)]) if ($(name).value) state.set(name, $(name).value);
  for (const name of Object.keys(view)) if (view[name]) state.set(name, "1");
  if (current) state.set("card", current.card.id);
  history.replaceState(null, "", `#${state}`);
}

function recall() {
  $("search").value = wanted.search ?? "";
  for (const name of Object.keys(view)) set(name, wanted[name] === "1");
  const isWide = matchMedia("(min-width: 60em)").matches;
  $("more").open = isWide || Object.keys(FACETS).some((name) => wanted[name]);
}

// --- view ----------------------------------------------------------------------------------------

function set(name, value) {
  const held = anchor();
  view[name] = value;
  $(name).setAttribute("aria-pressed", String(value));
  if (name === "answers") turned.clear();
  document.documentElement.classList.toggle("night", view.night);
  for (const item of items) {
    if (name !== "night") item.height = item.inner = undefined;
    if (name === "phone") refill(item); // another window, another style sheet
    else draw(item);
    label(item);
  }
  keepInPlace(held);
}

function toggle(name) {
  set(name, !view[name]);
  remember();
}

function say(text) {
  $("news").textContent = text;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(`Copied: ${text}`);
  } catch {
    say(`This browser lets no page copy. The place: ${text}`);
  }
}

// --- input ---------------------------------------------------------------------------------------

const KEYS = {
  ArrowDown: () => step(1),
  j: () => step(1),
  ArrowUp: () => step(-1),
  k: () => step(-1),
  Home: () => step(-Infinity),
  End: () => step(Infinity),
  " ": () => current && turn(current),
  Enter: () => current && turn(current),
  a: () => toggle("answers"),
  c: () => current && copy(placeOf(current.card)),
  n: () => toggle("night"),
  w: () => toggle("phone"),
  p: () => window.print(),
  "/": () => $("search").select(),
  "?": () => $("keys").showModal(),
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
  const target = event.target;
  if (target === $("search") && event.key === "Escape") {
    target.value = "";
    filter();
    current?.element?.focus({ preventScroll: true });
    return;
  }
  if (target.id === "typeans" && event.key === "Enter" && current) return turn(current);
  if (target.closest?.("input, select, textarea")) return;
  if ([" ", "Enter"].includes(event.key) && target.closest?.("button, summary, a")) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

document.addEventListener("keydown", pressed);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.place) copy(button.dataset.place);
  const item = event.target.closest("#cards > li")?.item;
  if (!item) return;
  select(item, { scroll: false });
  if (button?.classList.contains("turn")) turn(item);
});

$("cards").addEventListener("focusin", (event) => {
  const item = event.target.closest("li")?.item;
  if (item && item !== current) select(item, { scroll: false });
});

$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("reset", () => setTimeout(() => filter()));
$("filters").addEventListener("input", () => filter());
$("nothing").querySelector("button").addEventListener("click", () => $("filters").reset());
for (const name of Object.keys(view)) $(name).addEventListener("click", () => toggle(name));
$("print").addEventListener("click", () => window.print());
$("help").addEventListener("click", () => $("keys").showModal());

// --- paper ---------------------------------------------------------------------------------------

/** Cut-out cards: a sheet of fronts, then one of backs whose rows are mirrored, so that both meet
    when the sheet is turned over on its long edge. */
function sheets(cards) {
  const pages = [];
  for (let at = 0; at < cards.length; at += PER_SHEET) {
    const part = cards.slice(at, at + PER_SHEET);
    const number = at / PER_SHEET + 1;
    const backs = [];
    for (let row = 0; row < PER_SHEET; row += 2) backs.push(part[row + 1], part[row]);
    pages.push(sheet(part, number, "front"), sheet(backs, number, "back"));
  }
  return pages;
}

function sheet(cards, number, name) {
  const element = document.createElement("section");
  element.className = `sheet ${name}`;
  for (const card of cards) {
    const face = document.createElement("div");
    face.className = "face";
    if (card) onPaper(face, card, name === "front" ? card.front : card.back);
    element.append(face);
  }
  const note = document.createElement("p");
  note.textContent = `${data.deck} · sheet ${number}, ${name} · two-sided, flipped on the long edge, at 100 %`;
  element.append(note);
  return element;
}

/** One side of a card in a tree of its own, so that its style sheet reaches nothing else. */
function onPaper(face, card, html) {
  const root = face.attachShadow({ mode: "open" });
  const sheet = document.createElement("style");
  sheet.textContent = `${data.styles[card.style]}\n${PAPER}`;
  const body = document.createElement("div");
  body.className = "card card1";
  body.append(...nodes(html));
  root.append(sheet, body);
}

const PAPER = `
.card { --text-size: 12pt; --extra-size: 9.5pt; --small-size: 8pt; --label-size: 8pt; --gap: 2mm;
  --tap: 0; padding: 0; background: none; color: #000; print-color-adjust: exact; }
#answer, .hint, #toggle { display: none; }
img { max-block-size: 36mm !important; }
`;

/** Makes the letters of a side smaller until it fits, all sides at once: each step is one layout. */
function fit(faces) {
  let large = faces;
  for (const zoom of [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.42]) {
    for (const face of large) face.shadowRoot.querySelector(".card").style.zoom = zoom;
    large = large.filter((face) => face.scrollHeight > face.clientHeight + 1);
  }
  for (const face of large) face.classList.add("cut");
}

window.addEventListener("beforeprint", () => {
  $("sheets").replaceChildren(...sheets(fitting.map((item) => item.card)));
  document.documentElement.classList.add("measuring");
  const faces = [...$("sheets").querySelectorAll(".face")].filter((face) => face.shadowRoot);
  for (const face of faces) cover(face.shadowRoot);
  fit(faces);
  document.documentElement.classList.remove("measuring");
});

window.addEventListener("afterprint", () => $("sheets").replaceChildren());

// --- the server ----------------------------------------------------------------------------------

let version = "";
let loading = Promise.resolve(); // one after the other: what changed is told of a version

async function load(newest) {
  if (newest === version) return;
  const answer = await fetch(`deck.json?since=${version}`, { cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  const next = await answer.json();
  const isFirst = !version;
  version = next.version;
  const { length } = show(merged(next));
  if (isFirst) begin();
  else if (data.stale) say(data.summary);
  else say(length ? `${length} ${length === 1 ? "card" : "cards"} changed` : "Up to date");
}

function begin() {
  const item = fitting.find((each) => each.card.id === wanted.card);
  if (item) select(item);
}

function follow() {
  const events = new EventSource("events");
  events.addEventListener("message", (event) => {
    loading = loading.then(() => load(event.data)).catch(lost);
  });
  events.addEventListener("error", lost);
}

function lost() {
  say("The preview has stopped: start it again, and this page goes on.");
}

recall();
const inlined = $("data");
if (inlined) {
  show(JSON.parse(inlined.textContent));
  begin();
} else {
  follow();
}
