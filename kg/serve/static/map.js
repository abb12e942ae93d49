// Folds, zooms and moves the claim map; without it the whole tree shows.
"use strict";

const canvas = document.querySelector(".canvas");
if (canvas) {
  const tree = canvas.querySelector(".tree");
  const folds = [...tree.querySelectorAll("button.fold")];
  const ZOOM = [0.3, 2];
  let zoom = 1;

  document.querySelector(".toolbar").hidden = false;
  document.querySelector(".hint").hidden = false;
  canvas.classList.add("grabbable");

  // Folding
  const below = (fold) => fold.closest("li").querySelector(":scope > ul");
  function setOpen(fold, open) {
    fold.setAttribute("aria-expanded", String(open));
    below(fold).hidden = !open;
  }
  for (const fold of folds) {
    setOpen(fold, fold.dataset.open === "true");
    fold.addEventListener("click", () => {
      setOpen(fold, fold.getAttribute("aria-expanded") !== "true");
      settle();
    });
  }
  function reveal(node) {
    for (let list = node.closest("ul"); list && list !== tree; list = list.parentElement.closest("ul")) {
      const fold = list.parentElement.querySelector(":scope > .node > button.fold");
      if (fold) setOpen(fold, true);
    }
    settle();
  }

  // Zooming keeps the point under the pointer, or the middle, where it is. The tree is scaled, not laid out anew: its
  // margins then take up the difference, so that there is as much to scroll as there is to see.
  function settle() {
    tree.style.marginBottom = `${(zoom - 1) * tree.offsetHeight}px`;
    tree.style.marginRight = `${(zoom - 1) * tree.offsetWidth}px`;
  }
  function setZoom(value, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
    const left = (canvas.scrollLeft + x) / zoom;
    const top = (canvas.scrollTop + y) / zoom;
    zoom = Math.min(ZOOM[1], Math.max(ZOOM[0], value));
    tree.style.transform = `scale(${zoom})`;
    tree.dataset.zoom = zoom;
    settle();
    canvas.scrollTo(left * zoom - x, top * zoom - y);
  }
  function fit() {
    const right = Math.max(...visible().map((node) => node.getBoundingClientRect().right));
    const width = (right - tree.getBoundingClientRect().left) / zoom;
    setZoom(Math.min(1, (canvas.clientWidth - 40) / width), 0, 0);
    canvas.scrollTo(0, 0);
  }
  const steps = { in: () => setZoom(zoom * 1.2), out: () => setZoom(zoom / 1.2), fit };
  document.querySelector(".toolbar").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.zoom) steps[button.dataset.zoom]();
    if (button.dataset.fold) {
      for (const fold of folds.slice(1)) setOpen(fold, button.dataset.fold === "open");
      settle();
    }
    if ("print" in button.dataset) window.print();
  });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const frame = canvas.getBoundingClientRect();
    setZoom(zoom * Math.exp(-event.deltaY / 400), event.clientX - frame.left, event.clientY - frame.top);
  }, { passive: false });

  // Moving: by dragging the ground; touch and wheel scroll by themselves
  let grabbed = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0 || event.target.closest("a, button, .node p")) return;
    grabbed = { x: event.clientX + canvas.scrollLeft, y: event.clientY + canvas.scrollTop };
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.add("grabbing");
  });
  canvas.addEventListener("pointermove", (event) => {
    if (grabbed) canvas.scrollTo(grabbed.x - event.clientX, grabbed.y - event.clientY);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, () => {
      grabbed = null;
      canvas.classList.remove("grabbing");
    });
  }

  // Keys: + - 0 anywhere on the map; arrows from node to node
  const stop = (node) => node.querySelector("button.fold, a[href]");
  const nodes = [...tree.querySelectorAll(".node")];
  const visible = () => nodes.filter((node) => node.checkVisibility());
  function step(node, key) {
    const fold = node.querySelector("button.fold");
    const isOpen = fold && fold.getAttribute("aria-expanded") === "true";
    if (key === "ArrowRight") {
      if (fold && !isOpen) setOpen(fold, true);
      return fold ? below(fold).querySelector(".node") : null;
    }
    if (key === "ArrowLeft") return node.closest("ul").closest("li")?.querySelector(":scope > .node");
    const all = visible();
    return all[all.indexOf(node) + (key === "ArrowDown" ? 1 : -1)];
  }
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+") setZoom(zoom * 1.2);
    else if (event.key === "-") setZoom(zoom / 1.2);
    else if (event.key === "0") fit();
    else {
      const node = event.target.closest(".node");
      if (!node || !event.key.startsWith("Arrow")) return;
      const next = step(node, event.key);
      if (next) stop(next)?.focus();
    }
    event.preventDefault();
  });

  // A deep link to a node opens what is folded around it
  function followHash() {
    const node = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!node || !node.classList.contains("node")) return;
    reveal(node);
    for (const other of tree.querySelectorAll(".node.chosen")) other.classList.remove("chosen");
    node.classList.add("chosen");
    node.scrollIntoView({ block: "center", inline: "center" });
  }
  tree.addEventListener("click", (event) => {
    const node = event.target.closest(".node");
    if (node && !event.target.closest("a, button")) {
      history.replaceState(null, "", `#${node.id}`);
      followHash();
    }
  });
  window.addEventListener("hashchange", followHash);
  followHash();
}
