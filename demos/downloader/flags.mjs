// SPDX-License-Identifier: MIT
// The flags of twenty countries, in simple shapes: what their coats of arms show is left out.

import { gif } from './gif.mjs';

const WIDTH = 96;
const HEIGHT = 64;

// Shapes of a flag one unit high and one and a half wide: does a point lie inside?
const rectangle = (left, top, width, height) => (x, y) =>
  x >= left && x < left + width && y >= top && y < top + height;
const disc = (cx, cy, radius) => (x, y) => Math.hypot(x - cx, y - cy) < radius;
const rhombus = (cx, cy, width, height) => (x, y) =>
  Math.abs(x - cx) / width + Math.abs(y - cy) / height < 0.5;
const hoist = (depth) => (x, y) => x < depth * (1 - Math.abs(2 * y - 1));
const ring = (cx, cy, outer, inner) => (x, y) =>
  disc(cx, cy, outer)(x, y) && !disc(cx, cy, inner)(x, y);
const crescent = (cx, cy, radius) => (x, y) =>
  disc(cx, cy, radius)(x, y) && !disc(cx + radius / 4, cy, radius * 0.8)(x, y);

// Five points, one up: inside of at least four of its five lines.
const star = (cx, cy, radius) => (x, y) => {
  const inside = [0, 1, 2, 3, 4].filter((i) => {
    const angle = ((2 * i + 1) * Math.PI) / 5;
    return (x - cx) * Math.sin(angle) - (y - cy) * Math.cos(angle) < radius * 0.309;
  });
  return inside.length >= 4 && disc(cx, cy, radius)(x, y);
};
const band = (slope, width) => (x, y) => Math.abs(1 - y - x * slope) < width;

// Stripes, each as wide as its weight says.
function striped(colours, weights, isAcross) {
  const sum = weights.reduce((total, weight) => total + weight);
  let from = 0;
  return colours.map((colour, i) => {
    const [begin, size] = [from / sum, weights[i] / sum];
    from += weights[i];
    return [colour, isAcross ? rectangle(1.5 * begin, 0, 1.5 * size, 1)
      : rectangle(0, begin, 1.5, size)];
  });
}

const rows = (...colours) => striped(colours, colours.map(() => 1), false);
const columns = (...colours) => striped(colours, colours.map(() => 1), true);
const all = (colour) => rows(colour);

const unitedStates = () => [
  ...rows(...Array.from({ length: 13 }, (_, i) => (i % 2 ? '#ffffff' : '#b22234'))),
  ['#3c3b6e', rectangle(0, 0, 0.62, 7 / 13)],
  ...Array.from({ length: 20 }, (_, i) =>
    ['#ffffff', disc(0.08 + (i % 5) * 0.115, 0.08 + Math.floor(i / 5) * 0.125, 0.025)]),
];

const flags = {
  in: () => [...rows('#ff9933', '#ffffff', '#138808'), ['#000080', ring(0.75, 0.5, 0.15, 0.12)]],
  cn: () => [...all('#de2910'), ['#ffde00', star(0.25, 0.25, 0.17)],
    ...[[0.5, 0.1], [0.6, 0.2], [0.6, 0.35], [0.5, 0.45]].map(([x, y]) =>
      ['#ffde00', star(x, y, 0.06)])],
  us: unitedStates,
  id: () => rows('#ce1126', '#ffffff'),
  pk: () => [...all('#01411c'), ['#ffffff', rectangle(0, 0, 0.38, 1)],
    ['#ffffff', crescent(0.92, 0.5, 0.28)], ['#ffffff', star(1.06, 0.42, 0.1)]],
  ng: () => columns('#008751', '#ffffff', '#008751'),
  br: () => [...all('#009739'), ['#fedd00', rhombus(0.75, 0.5, 1.3, 0.84)],
    ['#012169', disc(0.75, 0.5, 0.22)]],
  bd: () => [...all('#006a4e'), ['#f42a41', disc(0.68, 0.5, 0.3)]],
  ru: () => rows('#ffffff', '#0039a6', '#d52b1e'),
  et: () => [...rows('#078930', '#fcdd09', '#da121a'), ['#0f47af', disc(0.75, 0.5, 0.24)],
    ['#fcdd09', star(0.75, 0.5, 0.18)]],
  mx: () => [...columns('#006847', '#ffffff', '#ce1126'), ['#8c6239', disc(0.75, 0.5, 0.1)]],
  jp: () => [...all('#ffffff'), ['#bc002d', disc(0.75, 0.5, 0.3)]],
  eg: () => [...rows('#ce1126', '#ffffff', '#000000'), ['#c09300', disc(0.75, 0.5, 0.09)]],
  ph: () => [...rows('#0038a8', '#ce1126'), ['#ffffff', hoist(0.86)],
    ['#fcd116', disc(0.28, 0.5, 0.11)]],
  cd: () => [...all('#007fff'), ['#f7d618', band(0.6667, 0.17)], ['#ce1021', band(0.6667, 0.12)],
    ['#f7d618', star(0.22, 0.25, 0.18)]],
  vn: () => [...all('#da251d'), ['#ffff00', star(0.75, 0.5, 0.3)]],
  ir: () => [...rows('#239f40', '#ffffff', '#da0000'), ['#da0000', ring(0.75, 0.5, 0.1, 0.06)]],
  tr: () => [...all('#e30a17'), ['#ffffff', crescent(0.5, 0.5, 0.27)],
    ['#ffffff', star(0.82, 0.5, 0.13)]],
  de: () => rows('#000000', '#dd0000', '#ffce00'),
  th: () => striped(['#a51931', '#f4f5f8', '#2d2a4a', '#f4f5f8', '#a51931'], [1, 1, 2, 1, 1]),
};

export const countries = Object.keys(flags);

// The flag of a country as a GIF, or null.
export function flag(country) {
  if (!Object.hasOwn(flags, country)) return null;
  const shapes = flags[country]();
  const palette = [...new Set(shapes.map(([colour]) => colour))];
  const pixels = Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
    const x = ((at % WIDTH) + 0.5) / HEIGHT;
    const y = (Math.floor(at / WIDTH) + 0.5) / HEIGHT;
    const [colour] = shapes.findLast(([, isInside]) => isInside(x, y));
    return palette.indexOf(colour);
  });
  return gif(WIDTH, HEIGHT, palette, pixels);
}
