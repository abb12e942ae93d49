"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const records = new Map(Object.entries(data.records));
  const words = data.words;
  const map = document.getElementById("map");
  const panel = document.getElementById("panel");
  const detail = document.getElementById("detail");
  const help = document.getElementById("help");
  const rows = [...map.querySelectorAll(".row")];
  const cards = new Map([...map.querySelectorAll(".card")].map((card) => [card.dataset.record, card]));
  const SVG = "http://www.w3.org/2000/svg";
  const LINES_UP_TO = data.linesUpTo;
  const MAX_LANES = 8;
  let chosen = null;

  // Everything that comes from articles goes into the page as text, never as markup.
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }
  function icon(direction) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", `icon ${direction}`);
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", `#icon-${direction}`);
    svg.append(use);
    return svg;
  }

  // Offsets count code points, JavaScript counts UTF-16 units.
  const points = new Map();
  function pointsOf(documentId) {
    if (!points.has(documentId)) points.set(documentId, Array.from(data.documents[documentId].text));
    return points.get(documentId);
  }
  function articleText(record) {
    const text = pointsOf(record.document);
    const box = make("div", { class: "text", tabindex: "0", lang: data.documents[record.document].language });
    const bounds = new Set([0, text.length]);
    for (const [start, end] of record.spans) bounds.add(start).add(end);
    const cuts = [...bounds].sort((a, b) => a - b);
    for (let i = 0; i + 1 < cuts.length; i += 1) {
      const piece = text.slice(cuts[i], cuts[i + 1]).join("");
      const kinds = record.spans.filter(([start, end]) => start <= cuts[i] && end >= cuts[i + 1]).map((span) => span[2]);
      box.append(kinds.length ? make("mark", { class: [...new Set(kinds)].join(" ") }, piece) : piece);
    }
    return box;
  }

  function factList(facts) {
    const list = make("dl");
    for (const [name, value] of facts) list.append(make("dt", {}, name), make("dd", {}, value));
    return list;
  }
  function linkList([title, items]) {
    const list = make("ul", { class: "links" });
    for (const item of items) {
      const label = item.id ? make("a", { href: `#${item.id}` }, item.text) : item.text;
      list.append(make("li", { class: item.direction }, item.direction ? icon(item.direction) : null, make("span", {}, label)));
    }
    return [make("h3", {}, title), list];
  }
  function copyButton(citation) {
    const button = make("button", { type: "button" }, words.copy_citation);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(citation);
        button.textContent = words.copied;
      } catch {
        const area = make("textarea", { rows: "5", readonly: true, "aria-label": words.copy_failed });
        area.value = citation;
        button.replaceWith(area);
        area.focus();
        area.select();
      }
    });
    return button;
  }
  function markKey(record) {
    const kinds = new Set(record.spans.map((span) => span[2]));
    const list = make("p", { class: "key" });
    for (const kind of ["content", "actor", "cue", "hedge"]) {
      if (kinds.has(kind)) list.append(make("span", {}, make("mark", { class: kind }, words[`mark_${kind}`])));
    }
    return list;
  }

  function show(id, focus) {
    const record = records.get(id);
    if (!record) return;
    cards.get(chosen)?.classList.remove("on");
    chosen = id;
    const card = cards.get(id);
    card.classList.add("on");
    const source = data.documents[record.document];
    const tone = record.direction || "plain";
    const close = make("button", { type: "button" }, words.close);
    close.addEventListener("click", () => hide(true));
    const heading = make("h2", { tabindex: "-1" }, record.head);
    const article = articleText(record);
    const title = source.title || source.name;
    detail.replaceChildren(
      make("p", { class: `bar ${tone}` }, record.direction ? icon(record.direction) : null, record.kicker, close),
      heading,
      make("blockquote", { class: tone, lang: source.language }, record.words),
      factList(record.facts),
      make("h3", {}, words.passage),
      make("p", { class: "where" },
        source.url ? make("a", { href: source.url, target: "_blank", rel: "noopener noreferrer" }, title) : title,
        make("br"), source.name),
      article, markKey(record),
      make("p", {}, copyButton(record.citation)),
      ...record.lists.flatMap(linkList),
      make("details", {}, make("summary", {}, words.provenance),
        factList([[words.identifier, id], [words.document, record.document], ...source.provenance])),
    );
    detail.className = tone;
    detail.dataset.selected = id;
    detail.hidden = false;
    help.hidden = true;
    document.body.classList.add("open");
    panel.scrollTop = 0;
    const mark = article.querySelector("mark.content");
    if (mark) article.scrollTop = mark.offsetTop - article.clientHeight / 4;
    if (location.hash !== `#${id}`) history.replaceState(null, "", `#${id}`);
    if (card.closest(".row").hidden || card.closest(".group").hidden) resetFilters();
    card.closest(".group").open = true;
    drawLines();
    if (focus) heading.focus({ preventScroll: true });
  }
  function hide(focus) {
    const card = cards.get(chosen);
    card?.classList.remove("on");
    chosen = null;
    detail.hidden = true;
    detail.replaceChildren();
    delete detail.dataset.selected;
    help.hidden = false;
    document.body.classList.remove("open");
    history.replaceState(null, "", location.pathname + location.search);
    drawLines();
    if (focus) card?.querySelector("a.hit").focus();
  }

  // Lines: evidence to the left side of its claim, a claim used as evidence as an arc on the right.
  const edges = document.createElementNS(SVG, "svg");
  edges.id = "edges";
  edges.setAttribute("aria-hidden", "true");
  map.append(edges);
  function part(name, attributes) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }
  const markers = part("defs", {});
  for (const direction of ["supports", "disputes", "undercuts", "context"]) {
    const marker = part("marker", { id: `arrow-${direction}`, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto", class: direction });
    marker.append(part("path", { d: "M0 0L10 5L0 10z" }));
    markers.append(marker);
  }
  function place(card, frame) {
    const box = card.getBoundingClientRect();
    return { left: box.left - frame.left, right: box.right - frame.left, y: box.top + box.height / 2 - frame.top };
  }
  function isOn(link) {
    return link.from === chosen || link.to === chosen;
  }
  function addLine(path, link, on, end) {
    const attributes = { d: path, class: on ? `${link.direction} on` : link.direction, "stroke-width": 1.2 + 1.6 * link.strength };
    if (end) attributes["marker-end"] = `url(#arrow-${link.direction})`;
    edges.append(part("path", attributes));
  }
  function drawLines() {
    const many = rows.filter((row) => !row.hidden).length > LINES_UP_TO;
    const fromClaim = (link) => cards.get(link.from).classList.contains("claim");
    const links = data.links.filter((link) => (!many || isOn(link) || !fromClaim(link)) &&
      cards.get(link.from).checkVisibility() && cards.get(link.to).checkVisibility());
    const buses = new Map(); // all claims that bear on a claim in one way share a line
    for (const link of links) {
      if (!fromClaim(link)) continue;
      const key = `${link.to} ${link.direction}`;
      if (!buses.has(key)) buses.set(key, []);
      buses.get(key).push(link);
    }
    const ways = new Map();
    for (const [key, [{ to }]] of buses) ways.set(to, [...(ways.get(to) || []), key]);
    const lanes = [];
    const layBuses = (kept) => {
      const frame = map.getBoundingClientRect();
      const laid = [...buses].filter(([key]) => !kept || kept.has(key)).map(([key, group]) => {
        const to = place(cards.get(group[0].to), frame);
        const siblings = ways.get(group[0].to);
        const y = to.y + (siblings.indexOf(key) - (siblings.length - 1) / 2) * 12;
        const below = (link) => (ways.has(link.from) ? (ways.get(link.from).length + 1) * 6 : 0); // arrows end above
        const starts = group.map((link) => ({ link, y: place(cards.get(link.from), frame).y + below(link) })).sort((a, b) => Math.abs(b.y - y) - Math.abs(a.y - y));
        const ys = [y, ...starts.map((start) => start.y)];
        return { right: to.right, y, starts, top: Math.min(...ys), bottom: Math.max(...ys), key, group };
      }).sort((a, b) => a.bottom - a.top - (b.bottom - b.top));
      lanes.length = 0;
      for (const bus of laid) { // short ones first, next to the cards
        bus.lane = lanes.findIndex((taken) => taken.every((other) => bus.top > other.bottom || other.top > bus.bottom));
        if (bus.lane < 0) bus.lane = lanes.push([]) - 1;
        lanes[bus.lane].push(bus);
      }
      return laid;
    };
    // more lanes than these cannot be followed; the cards name by number what bears on them
    const kept = new Set(layBuses(null).filter((bus) => bus.lane < MAX_LANES || bus.group.some(isOn)).map((bus) => bus.key));
    layBuses(kept);
    map.style.setProperty("--gutter", `${Math.max(24, 20 + 8 * lanes.length)}px`); // may move the cards
    const laid = layBuses(kept);
    edges.replaceChildren(markers);
    edges.classList.toggle("chosen", links.some(isOn));
    const frame = map.getBoundingClientRect();
    for (const link of links) {
      if (fromClaim(link)) continue;
      const from = place(cards.get(link.from), frame);
      const to = place(cards.get(link.to), frame);
      const middle = (from.right + to.left) / 2;
      addLine(`M${from.right} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.left - 2} ${to.y}`, link, isOn(link), true);
    }
    for (const bus of laid) {
      const x = bus.right + 14 + bus.lane * 8;
      const lead = bus.starts[0].link;
      addLine(`M${bus.right} ${bus.starts[0].y}H${x}V${bus.y}H${bus.right + 2}`, lead, false, true);
      for (const start of bus.starts.slice(1)) {
        addLine(`M${bus.right} ${start.y}H${x}`, start.link, false, false);
        if (start.y < bus.y !== bus.starts[0].y < bus.y) addLine(`M${x} ${start.y}V${bus.y}`, start.link, false, false);
      }
      for (const start of bus.starts.filter(({ link }) => isOn(link))) {
        addLine(`M${bus.right} ${start.y}H${x}V${bus.y}H${bus.right + 2}`, start.link, true, true);
      }
      for (const { link, y } of bus.starts) {
        edges.append(part("circle", { cx: x, cy: y, r: 2.5, class: isOn(link) ? `${link.direction} on` : link.direction }));
      }
    }
  }

  // Search and filters
  const form = document.querySelector(".filters");
  const shown = document.getElementById("shown");
  const groups = [...map.querySelectorAll(".group")];
  const closedAtFirst = groups.filter((group) => !group.open);
  const texts = new Map();
  function textOf(row) {
    if (!texts.has(row)) texts.set(row, row.textContent.toLocaleLowerCase());
    return texts.get(row);
  }
  function applyFilters() {
    const fields = new FormData(form);
    const terms = fields.get("search").toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const hasDirections = form.querySelector("[name=direction]") !== null;
    const directions = fields.getAll("direction");
    let visible = 0;
    let all = 0;
    for (const row of rows) {
      const fits = (name) => !fields.get(name) || row.dataset[name] === fields.get(name);
      const isClaim = row.dataset.type !== undefined;
      row.hidden = !(terms.every((term) => textOf(row).includes(term)) && (!isClaim || (fits("actor") && fits("type"))) && fits("document") &&
        (!hasDirections || directions.includes(row.dataset.direction)));
      if (isClaim) all += 1;
      if (isClaim && !row.hidden) visible += 1;
    }
    for (const group of groups) group.hidden = !group.querySelector(".row:not([hidden])");
    if (visible < all && visible <= LINES_UP_TO) for (const group of groups) group.open = true;
    shown.textContent = words.shown.replace("{shown}", visible).replace("{all}", all);
    document.getElementById("none").hidden = rows.length === 0 || rows.some((row) => !row.hidden);
    const hint = document.getElementById("lines-hint");
    if (hint) hint.hidden = rows.filter((row) => !row.hidden).length <= LINES_UP_TO;
    drawLines();
  }
  function resetFilters() {
    form.reset();
    for (const group of closedAtFirst) group.open = group.contains(cards.get(chosen) || null);
    applyFilters();
  }
  form.addEventListener("input", applyFilters);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("reset-filters").addEventListener("click", resetFilters);
  document.getElementById("print-page").addEventListener("click", () => window.print());

  // Choosing
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    const id = link.getAttribute("href").slice(1);
    if (!records.has(id)) return;
    event.preventDefault();
    show(id, true);
    if (!link.classList.contains("hit")) cards.get(id).scrollIntoView({ block: "center" });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen) hide(true);
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      form.elements.search.focus();
    }
    if (typing || !["ArrowDown", "ArrowUp"].includes(event.key) || event.target.closest(".text")) return;
    const hits = [...map.querySelectorAll(".group[open] .row:not([hidden]) a.hit")];
    const place = hits.indexOf(event.target.closest("a.hit") || cards.get(chosen)?.querySelector("a.hit"));
    if (place < 0) return;
    const next = hits[place + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.closest(".card").scrollIntoView({ block: "nearest" });
    if (chosen) show(next.closest(".card").dataset.record, false);
  });
  function followHash() {
    let id = "";
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return; // not an address that this page made
    }
    if (records.has(id)) {
      show(id, false);
      cards.get(id).scrollIntoView({ block: "center" });
    }
  }
  window.addEventListener("hashchange", followHash);
  let openBefore = [];
  window.addEventListener("beforeprint", () => {
    openBefore = groups.filter((group) => group.open);
    for (const group of groups) group.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const group of groups) group.open = openBefore.includes(group);
  });
  new ResizeObserver(drawLines).observe(map);
  new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${form.offsetHeight}px`)).observe(form);
  applyFilters();
  followHash();
  document.documentElement.dataset.ready = "";
})();
