/* The explorer looks up what fastact computed when the site was built; no function is computed here. */
const fastactExplorer = (() => {
  const known = window.fastactKnown;
  const COLORS = ["#1f6fb4", "#d95f0e", "#2a8a4a", "#7a4fa3", "#8c564b", "#c2569a", "#6b6b6b", "#1a9fb0"];
  const BINS = 60, SHOWN = 8; // SHOWN: x of the first two panels
  const SATURATED = 0.00999; // a little less than 0.01, which float32 rounds down
  const floats = (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return new Float32Array(bytes.buffer);
  };
  const z = floats(known.z);
  const xs = Array.from({ length: known.points }, (_, i) => known.start + i * known.step);
  const functions = new Map(); // name -> what its script holds
  const chosen = []; // names of activations, in the order of their colors
  const one = { units: known.firstUnit, folds: known.firstFold }; // the chosen name of the other parts
  const places = new Map(); // name -> {parameter: index in its grid}
  const element = (id) => document.getElementById(id);

  function loaded(part, data) {
    data.values = floats(data.values);
    functions.set(data.name, data);
    places.set(data.name, { ...data.defaults });
    updates[part]();
  }

  function load(part, name) {
    if (functions.has(name)) return updates[part]();
    const script = document.createElement("script");
    script.src = `_static/explorer/${name}.js`;
    document.head.append(script);
  }

  // So many arrays of `length` numbers that a function has at the chosen point of its grid.
  function arrays(name, count, length) {
    const data = functions.get(name);
    let index = 0;
    for (const [parameter, values] of Object.entries(data.grid)) index = index * values.length + places.get(name)[parameter];
    return Array.from({ length: count }, (_, i) => data.values.subarray((count * index + i) * length, (count * index + i + 1) * length));
  }

  // Both curves of an activation.
  function curves(name) {
    const [y, slope] = arrays(name, 2, known.points);
    return { y, slope };
  }

  // The layer: each input takes the result between its two neighbours, at a jump that of the nearer one.
  function layer(curve, mean, deviation) {
    const outputs = new Float32Array(z.length);
    let zeros = 0, saturated = 0, dead = 0, sum = 0, squares = 0;
    for (let unit = 0; unit < known.unitsOfLayer; unit++) {
      let alive = false;
      for (let i = unit * known.examples; i < (unit + 1) * known.examples; i++) {
        const place = Math.min(known.points - 1, Math.max(0, (mean + deviation * z[i] - known.start) / known.step));
        const left = Math.min(known.points - 2, Math.floor(place)), at = Math.round(place), part = place - left;
        const from = curve.y[left], to = curve.y[left + 1];
        const steepest = Math.max(Math.abs(curve.slope[left]), Math.abs(curve.slope[left + 1]));
        const jumps = Math.abs(to - from) > 2 * known.step * steepest + 1e-6;
        const y = jumps ? curve.y[at] : from + part * (to - from), slope = Math.abs(curve.slope[at]);
        outputs[i] = y;
        zeros += y === 0;
        saturated += slope < SATURATED;
        alive = alive || slope > 0;
        sum += y;
        squares += y * y;
      }
      dead += !alive;
    }
    const n = z.length, average = sum / n;
    return { outputs, zeros: zeros / n, saturated: saturated / n, dead: dead / known.unitsOfLayer, average,
             spread: Math.sqrt(Math.max(0, squares / n - average * average)) };
  }

  function histogram(outputs, low, high) {
    const counts = new Array(BINS).fill(0), width = (high - low) / BINS;
    for (const y of outputs) counts[Math.min(BINS - 1, Math.max(0, Math.floor((y - low) / width)))]++;
    const x = [low], share = [0];
    counts.forEach((count, i) => {
      x.push(low + i * width, low + (i + 1) * width);
      share.push(count / outputs.length, count / outputs.length);
    });
    return { x: [...x, high], share: [...share, 0] };
  }

  // A line must not join what is apart: NaN stands at a jump.
  function broken(values) {
    const y = Array.from(values), steps = y.slice(1).map((v, i) => Math.abs(v - y[i]));
    const finite = y.filter(Number.isFinite), range = Math.max(...finite) - Math.min(...finite);
    steps.forEach((step, i) => {
      const beside = Math.max(steps[i - 1] ?? 0, steps[i + 1] ?? 0);
      if (step > 0.05 && step > 0.02 * range && step > 4 * beside) y[i] = NaN;
    });
    return y;
  }

  // A source or a line of a panel.
  function model(name) {
    for (const document of Bokeh.documents) {
      const found = document.get_model_by_name(name);
      if (found) return found;
    }
  }

  const ready = () => window.Bokeh && Bokeh.documents.length && model("values");

  function fill(name, rows) {
    model(name).data = {
      xs: rows.map((r) => r.x), ys: rows.map((r) => r.y), color: rows.map((r) => r.color), name: rows.map((r) => r.name),
      dash: rows.map((r) => r.dash ?? "solid"),
    };
  }

  // A row of a table; the first cell has the color of a curve before its text.
  function tableRow(cells, color) {
    const row = document.createElement("tr");
    row.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    row.firstChild.prepend(swatch(color));
    return row;
  }

  function swatch(color) {
    const found = Object.assign(document.createElement("span"), { className: "swatch" });
    found.style.background = color;
    return found;
  }

  const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

  function updateActivations() {
    if (!ready()) return setTimeout(updateActivations, 50);
    const mean = Number(element("mean").value), deviation = Number(element("deviation").value);
    element("mean-shown").value = mean;
    element("deviation-shown").value = deviation;
    const shown = chosen.filter((name) => functions.has(name)).map((name) => {
      const curve = curves(name);
      return { name, curve, color: COLORS[chosen.indexOf(name) % COLORS.length], of: layer(curve, mean, deviation) };
    });
    const first = xs.findIndex((x) => x >= -SHOWN), last = xs.findIndex((x) => x > SHOWN);
    const part = (values) => broken(values.subarray(first, last));
    const x = xs.slice(first, last);
    fill("values", shown.map((one) => ({ x, y: part(one.curve.y), color: one.color, name: one.name })));
    fill("slopes", shown.map((one) => ({ x, y: part(one.curve.slope), color: one.color, name: one.name })));
    const all = shown.flatMap((one) => Array.from(one.of.outputs)).sort((a, b) => a - b);
    if (all.length) {
      let low = all[Math.floor(0.002 * all.length)], high = all[Math.ceil(0.998 * (all.length - 1))];
      if (high - low < 1e-6) { low -= 1; high += 1; }
      const margin = 0.03 * (high - low);
      fill("histogram", shown.map((one) => {
        const found = histogram(one.of.outputs, low - margin, high + margin);
        return { x: found.x, y: found.share, color: one.color, name: one.name };
      }));
    } else fill("histogram", []);
    element("shares").replaceChildren(...shown.map((one) => tableRow(
      [one.name, percent(one.of.zeros), percent(one.of.saturated), percent(one.of.dead), one.of.average.toFixed(3),
       one.of.spread.toFixed(3)], one.color)));
    sliders(element("explorer-parameters"), chosen, "activations");
  }

  // A gated unit: a picture over gate and up, and what lies along one up.
  function updateUnits() {
    if (!ready()) return setTimeout(updateUnits, 50);
    const name = one.units, n = known.plane.length, place = Number(element("up").value), up = known.plane[place];
    if (!functions.has(name)) return;
    element("up-shown").value = up;
    const [unit, byGate, byUp] = arrays(name, 3, n * n);
    const Plane = model("plane").data.image[0].constructor; // Bokeh's array of two axes, which has no public name
    model("plane").data = { image: [new Plane(unit, [n, n])] };
    model("at-up").location = up;
    const along = (values) => broken(values.subarray(place * n, (place + 1) * n));
    const lines = [["the unit", unit, "solid"], ["gradient of gate", byGate, "dashed"], ["gradient of up", byUp, "dotted"]];
    fill("slice", lines.map(([title, values, dash], i) => ({ x: known.plane, y: along(values), color: COLORS[i], name: title, dash })));
    element("slice-legend").replaceChildren(...lines.map(([title, , dash], i) => {
      const entry = document.createElement("span");
      entry.append(swatch(COLORS[i]), dash === "solid" ? title : `${title} (${dash})`);
      return entry;
    }));
    sliders(element("unit-parameters"), [name], "units");
  }

  // A function of an axis: the results of a row, against its first entry and against the scale.
  function updateFolds() {
    if (!ready()) return setTimeout(updateFolds, 50);
    const name = one.folds, at = Number(element("entry").value), scaled = Number(element("scale").value);
    if (!functions.has(name)) return;
    const width = known.entries.length, x = known.entries[at], scale = known.scales[scaled];
    element("entry-shown").value = x;
    element("scale-shown").value = scale;
    const row = [x, ...known.others], size = width * known.scales.length;
    const results = arrays(name, functions.get(name).values.length / size, size);
    const title = (i) => (results.length === 1 ? "the whole row" : i ? String(row[i]) : "x");
    const line = (i) => ({ color: COLORS[i], name: title(i) });
    fill("by-entry", results.map((one, i) => ({ x: known.entries, y: one.subarray(scaled * width, (scaled + 1) * width), ...line(i) })));
    fill("by-scale", results.map((one, i) => ({ x: known.scales, y: known.scales.map((_, s) => one[s * width + at]), ...line(i) })));
    model("at-entry").location = x;
    model("at-scale").location = scale;
    const cells = (one, i) => results.length === 1 ? ["all", "", one] : [title(i) === "x" ? `x = ${x}` : title(i), (row[i] * scale).toPrecision(3), one];
    element("results").replaceChildren(...results.map((one, i) => {
      const value = one[scaled * width + at];
      return tableRow(cells(value === 0 ? "0" : value.toPrecision(3), i), COLORS[i]);
    }));
  }

  const updates = { activations: updateActivations, units: updateUnits, folds: updateFolds };

  // The sliders of these functions' parameters; those that are there stay, because one of them may be held.
  function sliders(box, names, part) {
    const wanted = [];
    for (const name of names) {
      if (!functions.has(name)) continue;
      for (const [parameter, values] of Object.entries(functions.get(name).grid)) wanted.push([name, parameter, values]);
    }
    for (const label of [...box.children]) {
      if (!wanted.some(([name, parameter]) => label.id === `${name}-${parameter}`)) label.remove();
    }
    for (const [name, parameter, values] of wanted) {
      let label = element(`${name}-${parameter}`);
      if (!label) {
        label = document.createElement("label");
        label.id = `${name}-${parameter}`;
        const input = Object.assign(document.createElement("input"), { type: "range", min: 0, max: values.length - 1, step: 1,
                                                                       value: places.get(name)[parameter] });
        input.addEventListener("input", () => { places.get(name)[parameter] = Number(input.value); updates[part](); });
        label.append(document.createElement("span"), input);
        box.append(label);
      }
      label.firstChild.textContent = `${name}: ${parameter} = ${values[places.get(name)[parameter]]}`;
    }
  }

  function toggle(name) {
    const place = chosen.indexOf(name);
    if (place >= 0) chosen.splice(place, 1); else chosen.push(name);
    paint("explorer", (other) => chosen.indexOf(other));
    if (place >= 0) updates.activations(); else load("activations", name);
  }

  function choose(part, name) {
    one[part] = name;
    paint(`explorer-${part}`, (other) => (other === name ? 0 : -1));
    load(part, name);
  }

  // The buttons; colorOf is the number of a chosen one's color, or -1.
  function paint(id, colorOf) {
    for (const button of document.querySelectorAll(`#${id} .chips button`)) {
      const color = colorOf(button.textContent);
      button.setAttribute("aria-pressed", color >= 0);
      button.style.background = color >= 0 ? COLORS[color % COLORS.length] : "";
    }
  }

  function buttons(id, names, clicked) {
    const chips = document.querySelector(`#${id} .chips`);
    for (const name of names) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
      button.addEventListener("click", () => clicked(name));
      chips.append(button);
    }
  }

  // A slider along an array of values.
  function along(id, values, first, update) {
    const input = Object.assign(element(id), { max: values.length - 1, value: values.indexOf(first) });
    input.addEventListener("input", update);
  }

  function start() {
    buttons("explorer", known.activations, toggle);
    for (const part of ["units", "folds"]) buttons(`explorer-${part}`, known[part], (name) => choose(part, name));
    for (const id of ["mean", "deviation"]) element(id).addEventListener("input", updateActivations);
    along("up", known.plane, 2, updateUnits);
    along("entry", known.entries, 1.5, updateFolds);
    along("scale", known.scales, 1, updateFolds);
    const asked = new URLSearchParams(location.search).get("f")?.split(",") ?? [];
    const wanted = asked.filter((name) => known.activations.includes(name));
    for (const name of wanted.length ? wanted : known.first) toggle(name);
    for (const part of ["units", "folds"]) choose(part, asked.find((name) => known[part].includes(name)) ?? one[part]);
  }

  setTimeout(start, 0);
  return { loaded };
})();
