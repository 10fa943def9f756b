(() => {
  const words = JSON.parse(document.body.dataset.words);
  const make = (tag, text, act) => {
    const node = document.createElement(tag);
    node.textContent = text;
    if (act) { node.type = "button"; node.addEventListener("click", act); }
    return node;
  };
  const kept = { get: () => { try { return localStorage.getItem("theme"); } catch { return null; } },
                 set: (value) => { try { localStorage.setItem("theme", value); } catch { /* a page from a file may not keep it */ } } };

  // Theme and print.
  const root = document.documentElement;
  if (kept.get()) root.dataset.theme = kept.get();
  const tools = document.getElementById("tools");
  const theme = make("button", "◐", () => {
    const dark = (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    root.dataset.theme = dark ? "light" : "dark";
    kept.set(root.dataset.theme);
  });
  theme.setAttribute("aria-label", words.theme);
  tools.append(theme, make("button", words.print, () => print()));

  // Tables: sort by a heading; copy and CSV.
  const number = (cell) => cell.dataset.value === undefined ? NaN : Number(cell.dataset.value);
  const grid = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim().replace(/\s+/g, " ")));
  const csv = (rows) => "\ufeff" + rows.map((row) => row.map((cell) => /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell).join(",")).join("\r\n");
  const save = (name, address) => { const a = document.createElement("a"); a.href = address; a.download = name; a.click(); };
  const text = (type, body) => `data:${type};charset=utf-8,${encodeURIComponent(body)}`;
  const copy = async (button, body) => {
    try { await navigator.clipboard.writeText(body); } catch {
      const box = make("textarea", body); document.body.append(box); box.select(); document.execCommand("copy"); box.remove();
    }
    const was = button.textContent; button.textContent = words.copied; setTimeout(() => { button.textContent = was; }, 1500);
  };
  const slug = (box) => (box.id || box.closest("section")?.id || "so-lieu");
  const line = (...nodes) => { const p = document.createElement("p"); p.className = "figure-tools"; p.append(...nodes); return p; };
  const tableTools = (table) => [
    make("button", words.copy, (event) => copy(event.target, grid(table).map((row) => row.join("\t")).join("\n"))),
    make("button", "CSV", () => save(`${slug(table)}.csv`, text("text/csv", csv(grid(table))))),
  ];

  for (const box of document.querySelectorAll("div.table")) {
    const table = box.querySelector("table");
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.innerText.trim()) return;
      const button = make("button", head.innerText, () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        for (const body of table.tBodies) {
          const rows = [...body.rows].filter((row) => !row.classList.contains("group"));
          const key = (row) => number(row.cells[column]);
          rows.sort((a, b) => {
            const [x, y] = [key(a), key(b)];
            if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
            const order = Number.isNaN(x) ? a.cells[column].innerText.localeCompare(b.cells[column].innerText, root.lang) : x - y;
            return up ? order : -order;
          });
          body.append(...rows);
        }
      });
      button.title = `${words.sort}: ${head.innerText}`;
      head.replaceChildren(button);
    });
    box.append(line(...tableTools(table)));
  }

  // Charts: values under pointer, finger and arrow keys; copy, CSV, PNG and SVG.
  const painted = (svg) => {
    const clone = svg.cloneNode(true);
    const style = getComputedStyle(root);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    clone.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    clone.setAttribute("width", width); clone.setAttribute("height", height);
    clone.style.background = style.getPropertyValue("--paper");
    const body = clone.outerHTML.replace(/var\((--chart-[a-z0-9]+)[^;"']*?\)+(?=[;"' ])/g, (_, name) => style.getPropertyValue(name).trim());
    return { body, width, height };
  };
  const shown = (figure) => [...figure.querySelectorAll("svg[role=img]")].find((svg) => svg.getBoundingClientRect().width > 0);
  const png = (figure) => {
    const { body, width, height } = painted(shown(figure));
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = width * 3; canvas.height = height * 3;
      const pen = canvas.getContext("2d");
      pen.fillStyle = getComputedStyle(root).getPropertyValue("--paper"); pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      save(`${slug(figure)}.png`, canvas.toDataURL("image/png"));
    };
    image.src = text("image/svg+xml", body);
  };
  for (const figure of document.querySelectorAll("figure.chart")) {
    const table = figure.querySelector("details table");
    if (!table) continue;
    figure.append(line(...tableTools(table), make("button", "PNG", () => png(figure)),
      make("button", "SVG", () => save(`${slug(figure)}.svg`, text("image/svg+xml", painted(shown(figure)).body)))));
    const told = document.createElement("output");
    told.className = "told"; told.hidden = true;
    figure.append(told);
    for (const svg of figure.querySelectorAll("svg[role=img]")) {
      const marks = [...svg.querySelectorAll("[data-label]")].sort((a, b) => a.getBoundingClientRect().x - b.getBoundingClientRect().x);
      if (!marks.length) continue;
      let at = -1;
      const name = svg.getAttribute("aria-label");
      const show = (next) => {
        marks[at]?.classList.remove("sought");
        at = next;
        const label = marks[at]?.dataset.label;
        marks[at]?.classList.add("sought");
        told.hidden = !label; told.textContent = label || "";
        svg.setAttribute("aria-label", label || name);
      };
      svg.tabIndex = 0;
      svg.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) { event.preventDefault(); show(Math.min(Math.max(at + step, 0), marks.length - 1)); }
        if (event.key === "Escape") show(-1);
      });
      svg.addEventListener("blur", () => show(-1));
      svg.addEventListener("pointerleave", () => show(-1));
      for (const [place, mark] of marks.entries()) for (const kind of ["pointerenter", "click"]) mark.addEventListener(kind, () => show(place));
    }
  }

  // Messages to paste.
  for (const words_ of document.querySelectorAll(".reminder pre")) words_.after(line(make("button", words.copy, (event) => copy(event.target, words_.textContent))));

  // Search without tone marks; a dot that bears the name stands out.
  const sought = document.getElementById("q");
  if (sought) {
    const fold = (word) => word.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "").trim();
    const items = [...document.querySelectorAll("[data-name]")], none = document.getElementById("none");
    sought.addEventListener("input", () => {
      const wanted = fold(sought.value);
      let found = 0;
      for (const item of items) { item.hidden = !item.dataset.name.includes(wanted); found += !item.hidden; }
      for (const mark of document.querySelectorAll("[data-label]")) mark.classList.toggle("mine", wanted !== "" && fold(mark.dataset.label.split(":")[0]).includes(wanted));
      none.hidden = found > 0;
    });
  }
})();
