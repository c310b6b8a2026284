// A browser shows nothing of a file until its first byte, and those of a workbook are known last: this line moves meanwhile.
(() => {
  if (window.waitsForFiles) return;
  window.waitsForFiles = true;
  const longest = 600;
  const say = (text) => {
    const line = document.querySelector(".file-waiting");
    if (line) line.textContent = text;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-making]");
    if (!link) return;
    const ticket = crypto.getRandomValues(new Uint32Array(2)).join("x");
    const address = new URL(link.href);
    address.searchParams.set("ticket", ticket);
    link.href = address.href;
    const { making, made } = link.dataset;
    let seconds = 0;
    say(making.replace("#", seconds));
    const watch = setInterval(() => {
      seconds += 1;
      // The server says so with the first byte of the file.
      const isMade = document.cookie.includes(`made-${ticket}=`);
      say(isMade ? made : seconds < longest ? making.replace("#", seconds) : "");
      if (isMade || seconds >= longest) clearInterval(watch);
    }, 1000);
  });
})();
