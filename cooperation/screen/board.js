// The session of slides over the whole window: every slide is on the page, so that a key needs no server.
(() => {
  const content = BOARD_CONTENT;
  const [width, height] = [1280, 720];
  const before = document.getElementById("board");
  const wasOpen = before && !before.hidden ? before.dataset.slide : null;
  if (before) { before.leave(); before.remove(); }

  const board = document.createElement("div");
  board.id = "board";
  board.hidden = true;
  board.tabIndex = -1;
  board.setAttribute("role", "dialog");
  board.setAttribute("aria-modal", "true");
  board.setAttribute("aria-label", content.label);
  board.lang = content.language;
  board.style.cssText = content.style;
  board.innerHTML = content.html;
  document.body.append(board);
  const stage = board.querySelector(".board-stage");
  const slides = [...board.querySelectorAll(".board-slide")];
  const cards = [...board.querySelectorAll(".board-card")];
  const keys = slides.map(slide => slide.dataset.key);
  let current = 0;

  const fit = () => {
    const scale = Math.min(innerWidth / width, innerHeight / height);
    stage.style.transform = `translate(-50%, -50%) scale(${scale})`;
  };
  const show = place => {
    current = Math.max(0, Math.min(slides.length - 1, place));
    slides.forEach((slide, at) => { slide.hidden = at !== current; });
    board.classList.remove("board-black", "board-overview");
    board.dataset.slide = keys[current];
    history.replaceState(history.state, "", `#${keys[current]}`);
  };
  const behind = isInert => {
    const root = document.getElementById("root");
    if (root) { root.inert = isInert; }
  };
  const open = place => {
    board.hidden = false;
    behind(true);
    fit();
    show(place);
    board.focus();
  };
  const close = () => {
    board.hidden = true;
    behind(false);
    if (document.fullscreenElement) { document.exitFullscreen(); }
    history.replaceState(history.state, "", location.pathname + location.search);
  };
  const overview = () => {
    board.classList.remove("board-black");
    board.classList.toggle("board-overview");
    if (board.classList.contains("board-overview")) { cards[current].focus(); } else { board.focus(); }
  };
  const black = () => board.classList.toggle("board-black");
  const whole = () => (document.fullscreenElement ? document.exitFullscreen() : board.requestFullscreen())
    .catch(() => {});
  const isOverview = () => board.classList.contains("board-overview");
  // In the overview keys go from card to card, as many in a row as the stage shows, and never off them.
  const columns = () => cards.filter(card => card.offsetTop === cards[0].offsetTop).length;
  const at = () => cards.indexOf(document.activeElement);
  const choose = place => { if (place >= 0 && place < cards.length) { cards[place].focus(); } };
  const turn = step => cards[(at() + step + cards.length) % cards.length].focus();
  const onCards = {
    ArrowRight: () => choose(at() + 1), ArrowDown: () => choose(at() + columns()), PageDown: () => choose(at() + 1),
    ArrowLeft: () => choose(at() - 1), ArrowUp: () => choose(at() - columns()), PageUp: () => choose(at() - 1),
    Home: () => choose(0), End: () => choose(cards.length - 1), Backspace: () => choose(at() - 1),
  };
  const escape = () => (isOverview() ? overview() : close());
  const go = step => (board.classList.contains("board-black") ? black() : show(current + step));

  const actions = {
    ArrowRight: () => go(1), ArrowDown: () => go(1), PageDown: () => go(1), " ": () => go(1), Enter: () => go(1),
    ArrowLeft: () => go(-1), ArrowUp: () => go(-1), PageUp: () => go(-1), Backspace: () => go(-1),
    Home: () => show(0), End: () => show(slides.length - 1),
    b: black, B: black, ".": black, o: overview, O: overview, f: whole, F: whole, Escape: escape,
  };
  const onCard = event => {
    if (event.key === "Tab") { return () => turn(event.shiftKey ? -1 : 1); }
    // Enter and space are those of its buttons.
    return ["Enter", " "].includes(event.key) ? null : onCards[event.key] || actions[event.key];
  };
  const press = event => {
    if (board.hidden || event.ctrlKey || event.altKey || event.metaKey) { return; }
    const action = isOverview() ? onCard(event) : actions[event.key];
    event.stopPropagation();
    if (action) { event.preventDefault(); action(); }
  };
  const click = event => {
    const card = event.target.closest(".board-card");
    if (card) { show(cards.indexOf(card)); board.focus(); } else if (!isOverview()) { go(1); }
  };
  const start = event => {
    const link = event.target.closest && event.target.closest("a[data-board]");
    if (!link) { return; }
    event.preventDefault();
    open(Math.max(0, keys.indexOf(link.dataset.board)));
  };
  const openAt = hash => {
    const place = keys.indexOf(decodeURIComponent(hash.slice(1)));
    if (place >= 0) { open(place); }
  };
  const address = () => openAt(location.hash);
  // Streamlit drops what stands behind # when it writes a link anew; the address that was asked for still has it.
  const askedFor = () => {
    const [visit] = performance.getEntriesByType("navigation");
    const asked = new URL(visit ? visit.name : location.href);
    openAt(!before && asked.pathname === location.pathname ? asked.hash : location.hash);
  };
  const listening = new AbortController();
  const signal = listening.signal;
  board.leave = () => { listening.abort(); behind(false); };
  addEventListener("keydown", press, { capture: true, signal });
  addEventListener("resize", fit, { signal });
  addEventListener("hashchange", address, { signal });
  document.addEventListener("click", start, { signal });
  board.addEventListener("click", click, { signal });
  if (wasOpen) { open(Math.max(0, keys.indexOf(wasOpen))); } else { askedFor(); }
})();
