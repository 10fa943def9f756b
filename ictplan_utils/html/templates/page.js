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
  const theme = make("button", "", () => {
    const dark = (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    root.dataset.theme = dark ? "light" : "dark";
    kept.set(root.dataset.theme);
  });
  theme.className = "theme"; theme.title = words.theme; theme.setAttribute("aria-label", words.theme);
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

  // A long index: rows beyond the first are drawn as they are needed, from the data at the page's end.
  const fold = (word) => word.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "").trim();
  const element = (tag, text, props = {}) => Object.assign(make(tag, text), props);
  const drawer = (block) => {
    const { rows, words, pages, back, file, step } = JSON.parse(block.textContent);
    for (const row of rows) for (const place of [3, 4]) if (typeof row[place] === "number") row[place] = words[row[place]];
    const table = document.querySelector(".areas-index table"), body = table.tBodies[0], more = document.getElementById("more");
    const classes = [...table.tHead.rows[0].cells].map((head) => head.className);
    const states = { "●": "state-in", "▲": "state-faulty", "○": "state-late" };
    const [group, point] = root.lang === "vi" ? [".", ","] : [",", "."];
    const value = (text) => {
      const digits = text.match(/[-−]?[\d.,]+/);
      return digits ? Number(digits[0].replace("−", "-").replaceAll(group, "").replace(point, ".")) : text[0] === "●" ? 0 : NaN;
    };
    const draw = ([slug, name, made, ...cells]) => {
      const row = make("tr", ""), head = element("th", "", { scope: "row" });
      head.append(/[12]/.test(made) || cells[0][0] !== "○" ? element("a", name, { href: `${back}${slug}/${file}` }) : name);
      row.append(head, ...cells.map((text, place) => element("td", place ? text : "", { className: classes[place + 1] })));
      row.cells[1].append(element("span", cells[0], { className: states[cells[0][0]] }));
      const links = element("td", "", { className: classes.at(-1) });
      pages.forEach(([title, page], place) => {
        if (made[place] === "0") return;
        if (links.firstChild) links.append(" · ");
        links.append(element("a", title, { href: `${back}${slug}/${page}`, className: made[place] === "2" ? "failed" : "" }));
      });
      row.append(links);
      return row;
    };
    let order = rows, hits = rows, shown = body.rows.length;
    const names = new Map();
    const named = (row) => {
      if (!names.has(row)) names.set(row, `${fold(row[1])} ${row[0]} ${fold(row[3])}`);
      return names.get(row);
    };
    const show = () => {
      const next = hits.slice(shown, shown + step);
      body.append(...next.map(draw));
      shown += next.length;
      more.hidden = shown >= hits.length;
    };
    const list = (found) => { hits = found; shown = 0; body.replaceChildren(); show(); return hits.length; };
    const kept = (wanted) => order.filter((row) => named(row).includes(wanted));
    setTimeout(() => rows.forEach(named));
    let sought_ = "";
    more.hidden = false;
    more.addEventListener("click", show);
    new IntersectionObserver((seen) => seen[0].isIntersecting && !more.hidden && show()).observe(more);
    document.getElementById("by-parent").hidden = true;
    return {
      table,
      search: (wanted) => { sought_ = wanted; return list(kept(wanted)); },
      sort: (column, up) => {
        const compare = new Intl.Collator(root.lang).compare;
        const words = (row) => row[column + 2 - (column === 0)] ?? "";
        const keyed = rows.map((row) => [value(words(row)), words(row), row]);
        const text = column === 0 || keyed.every(([number]) => Number.isNaN(number));
        keyed.sort(([x, a], [y, b]) => {
          if (text) return up ? compare(a, b) : compare(b, a);
          if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
          return up ? x - y : y - x;
        });
        order = keyed.map(([, , row]) => row);
        list(kept(sought_));
      },
    };
  };
  const block = document.getElementById("rows"), long = block && drawer(block);

  for (const box of document.querySelectorAll("div.table")) {
    const table = box.querySelector("table");
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.innerText.trim()) return;
      const button = make("button", head.innerText, () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        if (table === long?.table) { long.sort(column, up); return; }
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
    if (table !== long?.table) box.append(line(...tableTools(table)));
  }

  // Charts: values under pointer, finger and arrow keys; copy, CSV, PNG and SVG.
  const painted = (svg) => {
    const clone = svg.cloneNode(true);
    const style = getComputedStyle(root);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    clone.setAttribute("width", width); clone.setAttribute("height", height);
    const paper = style.getPropertyValue("--paper");
    clone.style.cssText = `background:${paper}`;
    const look = document.createElementNS(svg.namespaceURI, "style");
    look.textContent = `text{font-family:${getComputedStyle(document.body).fontFamily}!important}
      .halo text{paint-order:stroke;stroke:${paper};stroke-width:3px}`;
    clone.prepend(look);
    const drawn = new XMLSerializer().serializeToString(clone); // outerHTML would write &nbsp;, which no XML knows
    const body = drawn.replace(/var\((--chart-[a-z0-9]+)[^;"']*?\)+(?=[;"' ])/g, (_, name) => style.getPropertyValue(name).trim());
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
    sought.closest("p").hidden = false;
    const items = [...document.querySelectorAll("[data-name]")], none = document.getElementById("none");
    sought.addEventListener("input", () => {
      const wanted = fold(sought.value);
      let found = long ? long.search(wanted) : 0;
      if (!long) for (const item of items) { item.hidden = !item.dataset.name.includes(wanted); found += !item.hidden; }
      for (const svg of document.querySelectorAll("figure.chart svg[tabindex]")) {
        const marks = [...svg.querySelectorAll("[data-label]")];
        const mine = marks.filter((mark) => wanted !== "" && fold(mark.dataset.label.split(":")[0]).includes(wanted));
        for (const mark of marks) mark.classList.toggle("mine", mine.includes(mark));
        if (mine.length === 1) mine[0].dispatchEvent(new Event("pointerenter")); // it says its name and figure
        else svg.dispatchEvent(new Event("pointerleave"));
      }
      none.hidden = found > 0;
    });
  }
})();
