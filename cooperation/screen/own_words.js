// Streamlit's own English words: it draws them after this script has arrived, and anew whenever it likes.
(() => {
  const { place, language, texts, names } = OWN_WORDS;
  const say = () => {
    for (const [selector, text] of Object.entries(texts))
      for (const node of document.querySelectorAll(selector)) if (node.textContent !== text) node.textContent = text;
    for (const [selector, name] of Object.entries(names))
      for (const node of document.querySelectorAll(selector)) if (node.ariaLabel !== name) node.ariaLabel = name;
  };
  const watches = (window.ownWords ??= {});
  watches[place]?.disconnect();
  watches[place] = new MutationObserver(say);
  watches[place].observe(document.body, { childList: true, subtree: true });
  document.documentElement.lang = language;
  say();
})();
