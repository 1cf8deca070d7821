// The preview: a list of cards that are rendered as they come into view. The data come from the
// page itself where it was exported, and otherwise from the server, which says when they change.

const $ = (id) => document.getElementById(id);

const DESKTOP = { width: 800, height: 700 }; // usual windows of Anki, in CSS pixels
const PHONE = { width: 360, height: 640 };
const PER_SHEET = 8; // cut-out cards on one side of a sheet, two in a row

const FACETS = {
  section: (card) => [data.sections[card.section]],
  kind: (card) => [card.kind],
  tag: (card) => card.tags,
  problem: (card) => [...new Set(problemsOf(card).flatMap((p) => [ANY[p.severity], p.check]))],
};
const ANY = { error: "any error", warning: "any warning" };

let data = { deck: "", sections: [], styles: [], pictures: {}, cards: [], problems: [], summary: "" };
let byFact = new Map(); // the id of a fact → its problems
let items = []; // one list item for every card, in order
let current = null; // the item that the keys act on
const turned = new Set(); // ids of cards that show the other side than the rest
const heights = new Map(); // how tall a card's side was when it was last seen
const view = { answers: false, night: false, phone: false };

// --- cards ---------------------------------------------------------------------------------------

const showsAnswer = (card) => view.answers !== turned.has(card.id);
const answerOf = (card) => (card.repeats ? card.front + card.back : card.back);
const problemsOf = (card) => byFact.get(card.fact) ?? [];
const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** A card's side as HTML, its pictures under the addresses that they have here. */
function side(card) {
  const html = showsAnswer(card) ? answerOf(card) : card.front;
  if (!html.includes("<img")) return html;
  const parsed = new DOMParser().parseFromString(html, "text/html"); // loads and runs nothing
  for (const picture of parsed.images) {
    const address = data.pictures[picture.getAttribute("src")];
    if (address) picture.setAttribute("src", address);
  }
  return parsed.body.innerHTML;
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

function bodyClass(card) {
  const number = card.id.slice(card.id.lastIndexOf("#") + 1);
  return `card card${number}${view.night ? " nightMode night_mode" : ""}`;
}

/** Puts a card on the page: what stands around it, and a frame with the card itself. */
function fill(item) {
  if (item.frame) return;
  const card = item.card;
  item.element.replaceChildren($("card").content.cloneNode(true));
  const part = (name) => item.element.querySelector(`.${name}`);
  const [, slot] = card.id.split("/");
  part("fact").textContent = card.fact;
  part("slot").textContent = ` / ${slot.replace(/#1$/, "").replace("#", " ")}`;
  part("kind").textContent = card.kind;
  setPlace(part("place"), card.place);
  part("tags").textContent = card.tags.join(" · ");
  part("found").append(...problemsOf(card).map(problem));

  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
  frame.title = `Card ${card.id}`;
  frame.style.blockSize = `${heights.get(heightKey(card)) ?? 240}px`;
  frame.srcdoc =
    `<!doctype html><html lang="${data.language}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><base target="_blank">` +
    `<style>${style(card).replaceAll("</", "<\\/")}</style></head><body></body></html>`;
  frame.addEventListener("load", () => opened(item), { once: true });
  item.frame = frame;
  part("stage").append(frame);
  label(item);
}

/** The frame of a card is there: puts the card in and lets it follow its height. */
function opened(item) {
  const inner = item.frame?.contentDocument;
  if (!inner) return;
  draw(item);
  item.watch = new ResizeObserver(() => {
    const height = Math.ceil(inner.documentElement.getBoundingClientRect().height);
    if (!height) return;
    heights.set(heightKey(item.card), height);
    item.frame.style.blockSize = `${height}px`;
  });
  item.watch.observe(inner.documentElement);
  inner.addEventListener("keydown", pressed);
  inner.addEventListener("click", (event) => {
    select(item, { scroll: false });
    if (event.target.closest("a, summary")) return;
    if (inner.getSelection().isCollapsed) turn(item);
  });
}

const heightKey = (card) => `${card.id} ${showsAnswer(card)} ${view.phone}`;

function draw(item) {
  const body = item.frame?.contentDocument?.body;
  if (!body) return;
  body.className = bodyClass(item.card);
  body.innerHTML = `<div id="qa">${side(item.card)}</div>`;
}

function label(item) {
  const button = item.element.querySelector(".turn");
  if (button) button.textContent = showsAnswer(item.card) ? "Show question" : "Show answer";
}

/** Takes a card off the page that is out of sight; its place stays as tall as it is. */
function empty(item) {
  if (!item.frame) return;
  item.element.style.setProperty("--seen", `${item.element.offsetHeight}px`);
  item.watch?.disconnect();
  item.frame = item.watch = null;
  item.element.replaceChildren();
}

function refill(item) {
  const wasThere = Boolean(item.frame);
  empty(item);
  if (wasThere) fill(item);
}

function turn(item) {
  if (!turned.delete(item.card.id)) turned.add(item.card.id);
  draw(item);
  label(item);
}

const sight = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      const item = entry.target.item;
      if (entry.isIntersecting) fill(item);
      else if (item !== current) empty(item);
    }
  },
  { rootMargin: "75% 0px" },
);

function itemFor(card) {
  const element = document.createElement("li");
  element.id = card.id;
  element.tabIndex = -1;
  const item = { card, element, frame: null, watch: null };
  element.item = item;
  sight.observe(element);
  return item;
}

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
  const cards = new Set(data.cards.map((card) => card.fact));
  const isBroken = data.problems.some((p) => p.severity === "error");
  const shown = data.problems.filter((p) => p.severity === "error" || !cards.has(p.fact));
  const banner = $("problems");
  banner.hidden = !shown.length;
  banner.className = isBroken ? "broken" : "";
  $("problems-title").textContent = isBroken ? `This deck has ${data.summary}` : "About the deck";
  $("stale").hidden = !data.stale;
  banner.querySelector("ul").replaceChildren(...shown.map(problem));
}

// --- the list ------------------------------------------------------------------------------------

/** Takes new data over: what did not change stays, and so does what the reader is looking at. */
function show(next) {
  const anchor = topmost();
  const known = new Map(items.map((item) => [item.card.id, item]));
  const before = data;
  const beforeFacts = byFact;
  data = next;
  byFact = new Map();
  for (const found of data.problems) {
    if (byFact.has(found.fact)) byFact.get(found.fact).push(found);
    else byFact.set(found.fact, [found]);
  }
  const frame = ["styles", "pictures", "language", "sections"];
  const allNew = !isSame(frame.map((key) => before[key]), frame.map((key) => data[key]));

  const changed = [];
  items = data.cards.map((card) => {
    const item = known.get(card.id);
    if (!item) {
      if (before.cards.length) changed.push(card.id);
      return itemFor(card);
    }
    known.delete(card.id);
    const wasSame = item.card.front === card.front && answerOf(item.card) === answerOf(card);
    const stays = isSame([item.card, beforeFacts.get(card.fact)], [card, byFact.get(card.fact)]);
    item.card = card;
    if (!wasSame) changed.push(card.id);
    if (!stays || allNew) refill(item);
    return item;
  });
  for (const item of known.values()) {
    sight.unobserve(item.element);
    item.element.remove();
    if (item === current) current = null;
  }
  arrange();
  document.title = `${data.deck} · Preview`;
  $("deck").textContent = data.deck;
  showProblems();
  fillFacets();
  filter();
  if (!current) select(items.find(isShown) ?? null, { scroll: false, focus: false });
  keepInPlace(anchor);
  return changed;
}

/** Puts the items in order. One that is at its place is not touched: its frame would load anew. */
function arrange() {
  const list = $("cards");
  let at = list.firstElementChild;
  for (const { element } of items) {
    if (element === at) at = at.nextElementSibling;
    else list.insertBefore(element, at);
  }
}

function topmost() {
  const item = items.find((it) => isShown(it) && it.element.getBoundingClientRect().bottom > 0);
  return item && { item, top: item.element.getBoundingClientRect().top };
}

function keepInPlace(anchor) {
  if (!anchor?.item.element.isConnected || !isShown(anchor.item)) return;
  window.scrollBy(0, anchor.item.element.getBoundingClientRect().top - anchor.top);
}

const isShown = (item) => !item.element.hidden;

function select(item, { scroll = true, focus = true } = {}) {
  if (current && current !== item) {
    current.element.removeAttribute("aria-current");
    current.element.tabIndex = -1;
  }
  current = item;
  if (!item) return;
  item.element.setAttribute("aria-current", "true");
  item.element.tabIndex = 0;
  fill(item);
  if (scroll) item.element.scrollIntoView({ block: "nearest" });
  if (focus && scroll) item.element.focus({ preventScroll: true });
  remember();
}

function step(by) {
  const shown = items.filter(isShown);
  const at = shown.indexOf(current);
  const next = by === -Infinity ? 0 : by === Infinity ? shown.length - 1 : at + by;
  if (shown[next]) select(shown[next]);
}

// --- filters -------------------------------------------------------------------------------------

const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

/** What a search looks through: the words on the card and around it. */
function words(item) {
  const card = item.card;
  if (item.wordsOf !== card) {
    const html = new DOMParser().parseFromString(answerOf(card) + card.front, "text/html");
    item.words = plain([html.body.textContent, card.id, card.place, ...card.tags].join(" "));
    item.wordsOf = card;
  }
  return item.words;
}

function fillFacets() {
  for (const [name, valuesOf] of Object.entries(FACETS)) {
    const counts = new Map();
    for (const card of data.cards)
      for (const value of valuesOf(card)) counts.set(value, (counts.get(value) ?? 0) + 1);
    if (name === "section") data.sections.forEach((s) => counts.set(s, counts.get(s) ?? 0));
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

function filter() {
  const chosen = Object.keys(FACETS).filter((name) => $(name).value);
  const sought = plain($("search").value).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const item of items) {
    const fits =
      chosen.every((name) => FACETS[name](item.card).includes($(name).value)) &&
      (!sought.length || sought.every((word) => words(item).includes(word)));
    item.element.hidden = !fits;
    count += fits;
  }
  const total = items.length.toLocaleString("en");
  const noun = items.length === 1 ? "card" : "cards";
  $("count").textContent =
    count === items.length ? `${total} ${noun}` : `${count.toLocaleString("en")} of ${total} ${noun}`;
  $("active").textContent = chosen.length ? ` (${chosen.length})` : "";
  $("all").hidden = !chosen.length && !sought.length;
  $("nothing").hidden = Boolean(count) || !items.length;
  if (current && !isShown(current)) select(null);
  if (!current) select(items.find(isShown) ?? null, { scroll: false });
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
  const anchor = topmost();
  view[name] = value;
  $(name).setAttribute("aria-pressed", String(value));
  if (name === "answers") turned.clear();
  document.documentElement.classList.toggle("night", view.night);
  document.documentElement.classList.toggle("phone", view.phone);
  document.documentElement.style.setProperty("--window", `${(view.phone ? PHONE : DESKTOP).width}px`);
  for (const item of items) {
    if (!item.frame) continue;
    if (name === "phone") refill(item); // another window, another style sheet
    else draw(item);
    label(item);
  }
  keepInPlace(anchor);
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
  c: () => current && copy(current.card.place),
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
    current?.element.focus({ preventScroll: true });
    return;
  }
  if (target.closest("input, select, textarea")) return;
  if ([" ", "Enter"].includes(event.key) && target.closest("button, summary, a")) return;
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
$("filters").addEventListener("reset", () => setTimeout(filter));
$("filters").addEventListener("input", filter);
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
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const picture of parsed.images) {
    const address = data.pictures[picture.getAttribute("src")];
    if (address) picture.setAttribute("src", address);
  }
  const root = face.attachShadow({ mode: "open" });
  const sheet = document.createElement("style");
  sheet.textContent = `${data.styles[card.style]}\n${PAPER}`;
  const body = document.createElement("div");
  body.className = "card card1";
  body.append(...parsed.body.childNodes);
  root.append(sheet, body);
}

const PAPER = `
.card { --text-size: 12pt; --extra-size: 9.5pt; --small-size: 8pt; --label-size: 8pt; --gap: 2mm;
  --tap: 0; padding: 0; background: none; color: #000; }
#answer, .hint { display: none; }
img, svg { max-block-size: 26mm; }
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
  const cards = items.filter(isShown).map((item) => item.card);
  $("sheets").replaceChildren(...sheets(cards));
  document.documentElement.classList.add("measuring");
  fit([...$("sheets").querySelectorAll(".face")].filter((face) => face.shadowRoot));
  document.documentElement.classList.remove("measuring");
});

window.addEventListener("afterprint", () => $("sheets").replaceChildren());

// --- the server ----------------------------------------------------------------------------------

let version = "";

async function load(newest) {
  if (newest && newest === version) return;
  const answer = await fetch("deck.json", { cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  const next = await answer.json();
  const isFirst = !version;
  version = next.version;
  const changed = show(next);
  if (isFirst) begin();
  else say(changed.length ? `${changed.length} ${changed.length === 1 ? "card" : "cards"} changed` : "Up to date");
  for (const item of items) item.element.classList.toggle("changed", changed.includes(item.card.id));
}

function begin() {
  const item = items.find((it) => it.card.id === wanted.card && isShown(it));
  if (item) select(item);
}

function follow() {
  const events = new EventSource("events");
  events.addEventListener("message", (event) => load(event.data).catch(lost));
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
