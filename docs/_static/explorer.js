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
  const chosen = []; // names, in the order of their colors
  const places = new Map(); // name -> {parameter: index in its grid}
  const element = (id) => document.getElementById(id);

  function loaded(data) {
    data.values = floats(data.values);
    functions.set(data.name, data);
    places.set(data.name, { ...data.defaults });
    update();
  }

  function load(name) {
    if (functions.has(name)) return update();
    const script = document.createElement("script");
    script.src = `_static/explorer/${name}.js`;
    document.head.append(script);
  }

  // Both curves of a function at the chosen point of its grid.
  function curves(name) {
    const data = functions.get(name);
    let index = 0;
    for (const [parameter, values] of Object.entries(data.grid)) index = index * values.length + places.get(name)[parameter];
    const at = 2 * index * known.points;
    return {
      y: data.values.subarray(at, at + known.points),
      slope: data.values.subarray(at + known.points, at + 2 * known.points),
    };
  }

  // The layer: each input takes the result between its two neighbours, at a jump that of the nearer one.
  function layer(curve, mean, deviation) {
    const outputs = new Float32Array(z.length);
    let zeros = 0, saturated = 0, dead = 0, sum = 0, squares = 0;
    for (let unit = 0; unit < known.units; unit++) {
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
    return { outputs, zeros: zeros / n, saturated: saturated / n, dead: dead / known.units, average,
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

  function source(name) {
    for (const document of Bokeh.documents) {
      const found = document.get_model_by_name(name);
      if (found) return found;
    }
  }

  function fill(name, rows) {
    source(name).data = {
      xs: rows.map((r) => r.x), ys: rows.map((r) => r.y), color: rows.map((r) => r.color), name: rows.map((r) => r.name),
    };
  }

  const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

  function update() {
    if (!window.Bokeh || !Bokeh.documents.length || !source("values")) return setTimeout(update, 50);
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
    element("shares").replaceChildren(...shown.map((one) => {
      const row = document.createElement("tr");
      const cells = [one.name, percent(one.of.zeros), percent(one.of.saturated), percent(one.of.dead),
                     one.of.average.toFixed(3), one.of.spread.toFixed(3)];
      row.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
      row.firstChild.style.color = one.color;
      return row;
    }));
    sliders();
  }

  // The sliders of the chosen functions; those that are there stay, because one of them may be held.
  function sliders() {
    const wanted = [];
    for (const name of chosen) {
      if (!functions.has(name)) continue;
      for (const [parameter, values] of Object.entries(functions.get(name).grid)) wanted.push([name, parameter, values]);
    }
    const box = element("explorer-parameters");
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
        input.addEventListener("input", () => { places.get(name)[parameter] = Number(input.value); update(); });
        label.append(document.createElement("span"), input);
        box.append(label);
      }
      label.firstChild.textContent = `${name}: ${parameter} = ${values[places.get(name)[parameter]]}`;
    }
  }

  function toggle(name) {
    const place = chosen.indexOf(name);
    if (place >= 0) chosen.splice(place, 1); else chosen.push(name);
    paint();
    if (place >= 0) update(); else load(name);
  }

  function paint() {
    for (const button of document.querySelectorAll("#explorer .chips button")) {
      const place = chosen.indexOf(button.textContent);
      button.setAttribute("aria-pressed", place >= 0);
      button.style.background = place >= 0 ? COLORS[place % COLORS.length] : "";
    }
  }

  function start() {
    const chips = document.querySelector("#explorer .chips");
    for (const name of known.names) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
      button.addEventListener("click", () => toggle(name));
      chips.append(button);
    }
    for (const id of ["mean", "deviation"]) element(id).addEventListener("input", update);
    const asked = new URLSearchParams(location.search).get("f");
    for (const name of asked ? asked.split(",").filter((one) => known.names.includes(one)) : known.first) toggle(name);
  }

  setTimeout(start, 0);
  return { loaded };
})();
